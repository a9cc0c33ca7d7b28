"""Timer start events: a job of the definition starts an instance when it is due, and plans the next one.

Camunda 7: only the newest version of a definition is started by its timers; a deployment takes over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shoal import clock
from shoal.bpmn.events import TimerEvent
from shoal.bpmn.process import Process
from shoal.bpmn.timers import Due, TimerTextError, next_due
from shoal.commands.advance import failure_of
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.job_result import JobResult, JobState
from shoal.commands.load import Loaded
from shoal.commands.move_chunk import move_each
from shoal.errors import ExecutionError, ShoalError
from shoal.ids import new_id
from shoal.kernel import InstanceFacts, new_snapshot
from shoal.kernel.stimulus import Start
from shoal.store.queries import incidents, instance_jobs, job_definitions
from shoal.store.queries.definitions import Definition
from shoal.store.queries.jobs import Job

START_TIMER = "start-timer"
"""The kind of such jobs."""


class DefinitionNames:
    """What the timer of a start event can look at: the time and beans, and no variables yet."""

    def __init__(self, ctx: Context, now: datetime) -> None:
        self._host = ctx.host
        self._now = now

    def resolve(self, name: str) -> Any:
        """A bean; KeyError if there is none."""
        bean = self._host.callable(name)
        if bean is None:
            raise KeyError(name)
        return bean

    def now(self) -> datetime:
        """When the definition is deployed, or the job runs."""
        return self._now


def start_timer_jobs(
    ctx: Context, process: Process, definition: Definition, now: datetime
) -> list[tuple[Any, ...]]:
    """The jobs of a definition that is now the newest version. ExecutionError: a timer's text is wrong."""
    rows: list[tuple[Any, ...]] = []
    for event in process.root.start_events:
        if isinstance(event.definition, TimerEvent):
            due = _due(ctx, event.id, event.definition, now, None)
            if due is not None:
                rows.append(_row(ctx, process, definition.id, definition.deployment_id, event.id, due, now))
    return rows


def fire_start_timer(ctx: Context, job: Job, owner: str) -> JobResult:
    """Start the instance and plan the next one, in one transaction with the end of the job."""
    now = clock.now()
    with ctx.database.read() as tx:
        model = ctx.catalog.get(tx, job.definition_id or "")
    event_id = job.activity_id or ""
    try:
        following = _following(ctx, model.process, job, now)
    except ShoalError as error:
        return JobResult(JobState.FAILED, failure_of(error), event_id)
    facts = InstanceFacts(new_id(), model.definition_id, model.key, None, model.tenant_id)
    moved, failed = move_each(ctx, [(Loaded(new_snapshot(facts), model), (Start(start_event_id=event_id),))], now)
    rows, refused = build_rows(ctx, moved, now)
    failed |= refused
    for failure in failed.values():
        if following is not None:
            row = _row(ctx, model.process, model.definition_id, job.deployment_id, event_id, following, now)
            _plan_despite_failure(ctx, job, owner, row)
        element = failure.element_id if isinstance(failure, ExecutionError) else None
        return JobResult(JobState.FAILED, failure_of(failure), element)
    with ctx.database.write() as tx:
        lock_unchanged(tx, rows, skip=False)
        held = instance_jobs.lock_jobs(tx, [job.id], skip=False).get(job.id)
        if held is None or held.leased_by != owner:
            rows.drop(rows.instance_ids)
            write_rows(ctx, tx, rows)
            return JobResult(JobState.LOST)
        write_rows(ctx, tx, rows)
        instance_jobs.delete_jobs(tx, [job.id])
        if job.retries == 0:
            keep = ctx.settings.history_level.keeps_everything
            incidents.end_of_jobs(tx, [job.id], "resolved", now, keep=keep)
        if following is not None:
            row = _row(ctx, model.process, model.definition_id, job.deployment_id, event_id, following, now)
            instance_jobs.insert_jobs(tx, [row])
            job_definitions.apply_to_new_jobs(tx, [row[0]])
    return JobResult(JobState.DONE)


def _following(ctx: Context, process: Process, job: Job, now: datetime) -> Due | None:
    definition = getattr(process.node(job.activity_id or ""), "definition", None)
    if job.repeat is None or not isinstance(definition, TimerEvent):
        return None
    return _due(ctx, job.activity_id or "", definition, now, job.repeat)


def _due(ctx: Context, event_id: str, timer: TimerEvent, now: datetime, repeat: str | None) -> Due | None:
    value = timer.text.literal_value if timer.text.is_literal else timer.text.evaluate(DefinitionNames(ctx, now))
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    try:
        return next_due(timer.kind, text, now, repeat)
    except TimerTextError as error:
        raise ExecutionError(f"timer of start event '{event_id}': {error}", event_id) from None


def _row(
    ctx: Context,
    process: Process,
    definition_id: str,
    deployment_id: str | None,
    event_id: str,
    due: Due,
    now: datetime,
) -> tuple[Any, ...]:
    retries = ctx.settings.default_retries
    return (
        new_id(),
        START_TIMER,
        0,
        None,
        None,
        definition_id,
        deployment_id,
        event_id,
        due.at,
        _priority(ctx, process, event_id, now),
        retries,
        True,
        False,
        due.repeat,
        None,
        now,
    )


def _priority(ctx: Context, process: Process, event_id: str, now: datetime) -> int:
    expression = process.node(event_id).job_priority or process.job_priority
    if expression is None:
        return 0
    value = expression.evaluate(DefinitionNames(ctx, now))
    try:
        return int(str(value).strip())
    except ValueError:
        raise ExecutionError(f"the job priority of '{event_id}' is {value!r}, no whole number", event_id) from None


def _plan_despite_failure(ctx: Context, job: Job, owner: str, row: tuple[Any, ...]) -> None:
    """Camunda 7: a cycle goes on when one of its jobs fails; what has failed is tried again by itself."""
    with ctx.database.write() as tx:
        held = instance_jobs.lock_jobs(tx, [job.id], skip=False).get(job.id)
        if held is not None and held.leased_by == owner and held.repeat is not None:
            instance_jobs.insert_jobs(tx, [row])
            instance_jobs.change_jobs(tx, ("repeat",), [(job.id, None)])
