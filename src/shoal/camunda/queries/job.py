"""Which jobs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from shoal.camunda.queries.base import (
    Flag,
    Names,
    Only,
    Query,
    QueryPart,
    Text,
    Whole,
    read_date_or_refuse,
    said,
)
from shoal.commands.planned_suspensions import PLANNED
from shoal.commands.start_timers import START_TIMER
from shoal.engine.job_origins import conditions_of
from shoal.errors import FilterRejectedError
from shoal.filters import JobFilter
from shoal.kernel.effects import JobKind
from shoal.store.queries.cleanup_jobs import KIND as CLEANUP

_TIMERS = (JobKind.TIMER.value, START_TIMER, *sorted(PLANNED))
_COMPARATORS = ("gt", "lt")


class DateCondition(QueryPart):
    """Before (``lt``) or after (``gt``) an instant."""

    operator: str | None = None
    value: Annotated[datetime, BeforeValidator(lambda given: _instant(given)), WithJsonSchema({"type": "string"})]


def _instant(given: Any) -> Any:
    return read_date_or_refuse(given) if isinstance(given, str) else given


def _date_conditions(given: Any) -> Any:
    if not isinstance(given, str):
        return given
    return [dict(zip(("operator", "value"), each.partition("_")[::2], strict=True)) for each in given.split(",")]


DateConditions = Annotated[tuple[DateCondition, ...] | None, BeforeValidator(_date_conditions), Field(None)]


class JobQuery(Query):
    """Camunda 7: ``JobQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "jobId": "id",
        "executionId": "node_id",
        "processInstanceId": "instance_id",
        "processDefinitionId": "definition_id",
        "processDefinitionKey": "definition_key",
        "jobRetries": "retries",
        "jobDueDate": "due_at",
        "jobPriority": "priority",
        "tenantId": "tenant_id",
    }

    job_id: Text
    job_ids: Names
    job_definition_id: Text
    activity_id: Text
    failed_activity_id: Text
    execution_id: Text
    process_instance_id: Text
    process_instance_ids: Names
    process_definition_id: Text
    process_definition_key: Text
    with_retries_left: Only
    no_retries_left: Only
    executable: Only
    timers: Only
    messages: Only
    with_exception: Only
    exception_message: Text
    due_dates: DateConditions
    create_times: DateConditions
    active: Only
    suspended: Only
    acquired: Flag
    priority_higher_than_or_equals: Whole
    priority_lower_than_or_equals: Whole
    tenant_id_in: Names
    without_tenant_id: Only
    include_jobs_without_tenant_id: Only

    @model_validator(mode="after")
    def _check(self) -> JobQuery:
        if self.timers and self.messages:
            raise FilterRejectedError(
                "Parameter timers cannot be used together with parameter messages.", field="timers"
            )
        for field, conditions in (("dueDates", self.due_dates), ("createTimes", self.create_times)):
            for each in conditions or ():
                if each.operator not in _COMPARATORS:
                    what = "due date" if field == "dueDates" else "create time"
                    raise FilterRejectedError(f"Invalid {what} comparator specified: {each.operator}", field=field)
        return self

    def conditions(self) -> dict[str, Any]:
        """In the words of ``JobFilter``. Both of a pair that excludes itself: nothing matches."""
        wanted = said(
            ids=self._ids(),
            activity_id=self.activity_id,
            failed_activity_id=self.failed_activity_id,
            node_id=self.execution_id,
            instance_id=self.process_instance_id,
            instance_id_in=self.process_instance_ids,
            definition_id=self.process_definition_id,
            definition_key=self.process_definition_key,
            retries_left=True if self.with_retries_left else False if self.no_retries_left else None,
            executable=self.executable,
            kind_in=_TIMERS if self.timers else None,
            kind_not_in=(*_TIMERS, CLEANUP) if self.messages else None,
            with_exception=self.with_exception,
            error_message=self.exception_message,
            suspended=True if self.suspended else False if self.active else None,
            held=self.acquired,
            priority_min=self.priority_higher_than_or_equals,
            priority_max=self.priority_lower_than_or_equals,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            include_without_tenant=self.include_jobs_without_tenant_id,
            **_between("due", self.due_dates),
            **_between("created", self.create_times),
        )
        impossible = (self.with_retries_left and self.no_retries_left) or (self.active and self.suspended)
        if self.job_definition_id is not None:
            (origin,) = conditions_of(self.job_definition_id, None, None)
            impossible = impossible or any(wanted.get(name, value) != value for name, value in origin.items())
            wanted |= origin
        return wanted | {"ids": ()} if impossible else wanted

    def _ids(self) -> tuple[str, ...] | None:
        one, many = self.job_id, self.job_ids
        if one is None:
            return many or None
        return (one,) if not many or one in many else ("",)

    def filter(self) -> JobFilter:
        """The native filter."""
        return JobFilter.model_validate(self.conditions())


def _between(name: str, conditions: tuple[DateCondition, ...] | None) -> dict[str, datetime]:
    """Of several conditions in one direction the narrowest counts: all have to hold."""
    before = [each.value for each in conditions or () if each.operator == "lt"]
    after = [each.value for each in conditions or () if each.operator == "gt"]
    found = {f"{name}_before": min(before)} if before else {}
    return found | ({f"{name}_after": max(after)} if after else {})
