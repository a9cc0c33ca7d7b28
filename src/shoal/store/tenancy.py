"""Whose rows a statement may touch: the one place that decides it, for every statement of a transaction.

Camunda 7's rule: who belongs to tenants sees what belongs to one of them, and what belongs to none. A
transaction that is opened for tenants gives each of its statements to ``for_tenants``, which adds the condition to
every SELECT in it, however deep, and to UPDATE and DELETE. Whose a row is follows from its columns: ``tenant_id``,
or the instance, definition, deployment or batch that it belongs to. Tables that belong to everybody say so
themselves: ``info=SHARED``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import chain
from types import MappingProxyType
from typing import Any

from sqlalchemy import Alias, ColumnElement, Delete, FromClause, Select, Table, Update, and_, exists, or_, select
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import TextClause

from shoal.store.tables.batches import batch
from shoal.store.tables.columns import SHARED
from shoal.store.tables.decisions import decision_instance
from shoal.store.tables.definitions import deployment, process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.people import batch_tenant

Tenants = frozenset[str]

_OWNERS: Mapping[str, Table] = MappingProxyType(
    {
        "instance_id": process_instance,
        "definition_id": process_definition,
        "deployment_id": deployment,
        "batch_id": batch,
        "decision_id": decision_instance,
    }
)
"""A column that names the owner of a row, and where it is."""


def for_tenants(statement: Any, tenants: Tenants) -> Any:
    """The statement over those rows only that belong to one of ``tenants`` or to none."""
    if isinstance(statement, TextClause):
        raise TypeError("a statement in text cannot be narrowed to tenants")

    def narrow(found: Any) -> None:
        for conditions in (_condition(each, tenants) for each in _tables(found)):
            if conditions is not None:
                found._where_criteria += (conditions,)

    return visitors.cloned_traverse(statement, {}, {"select": narrow, "update": narrow, "delete": narrow})


def owner_columns(table: Table) -> list[str]:
    """The columns that say whose the rows of a table are; none for a shared table."""
    if table.info == SHARED:
        return []
    if "tenant_id" in table.c:
        return ["tenant_id"]
    named = [name for name in _OWNERS if name in table.c]
    # a definition comes with its deployment
    return [each for each in named if each != "deployment_id" or "definition_id" not in named]


def _tables(statement: Select[Any] | Update | Delete) -> Iterator[FromClause]:
    """The tables that a statement itself reads or writes; those of statements in it are visited by themselves."""
    if isinstance(statement, Update | Delete):
        if isinstance(statement.table, Table):
            yield statement.table
        return
    parts: Any = chain(
        statement._from_obj,
        statement._raw_columns,
        statement._where_criteria,
        (join[0] for join in statement._setup_joins),
    )
    found = chain.from_iterable(part._from_objects for part in parts)
    yield from dict.fromkeys(each for each in found if _table_of(each) is not None)


def _table_of(from_: FromClause) -> Table | None:
    inner = from_.element if isinstance(from_, Alias) else from_
    return inner if isinstance(inner, Table) else None


def _condition(from_: FromClause, tenants: Tenants) -> ColumnElement[bool] | None:
    table = _table_of(from_)
    if table is None:
        return None
    parts: list[ColumnElement[bool]] = []
    for name in owner_columns(table):
        if name == "tenant_id":
            parts.append(_own(from_.c.tenant_id, tenants))
            continue
        owner = _OWNERS[name].alias()
        foreign = select(1).where(owner.c.id == from_.c[name], _foreign(owner, tenants)).correlate(from_)
        parts.append(~exists(foreign))
    if table is batch:
        parts.append(~exists(_foreign_creator(from_, tenants)))
    return and_(*parts) if parts else None


def _foreign(owner: Any, tenants: Tenants) -> ColumnElement[bool]:
    column = owner.c.tenant_id
    other = and_(column.is_not(None), column.not_in(_listed(tenants)))
    if owner.element is not batch:
        return other
    return or_(other, exists(_foreign_creator(owner, tenants)))


def _foreign_creator(owner: FromClause, tenants: Tenants) -> Select[Any]:
    """Tenants for which a batch acts although they are not ours: it may show what is theirs."""
    of = batch_tenant.alias()
    return (
        select(1)
        .where(of.c.batch_id == owner.c.id, of.c.tenant_id != "", of.c.tenant_id.not_in(_listed(tenants)))
        .correlate(owner)
    )


def _own(column: ColumnElement[Any], tenants: Tenants) -> ColumnElement[bool]:
    return or_(column.is_(None), column.in_(_listed(tenants)))


def _listed(tenants: Collection[str]) -> list[str]:
    return sorted(tenants)
