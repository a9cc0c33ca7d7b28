"""Gives external tasks tries, or another priority."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal.commands.context import Context
from shoal.commands.external_task_access import refused
from shoal.commands.external_work import arrivals_of
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.errors import InputError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries import external_tasks, incidents
from shoal.store.queries.external_tasks import ExternalTask
from shoal.store.queries.instances import Header, lock_headers

NO_SUCH_TASK = Reason("not-found", "no such external task")


def set_external_task_retries(
    ctx: Context, tx: Tx, task_ids: Sequence[str], retries: int, now: datetime, *, wait: bool = False
) -> ChunkOutcome:
    """Give tasks that many tries. Some resolve the incident of a task; none make one.

    The ids of the outcome are those of the tasks. Skipped: not-found. Put back: the instance is held by others
    (unless ``wait``). InputError: less than 0.
    """
    if not 0 <= retries < 2**31:
        raise InputError(f"retries: 0 or more, not {retries}", field="retries")
    outcome = ChunkOutcome()
    found = external_tasks.find_external_tasks(tx, [each for each in task_ids if is_id(each)])
    headers = lock_headers(tx, sorted({each.instance_id for each in found.values()}), skip=not wait)
    held = external_tasks.hold_external_tasks(
        tx, [each.id for each in found.values() if each.instance_id in headers]
    )
    for each in task_ids:
        if each in held:
            outcome.succeeded.append(each)
        elif each in found and found[each].instance_id not in headers:
            outcome.put_back.append(each)
        else:
            outcome.skipped[each] = NO_SUCH_TASK
    external_tasks.set_retries(tx, list(held), retries)
    _incidents(ctx, tx, list(held.values()), headers, retries, now)
    if retries > 0:
        tx.after_commit(arrivals_of(ctx.database).notify)
    return outcome


def set_external_task_priority(ctx: Context, task_id: str, priority: int) -> None:
    """Tasks with a higher priority are fetched first, by workers who want that. NotFoundError; InputError."""
    if not -(2**31) <= priority < 2**31:
        raise InputError(f"priority: a whole number of 32 bits, not {priority}", field="priority")
    with ctx.database.write() as tx:
        held = external_tasks.hold_external_tasks(tx, [task_id]) if is_id(task_id) else {}
        if (error := refused(task_id, held.get(task_id), None, "changed")) is not None:
            raise error
        external_tasks.set_priority(tx, task_id, priority)


def _incidents(
    ctx: Context,
    tx: Tx,
    tasks: Sequence[ExternalTask],
    headers: dict[str, Header],
    retries: int,
    now: datetime,
) -> None:
    open_now = incidents.open_of_instances(tx, sorted({each.instance_id for each in tasks}))
    known = {configuration: incident_id for incident_id, _, configuration in open_now}
    if retries > 0:
        ended = [known[each.id] for each in tasks if each.id in known]
        incidents.end_incidents(tx, ended, "resolved", now, keep=ctx.settings.history_level.keeps_everything)
        return
    incidents.open_incidents(
        tx,
        [
            (
                new_id(),
                "failedExternalTask",
                each.instance_id,
                each.node_id,
                each.activity_id,
                each.activity_id,
                headers[each.instance_id].definition_id,
                each.id,
                each.error_message,
                "open",
                now,
                None,
            )
            for each in tasks
            if each.id not in known
        ],
    )
