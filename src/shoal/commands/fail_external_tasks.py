"""What a worker reports of external tasks that it could not do."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.direct import raise_first
from shoal.commands.external_task_access import refused
from shoal.commands.rows import storable
from shoal.errors import InputError, SuspendedError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries import external_tasks, incidents
from shoal.store.queries.external_tasks import ExternalTask
from shoal.store.queries.instances import Header, lock_headers

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
    retry_timeout: timedelta = timedelta()

    def __post_init__(self) -> None:
        if not 0 <= self.retries < 2**31:
            raise InputError(f"retries: 0 or more, not {self.retries}", field="retries")
        if self.retry_timeout < timedelta():
            raise InputError("retryTimeout cannot be negative", field="retryTimeout")


def fail_external_tasks(ctx: Context, requests: Sequence[WorkFailed]) -> dict[str, Exception]:
    """Note failures and give the tasks back, after their timeout; the errors of those that were refused.

    NotFoundError: no such task. InputError: the worker does not hold it. SuspendedError: its instance is suspended.
    """
    wanted = {each.task_id: each for each in requests}
    errors: dict[str, Exception] = {}
    now = clock.now()
    with ctx.database.write() as tx:
        held = _hold(tx, [each for each in wanted if is_id(each)])
        accepted: dict[str, ExternalTask] = {}
        for task_id, request in wanted.items():
            task, header = held.get(task_id, (None, None))
            error = refused(task_id, task, request.worker_id, "failed")
            if task is None or header is None or error is not None:
                errors[task_id] = error or LookupError(task_id)
            elif header.suspended:
                errors[task_id] = SuspendedError(f"process instance '{header.id}' is suspended")
            else:
                accepted[task_id] = task
        external_tasks.fail_external_tasks(tx, [_row(wanted[each], now) for each in accepted])
        definitions = {header.id: header.definition_id for _, header in held.values()}
        _incidents(ctx, tx, accepted.values(), wanted, definitions, now)
    return errors


def fail_external_task(ctx: Context, request: WorkFailed) -> None:
    """Note one failure. Raises what ``fail_external_tasks`` returns."""
    raise_first(fail_external_tasks(ctx, [request]), [request.task_id])


def _hold(tx: Tx, task_ids: Sequence[str]) -> dict[str, tuple[ExternalTask, Header]]:
    """The tasks with their instances, all locked: the instances first."""
    found = external_tasks.find_external_tasks(tx, task_ids)
    headers = lock_headers(tx, sorted({each.instance_id for each in found.values()}), skip=False)
    held = external_tasks.hold_external_tasks(tx, task_ids)
    return {each.id: (each, headers[each.instance_id]) for each in held.values() if each.instance_id in headers}


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
                )
            )
    incidents.open_incidents(tx, rows)
