"""What a worker reports of external tasks that it could not do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from shoal import clock
from shoal.bpmn.activities import ServiceTask
from shoal.bpmn.events import MessageEvent
from shoal.commands.catalog import Deployed
from shoal.commands.context import Context
from shoal.commands.direct import Aim, move_directly, raise_first
from shoal.commands.external_task_access import refusals, refused
from shoal.commands.external_work import arrivals_of
from shoal.commands.rows import storable
from shoal.errors import InputError, SuspendedError
from shoal.ids import is_id, new_id
from shoal.kernel.stimulus import FailExternal
from shoal.store.database import Tx
from shoal.store.queries import external_tasks, incidents
from shoal.store.queries.external_task_log import log_failures
from shoal.store.queries.external_tasks import ExternalTask
from shoal.store.queries.instances import Header, load_headers, lock_headers
from shoal.values import TypedValue

_MESSAGE = 4000
"""Longest error message that is stored, in characters (Camunda 7: the same)."""


@dataclass(frozen=True, slots=True)
class WorkFailed:
    """A task could not be done. ``retries`` left: 0 makes an incident (Camunda 7: also when nothing is said)."""

    task_id: str
    worker_id: str
    error_message: str | None = None
    error_details: str | None = None
    retries: int = 0
    variables: Mapping[str, TypedValue] = field(default_factory=dict)
    local_variables: Mapping[str, TypedValue] = field(default_factory=dict)
    retry_timeout: timedelta = timedelta()

    def __post_init__(self) -> None:
        if not 0 <= self.retries < 2**31:
            raise InputError(f"retries: 0 or more, not {self.retries}", field="retries")
        if self.retry_timeout < timedelta():
            raise InputError("retryTimeout cannot be negative", field="retryTimeout")


def fail_external_tasks(ctx: Context, requests: Sequence[WorkFailed]) -> dict[str, Exception]:
    """Note failures and give the tasks back, after their timeout; the errors of those that were refused.

    Camunda 7: where the model makes a BPMN error of it (camunda:errorEventDefinition), the task ends with that.
    NotFoundError: no such task. InputError: the worker does not hold it. SuspendedError: its instance is suspended.
    VariableTypeError, ExecutionError: a variable, or what followed the BPMN error.
    """
    wanted = {each.task_id: each for each in requests}
    errors, told = _tell_models(ctx, wanted)
    rest = [each for each in wanted if each not in told and each not in errors]
    if not rest:
        return errors
    with ctx.database.write() as tx:
        held = _hold(tx, [each for each in rest if is_id(each)])
        for task_id in rest:
            task, header = held.get(task_id, (None, None))
            error: Exception | None = refused(task_id, task, wanted[task_id].worker_id, "failed")
            if error is None and header is not None and header.suspended:
                error = SuspendedError(f"process instance '{header.id}' is suspended")
            if error is not None:
                errors[task_id] = error
                held.pop(task_id, None)
        _give_back(ctx, tx, held, wanted)
    return errors


def fail_external_task(ctx: Context, request: WorkFailed) -> None:
    """Note one failure. Raises what ``fail_external_tasks`` returns."""
    raise_first(fail_external_tasks(ctx, [request]), [request.task_id])


def _tell_models(ctx: Context, wanted: Mapping[str, WorkFailed]) -> tuple[dict[str, Exception], set[str]]:
    """Let the models look at the failures, where that can make a difference; errors, and whose models did.

    What becomes of a task is one transaction: its variables, and its end by a BPMN error or its way back.
    """
    told: set[str] = set()
    workers = {each.task_id: each.worker_id for each in wanted.values()}

    def locate(tx: Tx, task_ids: Sequence[str]) -> dict[str, Aim | Exception]:
        found = external_tasks.find_external_tasks(tx, [each for each in task_ids if is_id(each)])
        headers = load_headers(tx, sorted({each.instance_id for each in found.values()}))
        models = ctx.catalog.get_many(tx, {each.definition_id for each in headers.values()})
        aims: dict[str, Aim | Exception] = {}
        for task_id, task in found.items():
            request = wanted[task_id]
            header = headers.get(task.instance_id)
            if header is None or refused(task_id, task, request.worker_id, "failed") is not None:
                continue
            if request.variables or request.local_variables or _has_errors(models[header.definition_id], task):
                told.add(task_id)
                aims[task_id] = Aim(
                    task.instance_id,
                    FailExternal(
                        task.node_id,
                        request.error_message,
                        request.error_details,
                        request.variables,
                        request.local_variables,
                    ),
                )
        return aims

    def guard(tx: Tx, task_ids: Sequence[str]) -> dict[str, Exception]:
        return refusals(tx, workers, task_ids, "failed")

    def note(tx: Tx, task_ids: Sequence[str]) -> None:
        _give_back(ctx, tx, _hold(tx, task_ids), wanted)

    return move_directly(ctx, list(wanted), locate, guard, note), told


def _has_errors(model: Deployed, task: ExternalTask) -> bool:
    node = model.process.node(task.activity_id)
    if isinstance(node, ServiceTask):
        return node.external is not None and bool(node.external.error_definitions)
    definition = getattr(node, "definition", None)
    return isinstance(definition, MessageEvent) and bool(definition.external_error_definitions)


def _hold(tx: Tx, task_ids: Sequence[str]) -> dict[str, tuple[ExternalTask, Header]]:
    """The tasks with their instances, all locked: the instances first."""
    found = external_tasks.find_external_tasks(tx, task_ids)
    headers = lock_headers(tx, sorted({each.instance_id for each in found.values()}), skip=False)
    held = external_tasks.hold_external_tasks(tx, task_ids)
    return {each.id: (each, headers[each.instance_id]) for each in held.values() if each.instance_id in headers}


def _give_back(
    ctx: Context, tx: Tx, held: Mapping[str, tuple[ExternalTask, Header]], requests: Mapping[str, WorkFailed]
) -> None:
    """Note the failures of the tasks, all locked."""
    now = clock.now()
    tx.after_commit(arrivals_of(ctx.database).notify)
    external_tasks.fail_external_tasks(tx, [_row(requests[each], now) for each in held])
    definitions = {header.id: header.definition_id for _, header in held.values()}
    if ctx.settings.history_level.keeps_everything:
        log_failures(
            tx, [_log_row(task, header.definition_id, requests[task.id], now) for task, header in held.values()]
        )
    _incidents(ctx, tx, [task for task, _ in held.values()], requests, definitions, now)


def _row(request: WorkFailed, now: datetime) -> tuple[Any, ...]:
    message = storable(request.error_message)
    waits = request.retry_timeout > timedelta()
    return (
        request.task_id,
        request.retries,
        None if message is None else message[:_MESSAGE],
        storable(request.error_details),
        request.worker_id if waits else None,
        now + request.retry_timeout if waits else None,
    )


def _log_row(task: ExternalTask, definition_id: str, request: WorkFailed, now: datetime) -> tuple[Any, ...]:
    message = storable(request.error_message)
    return (
        new_id(),
        task.id,
        "failed",
        task.instance_id,
        task.node_id,
        task.activity_id,
        definition_id,
        task.topic,
        task.priority,
        now,
        storable(request.worker_id),
        request.retries,
        None if message is None else message[:_MESSAGE],
        storable(request.error_details),
    )


def _incidents(
    ctx: Context,
    tx: Tx,
    tasks: Collection[ExternalTask],
    requests: Mapping[str, WorkFailed],
    definitions: Mapping[str, str],
    now: datetime,
) -> None:
    open_now = incidents.open_of_instances(tx, sorted({each.instance_id for each in tasks}))
    known = {configuration: incident_id for incident_id, _, configuration in open_now}
    keep = ctx.settings.history_level.keeps_everything
    recovered = [known[each.id] for each in tasks if requests[each.id].retries > 0 and each.id in known]
    incidents.end_incidents(tx, recovered, "resolved", now, keep=keep)
    rows: list[tuple[Any, ...]] = []
    for task in tasks:
        if requests[task.id].retries == 0 and task.id not in known:
            message = (storable(requests[task.id].error_message) or "")[:_MESSAGE] or None
            rows.append(
                (
                    new_id(),
                    "failedExternalTask",
                    task.instance_id,
                    task.node_id,
                    task.activity_id,
                    task.activity_id,
                    definitions[task.instance_id],
                    task.id,
                    message,
                    "open",
                    now,
                    None,
                )
            )
    incidents.open_incidents(tx, rows)
