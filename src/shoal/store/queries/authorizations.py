"""Camunda 7's authorizations, as they are stored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, select, update

from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.people import authorization_rule

_t = authorization_rule.c


class AuthorizationRow(NamedTuple):
    """One authorization. ``kind``: 0 global, 1 grant, 2 revoke; ``permissions``: their names."""

    id: str
    kind: int
    permissions: Sequence[str]
    user_id: str | None
    group_id: str | None
    resource_type: int
    resource_id: str


_ROW = tuple(_t[name] for name in AuthorizationRow._fields)


def insert_authorization(tx: Tx, row: AuthorizationRow) -> None:
    """A new authorization."""
    tx.execute(authorization_rule.insert().values(row._asdict() | {"permissions": list(row.permissions)}))


def change_authorization(tx: Tx, authorization_id: str, **values: Any) -> None:
    """Give columns new values."""
    tx.execute(update(authorization_rule).where(_t.id == authorization_id).values(values))


def delete_authorization(tx: Tx, authorization_id: str) -> bool:
    """Remove one; False if there is none."""
    return bool(tx.execute(delete(authorization_rule).where(_t.id == authorization_id)).rowcount)


def find_authorization(tx: Tx, authorization_id: str) -> AuthorizationRow | None:
    """One authorization; None if there is none."""
    row = tx.execute(select(*_ROW).where(_t.id == authorization_id)).one_or_none()
    return None if row is None else AuthorizationRow._make(row)


def authorization_conditions(
    *,
    id: str | None = None,  # noqa: A002 - the name of the column
    kind: int | None = None,
    user_ids: Sequence[str] | None = None,
    group_ids: Sequence[str] | None = None,
    resource_type: int | None = None,
    resource_id: str | None = None,
) -> list[ColumnElement[bool]]:
    """Conditions on authorizations."""
    found: list[ColumnElement[bool]] = []
    if id is not None:
        found.append(filter_values.id_is(_t.id, id))
    for column, number in ((_t.kind, kind), (_t.resource_type, resource_type)):
        if number is not None:
            found.append(filter_values.number_is(column, number))
    if resource_id is not None:
        found.append(filter_values.equals("resource_id", _t.resource_id, resource_id))
    for column, values in ((_t.user_id, user_ids), (_t.group_id, group_ids)):
        if values is not None:
            found.append(filter_values.one_of(column.name, column, values))
    return found


def list_authorizations(
    tx: Tx,
    wanted: Sequence[ColumnElement[bool]],
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int,
) -> list[AuthorizationRow]:
    """The authorizations that meet all conditions; sorted by id, resource_type or resource_id."""
    columns = {"id": _t.id, "resource_type": _t.resource_type, "resource_id": _t.resource_id}
    order = ordered_by(columns, sort, descending=descending, last=_t.id)
    statement = select(*_ROW).where(*wanted).order_by(*order)
    return [AuthorizationRow._make(row) for row in tx.execute(statement.offset(offset).limit(limit))]


def count_authorizations(tx: Tx, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many authorizations meet all conditions."""
    return int(tx.execute(select(func.count()).select_from(authorization_rule).where(*wanted)).scalar_one())
