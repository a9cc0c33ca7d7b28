"""What history cleanup may remove: found by removal times, or by ends and what definitions say now.

Ids come locked; what somebody else holds is left out, so that jobs of cleanup beside this one take others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, false, literal, or_, select, tuple_

from shoal.store.database import Tx
from shoal.store.days import days_after
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_definition, decision_instance
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance

_i = process_instance.c
_p = process_definition.c
_e = decision_instance.c
_d = decision_definition.c
_b = batch.c

Place = tuple[datetime, str]
"""Where a walk over running instances is: the removal time and the id of the last one."""


class Expiry(NamedTuple):
    """``by_end``: not by removal times, but by ends. ``batch_days``: then the days of batches, by operation."""

    now: datetime
    by_end: bool = False
    batch_days: Mapping[str, int] = MappingProxyType({})


def instance_may_go(expiry: Expiry) -> ColumnElement[bool]:
    """The condition that an instance has ended and may go."""
    ended = _i.state != "active"
    if not expiry.by_end:
        return ended & (_i.removal_time <= expiry.now)
    days = select(_p.history_ttl_days).where(_p.id == _i.definition_id).scalar_subquery()
    return ended & (days_after(_i.ended_at, days) <= expiry.now)


def decision_may_go(expiry: Expiry) -> ColumnElement[bool]:
    """The condition that a decision may go. By ends: only those that no process and no other decision asked for."""
    if not expiry.by_end:
        return _e.removal_time <= expiry.now
    days = select(_d.history_ttl_days).where(_d.id == _e.definition_id).scalar_subquery()
    alone = _e.instance_id.is_(None) & _e.root_decision_id.is_(None)
    return alone & (days_after(_e.evaluated_at, days) <= expiry.now)


def batch_may_go(expiry: Expiry) -> ColumnElement[bool]:
    """The condition that a batch has ended and may go."""
    ended = _b.ended_at.is_not(None)
    if not expiry.by_end:
        return ended & (_b.removal_time <= expiry.now)
    old = [
        (_b.operation == operation) & (_b.ended_at <= expiry.now - timedelta(days=days))
        for operation, days in expiry.batch_days.items()
    ]
    return ended & or_(false(), *old)


def lock_instances(tx: Tx, expiry: Expiry, limit: int) -> list[str]:
    """Ended instances that may go."""
    return _locked(tx, process_instance, instance_may_go(expiry), limit)


def lock_decisions(tx: Tx, expiry: Expiry, limit: int) -> list[str]:
    """Decisions that may go."""
    return _locked(tx, decision_instance, decision_may_go(expiry), limit)


def lock_batches(tx: Tx, expiry: Expiry, limit: int) -> list[str]:
    """Ended batches that may go."""
    return _locked(tx, batch, batch_may_go(expiry), limit)


def lock_running(tx: Tx, now: datetime, after: Place | None, limit: int) -> tuple[list[str], Place | None]:
    """Instances that run although their history may go, and where the walk is behind them; None at its end."""
    due = select(_i.id, _i.removal_time).where(_i.state == "active", _i.removal_time <= now)
    if after is not None:
        due = due.where(tuple_(_i.removal_time, _i.id) > tuple_(*_typed(after)))
    ordered = due.order_by(_i.removal_time, _i.id).limit(limit)
    rows = tx.execute(tx.dialect.locked(ordered, of=process_instance, skip=True)).all()
    return [row[0] for row in rows], (rows[-1][1], rows[-1][0]) if rows else None


def _typed(place: Place) -> tuple[Any, Any]:
    return literal(place[0], _i.removal_time.type), literal(place[1], _i.id.type)


def _locked(tx: Tx, table: Table, condition: ColumnElement[bool], limit: int) -> list[str]:
    statement = select(table.c.id).where(condition).limit(limit)
    return list(tx.execute(tx.dialect.locked(statement, of=table, skip=True)).scalars())
