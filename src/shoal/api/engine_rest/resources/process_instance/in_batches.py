"""What is done to many instances in a batch: ``POST /process-instance/delete`` and its like."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.instance_selection import SelectionBody, without_null
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.views import Body, CamundaDate, Variables, plain_values
from shoal.api.engine_rest.views.batch import BatchView
from shoal.camunda.queries.historic_process_instance import HistoricProcessInstanceQuery
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.camunda.values import read_values
from shoal.engine import Engine
from shoal.filters import InstanceFilter
from shoal.values import TypedValue

_EMPTY = "processInstanceIds is empty"
_NULL = "processInstanceIds contains null value"
_NONE = "No process instances found."


class DeletionBody(SelectionBody):
    """Camunda 7: DeleteProcessInstancesDto."""

    delete_reason: str | None = None
    skip_custom_listeners: bool | None = None
    skip_subprocesses: bool | None = None
    skip_io_mappings: bool | None = None

    def params(self) -> dict[str, Any]:
        """As the operation takes it."""
        return {
            "reason": self.delete_reason,
            "skip_custom_listeners": bool(self.skip_custom_listeners),
            "skip_subprocesses": bool(self.skip_subprocesses),
            "skip_io_mappings": bool(self.skip_io_mappings),
        }


class JobRetriesBody(Body):
    """Camunda 7: SetJobRetriesByProcessDto."""

    process_instances: list[str | None] | None = None
    process_instance_query: ProcessInstanceQuery | None = None
    historic_process_instance_query: HistoricProcessInstanceQuery | None = None
    retries: int | None = None
    due_date: CamundaDate | None = None

    def params(self) -> dict[str, Any]:
        """As the operation takes it; a due date of null takes due dates away. CamundaError."""
        if self.retries is None:
            raise CamundaError("retries is null")
        if self.retries < 0:
            raise CamundaError(
                "The number of job retries must be a non-negative Integer, but "
                f"'{self.retries}' has been provided.: Retries count is not greater than or equal to 0",
                kind="BadUserRequestException",
                code=0,
            )
        due = {"due_at": self.due_date} if "due_date" in self.model_fields_set else {}
        return {"of": "instances", "retries": self.retries, **due}


class VariablesBody(SelectionBody):
    """Camunda 7: SetVariablesAsyncDto."""

    variables: Variables = None


class CorrelationBody(VariablesBody):
    """Camunda 7: CorrelationMessageAsyncDto."""

    message_name: str | None = None


def add_to_all(routes: APIRouter) -> None:
    """The routes."""

    @routes.post("/delete")
    def delete_process_instances_as_batch(body: DeletionBody, engine: Acting) -> BatchView:
        """Cancel instances in a batch: those with these ids, and those that the query finds."""
        filters = [] if body.process_instance_query is None else [body.process_instance_query.filter()]
        return _cancelled(engine, body, filters)

    @routes.post("/delete-historic-query-based")
    def delete_process_instances_by_history_as_batch(body: DeletionBody, engine: Acting) -> BatchView:
        """The same with a query of history."""
        query = body.historic_process_instance_query
        return _cancelled(engine, body, [] if query is None else [query.filter()])

    @routes.post("/job-retries")
    def set_job_retries_by_process_as_batch(body: JobRetriesBody, engine: Acting) -> BatchView:
        """Give all jobs of instances new tries, in a batch."""
        query = body.process_instance_query
        return _retried(engine, body, [] if query is None else [query.filter()])

    @routes.post("/job-retries-historic-query-based")
    def set_job_retries_by_history_as_batch(body: JobRetriesBody, engine: Acting) -> BatchView:
        """The same with a query of history."""
        query = body.historic_process_instance_query
        return _retried(engine, body, [] if query is None else [query.filter()])

    @routes.post("/variables-async")
    def set_variables_as_batch(body: VariablesBody, engine: Acting) -> BatchView:
        """Set variables of instances, in a batch."""
        if body.variables is None:
            raise CamundaError("variables is null")
        if not body.variables:
            raise CamundaError("variables is empty", kind="BadUserRequestException", code=0)
        _said(body)
        ids = body.ids(_NULL)
        filters = body.filters()
        if not filters and not engine.instances.count(ids=tuple(ids)):
            raise CamundaError(_EMPTY, kind="BadUserRequestException", code=0)
        params = {"variables": _values(body)}
        return made(engine, "set-variables", params, ids=ids, filters=filters, empty=_EMPTY)

    @routes.post("/message-async")
    def correlate_message_as_batch(body: CorrelationBody, engine: Acting) -> BatchView:
        """Correlate a message with instances, in a batch; without a name, any message."""
        _said(body)
        return made(
            engine,
            "correlate-message",
            {"message_name": body.message_name, "variables": _values(body)},
            ids=body.ids("Process Instance ids cannot be null: process instance ids contains null value"),
            filters=body.filters(),
            empty="Process instance ids cannot be empty: process instance ids is empty",
        )


def _cancelled(engine: Engine, body: DeletionBody, filters: list[InstanceFilter]) -> BatchView:
    ids = body.ids(_NULL)
    return made(
        engine,
        "cancel-instances",
        body.params(),
        ids=ids,
        filters=filters,
        empty=_EMPTY,
        kind="InvalidRequestException",
    )


def _retried(engine: Engine, body: JobRetriesBody, filters: list[InstanceFilter]) -> BatchView:
    return made(
        engine,
        "set-job-retries",
        body.params(),
        ids=without_null(body.process_instances, "processInstances contains null value"),
        filters=filters,
        empty="jobIds is empty",
        kind="InvalidRequestException",
    )


def _said(body: SelectionBody) -> None:
    if not body.is_said:
        raise CamundaError(_NONE)


def _values(body: VariablesBody) -> dict[str, TypedValue]:
    with prefixed("Cannot set variables: ", kind="InvalidRequestException"):
        return read_values(plain_values(body.variables))
