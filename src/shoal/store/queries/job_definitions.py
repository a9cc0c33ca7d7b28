"""What was said about the jobs of elements: suspended, another priority."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select, update

from shoal.store.database import Tx
from shoal.store.tables.job_definitions import job_definition_state
from shoal.store.tables.jobs import job
from shoal.store.within import within

_t = job_definition_state.c


class JobPlace(NamedTuple):
    """Where jobs come from."""

    definition_id: str
    activity_id: str
    kind: str


def said_of(tx: Tx, definition_ids: Sequence[str]) -> dict[JobPlace, tuple[bool, int | None]]:
    """What was said of the elements of these definitions: suspended, priority."""
    rows = tx.execute(
        select(_t.definition_id, _t.activity_id, _t.kind, _t.suspended, _t.priority).where(
            within(_t.definition_id, definition_ids)
        )
    )
    return {JobPlace(row[0], row[1], row[2]): (bool(row[3]), row[4]) for row in rows}


def set_suspended(tx: Tx, places: Sequence[JobPlace], suspended: bool) -> None:
    """Suspend or resume the jobs of the elements."""
    if not places:
        return
    known = _locked(tx, places)
    if known:
        tx.execute(update(job_definition_state).where(_among(known)).values(suspended=suspended))
    _insert(tx, [(*each, suspended, None) for each in places if each not in known])


def set_priority(tx: Tx, place: JobPlace, priority: int | None) -> None:
    """Override the priority of new jobs of the element, or no more."""
    if _locked(tx, [place]):
        tx.execute(update(job_definition_state).where(_among([place])).values(priority=priority))
    else:
        _insert(tx, [(*place, False, priority)])


def set_suspended_of_jobs(tx: Tx, places: Sequence[JobPlace], suspended: bool) -> None:
    """Suspend or resume the jobs of the elements that are there."""
    if places:
        mine = or_(
            *(
                and_(
                    job.c.definition_id == each.definition_id,
                    job.c.activity_id == each.activity_id,
                    job.c.kind == each.kind,
                )
                for each in places
            )
        )
        tx.execute(update(job).where(mine, job.c.suspended.is_(not suspended)).values(suspended=suspended))


def jobs_without_retries(tx: Tx, place: JobPlace, *, after_id: str | None, limit: int) -> list[str]:
    """A page of the ids of the element's jobs that have no tries left."""
    statement = select(job.c.id).where(
        job.c.definition_id == place.definition_id,
        job.c.activity_id == place.activity_id,
        job.c.kind == place.kind,
        job.c.retries == 0,
    )
    if after_id is not None:
        statement = statement.where(job.c.id > after_id)
    return list(tx.execute(statement.order_by(job.c.id).limit(limit)).scalars())


def set_priority_of_jobs(tx: Tx, place: JobPlace, priority: int) -> None:
    """Give the jobs of the element that are there the priority."""
    tx.execute(
        update(job)
        .where(
            job.c.definition_id == place.definition_id,
            job.c.activity_id == place.activity_id,
            job.c.kind == place.kind,
        )
        .values(priority=priority)
    )


def apply_to_new_jobs(tx: Tx, job_ids: Sequence[str]) -> None:
    """Let new jobs be as it was said of their elements, if anything was: with that priority, suspended."""
    anything = select(_t.kind).where(or_(_t.priority.is_not(None), _t.suspended.is_(True))).limit(1)
    if not job_ids or tx.execute(anything).first() is None:
        return
    mine = (_t.definition_id == job.c.definition_id, _t.activity_id == job.c.activity_id, _t.kind == job.c.kind)
    said = select(_t.priority).where(*mine, _t.priority.is_not(None))
    tx.execute(update(job).where(within(job.c.id, job_ids), said.exists()).values(priority=said.scalar_subquery()))
    held = select(_t.kind).where(*mine, _t.suspended.is_(True)).exists()
    tx.execute(update(job).where(within(job.c.id, job_ids), held).values(suspended=True))


def _locked(tx: Tx, places: Sequence[JobPlace]) -> list[JobPlace]:
    """Which of them have a row. Nobody else makes one until the transaction ends."""
    tx.dialect.lock_names(tx.connection, sorted({f"shoal.job-definition:{each.definition_id}" for each in places}))
    said = said_of(tx, sorted({each.definition_id for each in places}))
    return [each for each in places if each in said]


def _among(places: Sequence[JobPlace]) -> ColumnElement[bool]:
    return or_(
        *(
            and_(_t.definition_id == each.definition_id, _t.activity_id == each.activity_id, _t.kind == each.kind)
            for each in places
        )
    )


def _insert(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    columns = (*JobPlace._fields, "suspended", "priority")
    tx.dialect.insert_many(tx.connection, job_definition_state, columns, rows)
