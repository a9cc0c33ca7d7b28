"""The ids that the caller of a batch named, and what exists under them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, delete, func, select

from shoal.store.database import Tx
from shoal.store.queries.instances import existing_ids
from shoal.store.queries.visibility import visible
from shoal.store.tables.batches import batch_requested_id
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.within import within

TargetKind = Literal["instances", "jobs"]
"""Whose ids they are."""

_requested = batch_requested_id.c


def insert_requested_ids(tx: Tx, batch_id: str, ids: Sequence[str]) -> None:
    """Keep the ids that were named; they must be sorted and without duplicates."""
    tx.dialect.insert_many(
        tx.connection, batch_requested_id, ("batch_id", "target_id"), [(batch_id, each) for each in ids]
    )


def delete_requested_ids(tx: Tx, batch_id: str, ids: Sequence[str] | None = None) -> None:
    """Forget these ids, or all."""
    statement = delete(batch_requested_id).where(_requested.batch_id == batch_id)
    if ids is not None:
        statement = statement.where(
            _requested.target_id.between(ids[0], ids[-1]), within(_requested.target_id, ids)
        )
    tx.execute(statement)


def count_requested_ids(tx: Tx, batch_id: str) -> int:
    """How many named ids are not in a chunk yet."""
    statement = select(func.count()).select_from(batch_requested_id).where(_requested.batch_id == batch_id)
    return int(tx.execute(statement).scalar_one())


def requested_among(tx: Tx, batch_id: str, ids: Sequence[str]) -> set[str]:
    """Those of the sorted ids that the caller named."""
    if not ids:
        return set()
    statement = select(_requested.target_id).where(
        _requested.batch_id == batch_id,
        _requested.target_id.between(ids[0], ids[-1]),
        within(_requested.target_id, ids),
    )
    return set(tx.execute(statement).scalars())


def requested_deployments(tx: Tx, batch_id: str, kind: TargetKind) -> list[str | None]:
    """The deployments to which the named ids belong, as far as they exist; none last."""
    found = tx.execute(_existing(batch_id, kind, _deployment_of(kind)).distinct()).scalars()
    return sorted(found, key=lambda each: (each is None, each or ""))


def page_requested_ids(
    tx: Tx, batch_id: str, kind: TargetKind, deployment_id: str | None, after_id: str | None, limit: int
) -> list[str]:
    """Named ids that exist in the deployment, in their order."""
    statement = (
        _existing(batch_id, kind, _requested.target_id)
        .where(_deployment_of(kind).is_not_distinct_from(deployment_id))
        .order_by(_requested.target_id)
        .limit(limit)
    )
    if after_id is not None:
        statement = statement.where(_requested.target_id > after_id)
    return list(tx.execute(statement).scalars())


def page_remaining_ids(tx: Tx, batch_id: str, after_id: str | None, limit: int) -> list[str]:
    """Named ids that are not in a chunk yet, whether they exist or not, in their order."""
    statement = (
        select(_requested.target_id)
        .where(_requested.batch_id == batch_id)
        .order_by(_requested.target_id)
        .limit(limit)
    )
    if after_id is not None:
        statement = statement.where(_requested.target_id > after_id)
    return list(tx.execute(statement).scalars())


def existing_among(tx: Tx, kind: TargetKind, ids: Sequence[str]) -> set[str]:
    """Those of the ids that exist."""
    if kind == "instances":
        return existing_ids(tx, ids)
    return set(tx.execute(select(job.c.id).where(within(job.c.id, ids), job.c.lane == 0)).scalars())


def _deployment_of(kind: TargetKind) -> ColumnElement[Any]:
    return process_definition.c.deployment_id if kind == "instances" else job.c.deployment_id


def _existing(batch_id: str, kind: TargetKind, column: ColumnElement[Any]) -> Select[Any]:
    statement = select(column).select_from(batch_requested_id).where(_requested.batch_id == batch_id)
    if kind == "jobs":
        return statement.join(job, job.c.id == _requested.target_id).where(job.c.lane == 0)
    return (
        statement.join(process_instance, process_instance.c.id == _requested.target_id)
        .join(process_definition, process_definition.c.id == process_instance.c.definition_id)
        .where(visible())
    )
