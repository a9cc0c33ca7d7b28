"""Removes what belongs to process instances: the one list of the tables that have any of it.

Every table here has a column ``instance_id`` and is walked by its index. Headers go last; large values, which
rows refer to, after those rows. Decisions are in ``decision_erasure``: they may stay longer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import ColumnElement, Delete, Table, select

from shoal.store.blobs import BlobStore
from shoal.store.database import Tx
from shoal.store.tables.discussions import attachment, task_comment
from shoal.store.tables.history import activity_instance, external_task_log, identity_link_log, job_log
from shoal.store.tables.jobs import incident
from shoal.store.tables.people import user_operation
from shoal.store.tables.variables import blob, variable, variable_update
from shoal.store.tables.waits import identity_link, user_task
from shoal.store.within import within

HISTORY: tuple[Table, ...] = (
    job_log,
    external_task_log,
    identity_link_log,
    incident,
    variable_update,
    variable,
    task_comment,
    attachment,
    identity_link,
    user_task,
    activity_instance,
)
_USING_BLOBS = (variable, variable_update, attachment)
_ended_tasks = select(user_task.c.id).where(
    user_task.c.instance_id == identity_link.c.instance_id, user_task.c.ended_at.is_not(None)
)
_PAST: Mapping[Table, ColumnElement[bool]] = MappingProxyType(
    {
        incident: incident.c.state != "open",
        variable: variable.c.live.is_(False),
        identity_link: identity_link.c.task_id.in_(_ended_tasks),
        user_task: user_task.c.ended_at.is_not(None),
        activity_instance: activity_instance.c.ended_at.is_not(None),
    }
)
"""What is history of an instance that runs; the other rows of these tables are its present."""


def delete_history(tx: Tx, blobs: BlobStore, ids: Sequence[str]) -> None:
    """Remove everything of ended instances but their headers, their decisions, and what users did to them."""
    for table in HISTORY:
        tx.execute(table.delete().where(within(table.c.instance_id, ids)))
    _give_up(tx, blobs, blob.delete().where(within(blob.c.instance_id, ids)))


def delete_some_history(tx: Tx, blobs: BlobStore, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of ended instances; fewer when nothing is left but headers and decisions."""
    return _delete_some_of(tx, blobs, ids, limit, {})


def delete_some_past(tx: Tx, blobs: BlobStore, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of history of instances that run; fewer when only their present is left."""
    return _delete_some_of(tx, blobs, ids, limit, _PAST)


def _delete_some_of(
    tx: Tx, blobs: BlobStore, ids: Sequence[str], limit: int, only: Mapping[Table, ColumnElement[bool]]
) -> int:
    left = limit
    loose: set[str] = set()
    for table in (user_operation, *HISTORY):
        if left == 0:
            break
        condition = within(table.c.instance_id, ids)
        if table in only:
            condition &= only[table]
        if table in _USING_BLOBS:
            done = tx.execute(_some(table, condition, left).returning(table.c.blob_id)).scalars().all()
            loose.update(each for each in done if each is not None)
            left -= len(done)
        else:
            left -= delete_some(tx, table, condition, left)
    for table in _USING_BLOBS:
        if loose:
            # by the index of the instance: there is none of large values
            used = within(table.c.instance_id, ids) & within(table.c.blob_id, sorted(loose))
            loose -= set(tx.execute(select(table.c.blob_id).where(used)).scalars())
    if loose:
        _give_up(tx, blobs, blob.delete().where(within(blob.c.id, sorted(loose))))
    return limit - left


def delete_some(tx: Tx, table: Table, condition: ColumnElement[bool], limit: int) -> int:
    """Remove at most ``limit`` rows of a table that has ids; how many there were."""
    return int(tx.execute(_some(table, condition, limit)).rowcount) if limit > 0 else 0


def _some(table: Table, condition: ColumnElement[bool], limit: int) -> Delete:
    return table.delete().where(table.c.id.in_(select(table.c.id).where(condition).limit(limit)))


def _give_up(tx: Tx, blobs: BlobStore, statement: Delete) -> int:
    found = list(tx.execute(statement.returning(blob.c.id)).scalars())
    if found:
        tx.after_commit(lambda: blobs.remove(found))
    return len(found)
