"""Removal times: written on the headers of instances, decisions and batches, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, null, select, update

from shoal.store.database import Tx
from shoal.store.days import days_after
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_definition, decision_instance
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.within import within

_i = process_instance.c
_d = process_definition.c
_e = decision_instance.c
_CALLED = _i.root_id != _i.id


def times_to_live(tx: Tx, ids: Sequence[str]) -> dict[int, list[str]]:
    """Those of the instances that are roots, by the days for which their definitions keep history."""
    rows = tx.execute(
        select(_d.history_ttl_days, _i.id)
        .join(process_definition, _d.id == _i.definition_id)
        .where(within(_i.id, ids), _i.root_id == _i.id, _d.history_ttl_days.is_not(None))
    )
    found: dict[int, list[str]] = {}
    for days, instance_id in rows:
        found.setdefault(days, []).append(instance_id)
    return found


def set_after_start(tx: Tx, ids: Sequence[str], days: int) -> None:
    """The instances may go ``days`` after their start."""
    _set(tx, within(_i.id, ids), days_after(_i.started_at, days))


def set_after_end(tx: Tx, root_ids: Sequence[str], days: int) -> None:
    """The roots may go ``days`` after their end, and with them whatever they called and decided."""
    _set(tx, within(_i.id, root_ids), days_after(_i.ended_at, days))
    follow_roots(tx, root_ids)


def inherit(tx: Tx, ids: Sequence[str]) -> None:
    """Called instances may go when their roots may."""
    if ids:
        _set(tx, within(_i.id, ids), _of_root(_i.root_id))


def follow_roots(tx: Tx, root_ids: Sequence[str]) -> None:
    """Everything below the roots may go when they may: called instances and decisions."""
    _set(tx, within(_i.root_id, root_ids) & _CALLED, _of_root(_i.root_id))
    tx.execute(
        update(decision_instance)
        .where(within(_e.root_instance_id, root_ids))
        .values(removal_time=_of_root(_e.root_instance_id))
    )


def set_of_instances(tx: Tx, ids: Sequence[str], removal_time: datetime | None) -> None:
    """Give the instances, and the decisions that they made, that removal time."""
    _set(tx, within(_i.id, ids), removal_time)
    tx.execute(update(decision_instance).where(within(_e.instance_id, ids)).values(removal_time=removal_time))


def calculate_of_instances(tx: Tx, ids: Sequence[str], *, from_start: bool) -> None:
    """Calculate the removal times of the instances by what their definitions say now; null if that is nothing.

    From the end of those that have ended, else from the start if ``from_start``.
    """
    base = func.coalesce(_i.ended_at, _i.started_at) if from_start else _i.ended_at
    days = select(_d.history_ttl_days).where(_d.id == _i.definition_id).scalar_subquery()
    _set(tx, within(_i.id, ids), days_after(base, days))
    own = select(_i.removal_time).where(_i.id == _e.instance_id).scalar_subquery()
    tx.execute(update(decision_instance).where(within(_e.instance_id, ids)).values(removal_time=own))


def set_below_roots(tx: Tx, root_ids: Sequence[str], removal_time: datetime | None) -> None:
    """Give the whole hierarchies of these roots that removal time, whether the roots still exist or not."""
    _set(tx, within(_i.id, root_ids), removal_time)
    _set(tx, within(_i.root_id, root_ids) & _CALLED, removal_time)
    tx.execute(
        update(decision_instance).where(within(_e.root_instance_id, root_ids)).values(removal_time=removal_time)
    )


def set_of_decisions(tx: Tx, ids: Sequence[str], removal_time: datetime | None) -> None:
    """Give the decisions that removal time."""
    tx.execute(update(decision_instance).where(within(_e.id, ids)).values(removal_time=removal_time))


def calculate_of_decisions(tx: Tx, ids: Sequence[str]) -> None:
    """Calculate the removal times of decisions from their evaluation, by what their definitions say now."""
    t = decision_definition.c
    days = select(t.history_ttl_days).where(t.id == _e.definition_id).scalar_subquery()
    tx.execute(
        update(decision_instance).where(within(_e.id, ids)).values(removal_time=days_after(_e.evaluated_at, days))
    )


def set_of_batches(tx: Tx, ids: Sequence[str], removal_time: datetime | None) -> None:
    """Give the batches that removal time."""
    tx.execute(update(batch).where(within(batch.c.id, ids)).values(removal_time=removal_time))


def calculate_of_batches(tx: Tx, ids: Sequence[str], days: int | None, *, from_start: bool) -> None:
    """Calculate the removal times of batches: from the end, else from the creation if ``from_start``."""
    base = func.coalesce(batch.c.ended_at, batch.c.created_at) if from_start else batch.c.ended_at
    value = null() if days is None else days_after(base, days)
    tx.execute(update(batch).where(within(batch.c.id, ids)).values(removal_time=value))


def _set(tx: Tx, condition: ColumnElement[bool], value: Any) -> None:
    tx.execute(update(process_instance).where(condition).values(removal_time=value))


def _of_root(root_id: ColumnElement[Any]) -> Any:
    root = process_instance.alias()
    return select(root.c.removal_time).where(root.c.id == root_id).scalar_subquery()
