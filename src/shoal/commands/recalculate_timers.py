"""Finds out anew when a timer is due, by its expression and the variables of now."""

from __future__ import annotations

from datetime import date, datetime

from shoal import clock
from shoal.bpmn.activities import UserTask
from shoal.bpmn.events import Event, TimerEvent
from shoal.bpmn.process import Process
from shoal.bpmn.timers import TimerTextError, next_due
from shoal.commands.change_jobs import found_job, write_job
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.commands.start_timers import DefinitionNames
from shoal.commands.visible_names import VisibleNames
from shoal.errors import ConflictError, ExecutionError, InputError
from shoal.expressions.errors import ExpressionError
from shoal.store.queries.jobs import Job


def recalculate_due_date(ctx: Context, job_id: str, *, creation_based: bool = False) -> datetime | None:
    """Evaluate the timer again, seen from now or from when the job was made, and return when it is due.

    NotFoundError. InputError: the job is no timer. ExecutionError: the timer cannot be evaluated, or would never
    be due; the job is as it was then.
    """
    with ctx.database.read() as tx:
        job = found_job(tx, job_id)
        process = ctx.catalog.get(tx, job.definition_id).process if job.definition_id is not None else None
        found = load(ctx, tx, [job.instance_id]) if job.instance_id is not None else {}
    loaded = found.get(job.instance_id or "")
    timer = None if process is None else _timer(process, job, loaded if isinstance(loaded, Loaded) else None)
    if timer is None:
        raise InputError(f"job '{job_id}' is no timer", field="jobId")
    base = job.created_at if creation_based else clock.now()
    text = _text(ctx, timer, job, loaded if isinstance(loaded, Loaded) else None, base)
    try:
        due = next_due(timer.kind, text, base)
    except TimerTextError as error:
        raise ExecutionError(f"timer of '{job.activity_id}': {error}", job.activity_id) from error
    if due is None:
        raise ExecutionError(f"timer of '{job.activity_id}': '{text}' is never due any more", job.activity_id)
    with ctx.database.write() as tx:
        write_job(tx, job, due_at=due.at, repeat=due.repeat)
    return due.at


def _timer(process: Process, job: Job, loaded: Loaded | None) -> TimerEvent | None:
    element = process.nodes.get(job.activity_id or "")
    if isinstance(element, Event):
        return element.definition if isinstance(element.definition, TimerEvent) else None
    if not isinstance(element, UserTask) or loaded is None or job.kind != "timer":
        return None
    node = loaded.snapshot.state.find(job.node_id or "")
    waits = [each.element for each in (node.waits or () if node is not None else ()) if each.id == job.id]
    if not waits:
        raise ConflictError(f"nothing waits for job '{job.id}' any more", job_id=job.id)
    return element.task_listeners[int((waits[0] or "").rpartition("#timeout")[2])].timer


def _text(ctx: Context, timer: TimerEvent, job: Job, loaded: Loaded | None, base: datetime) -> str:
    if timer.text.literal_value is not None:
        return timer.text.literal_value
    names = DefinitionNames(ctx, base) if loaded is None else VisibleNames(ctx, loaded, job.node_id, base)
    try:
        value = timer.text.evaluate(names)
    except ExpressionError as error:
        raise ExecutionError(f"timer of '{job.activity_id}': {error}", job.activity_id) from error
    if isinstance(value, str):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise ExecutionError(f"timer of '{job.activity_id}': {value!r} is neither a text nor a date", job.activity_id)
