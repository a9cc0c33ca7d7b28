"""The one translation of a ``SubscriptionFilter``: it lists and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select

from shoal.filters.subscriptions import SubscriptionFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.filter_conditions import of_ids, of_tenant, of_texts
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import event_subscription

_t = event_subscription.c


class SubscriptionRow(NamedTuple):
    """Somebody who waits for an event: a node of an instance, or a start event of a definition."""

    id: str
    kind: str
    name: str | None
    instance_id: str | None
    node_id: str | None
    activity_id: str
    definition_id: str | None
    tenant_id: str | None
    created_at: datetime


_TENANT = func.coalesce(process_instance.c.tenant_id, _t.tenant_id)
_ROW = tuple(_TENANT if name == "tenant_id" else _t[name] for name in SubscriptionRow._fields)
_SORTS = dict(zip(SubscriptionRow._fields, _ROW, strict=True))


def list_subscriptions(
    tx: Tx,
    filter: SubscriptionFilter,  # noqa: A002
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[SubscriptionRow]:
    """The subscriptions that match. FilterRejectedError if ``sort`` is no field of ``SubscriptionRow``."""
    order = ordered_by(_SORTS, sort, descending=descending, last=_t.id)
    statement = _matching(select(*_ROW), filter).order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [SubscriptionRow._make(row) for row in tx.execute(statement)]


def count_subscriptions(tx: Tx, filter: SubscriptionFilter) -> int:  # noqa: A002
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), filter)).scalar_one())


def _matching(statement: Select[Any], wanted: SubscriptionFilter) -> Select[Any]:
    found = [
        *of_texts(wanted, {"name": _t.name, "kind": _t.kind, "activity_id": _t.activity_id}),
        *of_ids(wanted, {"node_id": _t.node_id, "instance_id": _t.instance_id}),
        *of_tenant(wanted, _TENANT),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    shown = process_definition.c.id.is_not(None) & process_definition.c.deleted_at.is_(None)
    return (
        statement.select_from(event_subscription)
        .outerjoin(process_instance, process_instance.c.id == _t.instance_id)
        .outerjoin(process_definition, process_definition.c.id == _t.definition_id)
        .where(or_(process_instance.c.id.is_not(None) & visible(), shown), *found)
    )
