"""Who waits for messages, signals and conditions: nodes of instances, and start events of definitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select

from shoal.filters import VariableCondition
from shoal.store.database import Tx
from shoal.store.fetch_rows import fetch_rows, select_rows
from shoal.store.queries.variable_conditions import has_local_variable
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import event_subscription
from shoal.store.within import within

_t = event_subscription.c

NEW_COLUMNS = (
    "id",
    "kind",
    "name",
    "instance_id",
    "node_id",
    "activity_id",
    "definition_id",
    "tenant_id",
    "created_at",
)


class Subscription(NamedTuple):
    """Somebody who waits. Exactly one of ``instance_id`` and ``definition_id`` is set."""

    id: str
    kind: str
    name: str | None
    instance_id: str | None
    node_id: str | None
    activity_id: str
    definition_id: str | None
    tenant_id: str | None


_ROW = tuple(_t[name] for name in Subscription._fields)


def insert_subscriptions(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows of ``NEW_COLUMNS``."""
    tx.dialect.insert_many(tx.connection, event_subscription, NEW_COLUMNS, rows)


def change_subscriptions(tx: Tx, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Change columns of subscriptions: rows of the id and ``columns``."""
    tx.dialect.update_many(tx.connection, event_subscription, "id", columns, rows)


def delete_subscriptions(tx: Tx, ids: Sequence[str]) -> None:
    """Remove subscriptions by id."""
    if ids:
        tx.execute(event_subscription.delete().where(within(_t.id, ids)))


def delete_of_instances(tx: Tx, instance_ids: Sequence[str]) -> None:
    """Remove all subscriptions of instances."""
    if instance_ids:
        tx.execute(event_subscription.delete().where(within(_t.instance_id, instance_ids)))


def delete_start_subscriptions(tx: Tx, definition_ids: Sequence[str]) -> None:
    """Messages and signals start these definitions no more."""
    if definition_ids:
        tx.execute(event_subscription.delete().where(within(_t.definition_id, definition_ids)))


def of_instances(tx: Tx, kind: str, name: str | None, instance_ids: Sequence[str]) -> list[Subscription]:
    """Which nodes of these instances wait for it (None: whatever its name), oldest first."""
    statement = select_rows(_ROW).where(within(_t.instance_id, instance_ids), _t.kind == kind)
    if name is not None:
        statement = statement.where(_t.name == name)
    rows = fetch_rows(tx, _ROW, statement.order_by(_t.instance_id, _t.id))
    return [Subscription._make(row) for row in rows]


def existing_subscriptions(tx: Tx, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that are still there."""
    return set(tx.execute(select(_t.id).where(within(_t.id, ids))).scalars())


def among(tx: Tx, ids: Sequence[str]) -> list[Subscription]:
    """Those of ``ids`` that are still there, oldest first."""
    rows = tx.execute(select(*_ROW).where(within(_t.id, ids)).order_by(_t.id))
    return [Subscription._make(row) for row in rows]


def waiting_instances(
    tx: Tx,
    kind: str,
    name: str | None,
    *,
    conditions: Sequence[ColumnElement[bool]],
    node_id: str | None = None,
    local_variables: Sequence[VariableCondition] = (),
    sender_tenant_id: str | None = None,
    after_id: str | None = None,
    up_to_id: str | None = None,
    limit: int | None = None,
) -> list[Subscription]:
    """Which nodes of instances that are not suspended wait for it, oldest first; all, or a page by id.

    ``conditions`` are on the header (see ``instance_filters``), ``local_variables`` on the waiting node's own
    variables. Without a ``name``: whatever they wait for. What comes from the tenant ``sender_tenant_id`` is for
    that tenant and for none.
    """
    statement = (
        select(*_ROW)
        .join(process_instance, process_instance.c.id == _t.instance_id)
        .where(
            _t.kind == kind,
            process_instance.c.suspended.is_(False),
            *conditions,
            *(has_local_variable(each, _t.instance_id, _t.node_id) for each in local_variables),
        )
        .order_by(_t.id)
        .limit(limit)
    )
    if name is not None:
        statement = statement.where(_t.name == name)
    if node_id is not None:
        statement = statement.where(_t.node_id == node_id)
    if sender_tenant_id is not None:
        statement = statement.where(or_(_t.tenant_id.is_(None), _t.tenant_id == sender_tenant_id))
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    if up_to_id is not None:
        statement = statement.where(_t.id <= up_to_id)
    return [Subscription._make(row) for row in tx.execute(statement)]


def starts_of_definitions(tx: Tx, kind: str, name: str, definition_ids: Sequence[str]) -> list[Subscription]:
    """Which of these definitions the event starts, suspended ones among them."""
    rows = tx.execute(
        select(*_ROW)
        .where(within(_t.definition_id, definition_ids), _t.kind == kind, _t.name == name)
        .order_by(_t.id)
    )
    return [Subscription._make(row) for row in rows]


def message_starts(tx: Tx, names: Sequence[str], tenant_id: str | None) -> list[Subscription]:
    """The message start events of these names that definitions of the tenant have, suspended ones included."""
    of_tenant = _t.tenant_id.is_(None) if tenant_id is None else _t.tenant_id == tenant_id
    rows = tx.execute(
        select(*_ROW)
        .where(_t.name.in_(names), _t.kind == "message", _t.definition_id.is_not(None), of_tenant)
        .order_by(_t.id)
    )
    return [Subscription._make(row) for row in rows]


def starting_definitions(tx: Tx, kind: str, name: str) -> list[Subscription]:
    """Which definitions an event starts; suspended and deleted ones are left out."""
    rows = tx.execute(
        select(*_ROW)
        .join(process_definition, process_definition.c.id == _t.definition_id)
        .where(
            _t.name == name,
            _t.kind == kind,
            process_definition.c.suspended.is_(False),
            process_definition.c.deleted_at.is_(None),
        )
        .order_by(_t.id)
    )
    return [Subscription._make(row) for row in rows]
