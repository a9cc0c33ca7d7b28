"""Evaluated decisions as lists show them, with their inputs and outputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Table, select

from shoal.filters.decisions import DecisionFilter
from shoal.store.database import Tx
from shoal.store.queries.decision_filters import decision_conditions
from shoal.store.queries.listing import Listing
from shoal.store.tables.decisions import decision_input, decision_instance, decision_output
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.variable_codec import VALUE_COLUMNS, decode
from shoal.store.within import within
from shoal.values import TypedValue

_t = decision_instance.c
_i = process_instance.c
_d = process_definition.c


class DecisionRow(NamedTuple):
    """A decision that was evaluated."""

    id: str
    definition_id: str
    definition_key: str
    definition_name: str | None
    requirements_id: str | None
    requirements_key: str | None
    root_decision_id: str | None
    instance_id: str | None
    root_instance_id: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    activity_id: str | None
    activity_instance_id: str | None
    tenant_id: str | None
    user_id: str | None
    collect_result: float | None
    evaluated_at: datetime
    removal_time: datetime | None


class DecisionValue(NamedTuple):
    """An input or an output. Of inputs ``rule_id``, ``rule_order`` and ``variable_name`` are None."""

    id: str
    decision_id: str
    clause_id: str | None
    clause_name: str | None
    rule_id: str | None
    rule_order: int | None
    variable_name: str | None
    value: TypedValue


_ELSEWHERE = {"process_definition_key": _d.key}


DECISIONS: Listing[DecisionRow, DecisionFilter] = Listing(
    DecisionRow._make,
    {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in DecisionRow._fields},
    decision_instance.outerjoin(process_instance, _i.id == _t.instance_id).outerjoin(
        process_definition, _d.id == _t.process_definition_id
    ),
    decision_conditions,
)


def inputs_of(tx: Tx, ids: Sequence[str], fetch: Callable[[str], bytes]) -> dict[str, list[DecisionValue]]:
    """The inputs by decision, in their order; ``fetch`` gets large values."""
    return _values(tx, decision_input, ids, fetch)


def outputs_of(tx: Tx, ids: Sequence[str], fetch: Callable[[str], bytes]) -> dict[str, list[DecisionValue]]:
    """The outputs by decision, in their order; ``fetch`` gets large values."""
    return _values(tx, decision_output, ids, fetch)


def _values(
    tx: Tx, table: Table, ids: Sequence[str], fetch: Callable[[str], bytes]
) -> dict[str, list[DecisionValue]]:
    names = DecisionValue._fields[:-1]
    there = [name for name in names if name in table.c]
    columns = [table.c[name] for name in (*there, *VALUE_COLUMNS)]
    found: dict[str, list[DecisionValue]] = {}
    for row in tx.execute(select(*columns).where(within(table.c.decision_id, ids)).order_by(table.c.id)):
        known: dict[str, Any] = dict.fromkeys(names) | dict(zip(there, row, strict=False))
        made = DecisionValue(**known, value=decode(row[len(there) :], fetch))
        found.setdefault(made.decision_id, []).append(made)
    return found
