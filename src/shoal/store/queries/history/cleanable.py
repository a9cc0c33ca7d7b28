"""How much history there is, and how much of it cleanup may remove now: by definition, and by operation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Table, case, func, literal, select

from shoal.store.database import Tx
from shoal.store.queries.expired import Expiry, batch_may_go, decision_may_go, instance_may_go
from shoal.store.queries.filter_values import id_among, one_of
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_definition, decision_instance
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance


class CleanableRow(NamedTuple):
    """The history of one definition. ``finished``: instances that have ended, or evaluated decisions."""

    definition_id: str
    definition_key: str
    definition_name: str | None
    definition_version: int
    tenant_id: str | None
    history_ttl_days: int | None
    finished: int
    cleanable: int


class CleanableBatches(NamedTuple):
    """The ended batches of one operation."""

    operation: str
    finished: int
    cleanable: int


class ReportFilter(NamedTuple):
    """Of which definitions. ``compact``: only those that have any history."""

    definition_ids: Sequence[str] | None = None
    definition_keys: Sequence[str] | None = None
    tenant_ids: Sequence[str] | None = None
    without_tenant: bool = False
    compact: bool = False


def cleanable_instances(tx: Tx, wanted: ReportFilter, expiry: Expiry) -> list[CleanableRow]:
    """Of process definitions, by id."""
    i = process_instance.c
    ended = (i.state != "active") & i.deleted_at.is_(None)
    shown = [process_definition.c.deleted_at.is_(None)]
    return _report(tx, process_definition, process_instance, ended, instance_may_go(expiry), wanted, shown)


def cleanable_decisions(tx: Tx, wanted: ReportFilter, expiry: Expiry) -> list[CleanableRow]:
    """Of decision definitions, by id."""
    every = decision_instance.c.id.is_not(None)
    return _report(tx, decision_definition, decision_instance, every, decision_may_go(expiry), wanted, [])


def cleanable_batches(tx: Tx, expiry: Expiry) -> list[CleanableBatches]:
    """Of operations that have ended batches, by name."""
    statement = (
        select(batch.c.operation, func.count(), _count_of(batch_may_go(expiry)))
        .where(batch.c.ended_at.is_not(None))
        .group_by(batch.c.operation)
        .order_by(batch.c.operation)
    )
    return [CleanableBatches(row[0], int(row[1]), int(row[2])) for row in tx.execute(statement)]


def _report(
    tx: Tx,
    definitions: Table,
    entries: Table,
    finished: ColumnElement[bool],
    may_go: ColumnElement[bool],
    wanted: ReportFilter,
    shown: Sequence[ColumnElement[bool]],
) -> list[CleanableRow]:
    d = definitions.c
    counted = (
        select(entries.c.definition_id.label("of"), func.count().label("all"), _count_of(may_go).label("old"))
        .where(finished)
        .group_by(entries.c.definition_id)
        .subquery()
    )
    statement = (
        select(
            d.id,
            d.key,
            d.name,
            d.version,
            d.tenant_id,
            d.history_ttl_days,
            func.coalesce(counted.c.all, 0),
            func.coalesce(counted.c.old, 0),
        )
        .select_from(definitions)
        .join(counted, counted.c.of == d.id, isouter=not wanted.compact)
        .where(*shown, *_conditions(definitions, wanted))
        .order_by(d.id)
    )
    return [CleanableRow._make((*row[:6], int(row[6]), int(row[7]))) for row in tx.execute(statement)]


def _conditions(definitions: Table, wanted: ReportFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.definition_ids is not None:
        found.append(id_among(definitions.c.id, wanted.definition_ids))
    if wanted.definition_keys is not None:
        found.append(one_of("definition_keys", definitions.c.key, wanted.definition_keys))
    if wanted.tenant_ids is not None:
        found.append(one_of("tenant_ids", definitions.c.tenant_id, wanted.tenant_ids))
    if wanted.without_tenant:
        found.append(definitions.c.tenant_id.is_(None))
    return found


def _count_of(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((condition, literal(1, Integer)), else_=literal(0, Integer)))
