"""Instances and decisions with what is below their roots, and rows of them locked in the order of their ids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from shoal.store.database import Tx
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_instance
from shoal.store.tables.instances import process_instance
from shoal.store.within import within

_i = process_instance.c
_d = decision_instance.c


class DecisionPlace(NamedTuple):
    """An evaluated decision: the one that was asked, and the root of the processes that asked."""

    id: str
    root_id: str
    root_instance_id: str | None


def instances_below(tx: Tx, root_ids: Sequence[str]) -> dict[str, list[str]]:
    """The instances of each hierarchy, the root included if it still exists. Empty hierarchies are left out."""
    below = or_(within(_i.id, root_ids), within(_i.root_id, root_ids) & (_i.root_id != _i.id))
    found: dict[str, list[str]] = {}
    for instance_id, root_id in tx.execute(select(_i.id, _i.root_id).where(below)):
        found.setdefault(root_id, []).append(instance_id)
    return found


def removal_times_of_instances(tx: Tx, ids: Sequence[str]) -> dict[str, datetime | None]:
    """The removal time of each instance."""
    return {row[0]: row[1] for row in tx.execute(select(_i.id, _i.removal_time).where(within(_i.id, ids)))}


def find_decisions(tx: Tx, ids: Sequence[str]) -> dict[str, DecisionPlace]:
    """The decisions of these ids."""
    root = func.coalesce(_d.root_decision_id, _d.id, type_=_d.id.type)
    rows = tx.execute(select(_d.id, root, _d.root_instance_id).where(within(_d.id, ids)))
    return {row[0]: DecisionPlace(*row) for row in rows}


def decisions_below(tx: Tx, root_ids: Sequence[str]) -> dict[str, list[str]]:
    """The decisions of each hierarchy, the root included if it still exists."""
    below = or_(within(_d.id, root_ids), within(_d.root_decision_id, root_ids))
    found: dict[str, list[str]] = {}
    for decision_id, root_id in tx.execute(select(_d.id, _d.root_decision_id).where(below)):
        found.setdefault(root_id or decision_id, []).append(decision_id)
    return found


def lock_decisions(tx: Tx, ids: Sequence[str], *, skip: bool) -> set[str]:
    """Lock decisions; ``skip`` leaves out those that somebody else holds."""
    statement = select(_d.id).where(within(_d.id, ids)).order_by(_d.id)
    return set(tx.execute(tx.dialect.locked(statement, of=decision_instance, skip=skip)).scalars())


def removal_times_of_decisions(tx: Tx, ids: Sequence[str]) -> dict[str, datetime | None]:
    """The removal time of each decision."""
    return {row[0]: row[1] for row in tx.execute(select(_d.id, _d.removal_time).where(within(_d.id, ids)))}


def lock_batches(tx: Tx, ids: Sequence[str], *, skip: bool) -> dict[str, str]:
    """Lock batches; their operations by id."""
    statement = select(batch.c.id, batch.c.operation).where(within(batch.c.id, ids)).order_by(batch.c.id)
    return {row[0]: row[1] for row in tx.execute(tx.dialect.locked(statement, of=batch, skip=skip))}


def existing_batches(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Those of the ids that are batches, locked by others or not."""
    return set(tx.execute(select(batch.c.id).where(within(batch.c.id, ids))).scalars())
