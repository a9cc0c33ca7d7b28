"""Headers of process instances: loading, locking in key order, and the changes that a header can see."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select, update

from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.queries.job_parking import take_back_jobs
from shoal.store.queries.visibility import visible
from shoal.store.tables.instances import process_instance
from shoal.store.within import within

_t = process_instance.c

NEW_COLUMNS = (
    "id",
    "definition_id",
    "business_key",
    "state",
    "suspended",
    "tenant_id",
    "root_id",
    "super_id",
    "super_node_id",
    "start_activity_id",
    "end_activity_id",
    "started_at",
    "ended_at",
    "started_by",
    "end_reason",
    "restarted_from_id",
    "revision",
)
END_COLUMNS = ("state", "suspended", "ended_at", "end_reason", "end_activity_id", "revision")


class Header(NamedTuple):
    """What the commands need to know of an instance."""

    id: str
    definition_id: str
    business_key: str | None
    state: str
    suspended: bool
    tenant_id: str | None
    root_id: str
    super_id: str | None
    super_node_id: str | None
    revision: int


_HEADER = tuple(_t[name] for name in Header._fields)


def load_headers(tx: Tx, ids: Sequence[str]) -> dict[str, Header]:
    """The headers of those of ``ids`` that exist."""
    rows = fetch_rows(tx, _HEADER, select_rows(_HEADER).where(within(_t.id, ids), visible()))
    return {row[0]: Header._make(row) for row in rows}


def lock_headers(tx: Tx, ids: Sequence[str], *, skip: bool) -> dict[str, Header]:
    """Lock the headers in key order and read them; ``skip`` leaves out those that somebody else holds."""
    statement = select_rows(_HEADER).where(within(_t.id, ids), visible()).order_by(_t.id)
    rows = fetch_rows(tx, _HEADER, tx.dialect.locked(statement, of=process_instance, skip=skip))
    return {row[0]: Header._make(row) for row in rows}


def lock_revisions(tx: Tx, ids: Sequence[str], *, skip: bool) -> dict[str, int]:
    """The same, reading nothing but the revisions."""
    columns = (_t.id, _t.revision)
    statement = select_rows(columns).where(within(_t.id, ids), visible()).order_by(_t.id)
    rows = fetch_rows(tx, columns, tx.dialect.locked(statement, of=process_instance, skip=skip))
    return {row[0]: row[1] for row in rows}


def lock_matching(tx: Tx, ids: Sequence[str], *, running: bool, suspended: bool | None = None) -> int:
    """Lock those of ``ids`` that run, or have ended, and that nobody else holds; how many these are.

    ``suspended``: only those that are suspended, or are not.
    """
    statement = select(_t.id).where(within(_t.id, ids), visible(), (_t.state == "active") == running)
    if suspended is not None:
        statement = statement.where(_t.suspended.is_(suspended))
    locked = tx.dialect.locked(statement.order_by(_t.id), of=process_instance, skip=True).subquery()
    return int(tx.execute(select(func.count()).select_from(locked)).scalar_one())


def definitions_among(tx: Tx, ids: Sequence[str]) -> list[tuple[str, bool]]:
    """The definitions of the running instances of ``ids``, each with whether any such instance was called."""
    called = _t.super_id.is_not(None)
    rows = tx.execute(
        select(_t.definition_id, called).where(within(_t.id, ids), _t.state == "active", visible()).distinct()
    )
    return [(row[0], bool(row[1])) for row in rows]


def existing_ids(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that exist, locked by others or not."""
    return set(tx.execute(select(_t.id).where(within(_t.id, ids), visible())).scalars())


def definitions_of(tx: Tx, ids: Sequence[str]) -> dict[str, str]:
    """The definition of each running instance of ``ids``."""
    rows = tx.execute(select(_t.id, _t.definition_id).where(within(_t.id, ids), _t.state == "active", visible()))
    return {row[0]: row[1] for row in rows}


def insert_headers(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, process_instance, NEW_COLUMNS, rows)


def bump_revisions(tx: Tx, ids: Sequence[str]) -> None:
    """Say that something of these instances changed: whoever loaded them before has to load again."""
    if ids:
        tx.execute(update(process_instance).where(within(_t.id, ids)).values(revision=_t.revision + 1))


def release(tx: Tx, ids: Sequence[str]) -> None:
    """The instances were called by nobody, from now on."""
    if ids:
        tx.execute(update(process_instance).where(within(_t.id, ids)).values(super_id=None, super_node_id=None))


def set_definition(tx: Tx, ids: Sequence[str], definition_id: str) -> None:
    """The instances belong to another definition now."""
    tx.execute(update(process_instance).where(within(_t.id, ids)).values(definition_id=definition_id))


def end_headers(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """End instances that ended each in its own way: rows of the id and ``END_COLUMNS``."""
    tx.dialect.update_many(tx.connection, process_instance, "id", END_COLUMNS, rows)


def end_all(tx: Tx, ids: Sequence[str], state: str, reason: str | None, now: datetime) -> None:
    """End instances that all end the same way."""
    if ids:
        tx.execute(
            update(process_instance)
            .where(within(_t.id, ids))
            .values(state=state, suspended=False, ended_at=now, end_reason=reason, revision=_t.revision + 1)
        )


def set_suspended(tx: Tx, ids: Sequence[str], suspended: bool) -> None:
    """Suspend or resume; their jobs are looked at again then."""
    if ids:
        tx.execute(
            update(process_instance).where(within(_t.id, ids)).values(suspended=suspended, revision=_t.revision + 1)
        )
        if not suspended:
            take_back_jobs(tx, ids)


def children_of(tx: Tx, ids: Sequence[str], *, running: bool) -> list[str]:
    """The ids of the instances that those of ``ids`` called; ``running``: only those that have not ended."""
    statement = select(_t.id).where(within(_t.super_id, ids))
    if running:
        statement = statement.where(_t.state == "active")
    return list(tx.execute(statement.order_by(_t.id)).scalars())


def delete_headers(tx: Tx, ids: Sequence[str]) -> None:
    """Remove the rows. Everything that belongs to them must be gone before."""
    if ids:
        tx.execute(process_instance.delete().where(within(_t.id, ids)))
