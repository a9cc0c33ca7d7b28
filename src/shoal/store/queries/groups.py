"""Groups, tenants, who belongs to them, and the roles that were given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, delete, func, or_, select, update

from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.people import account_group, group_member, role_grant, tenant, tenant_member
from shoal.store.tables.people import authorization_rule as rule

_g = account_group.c
_t = tenant.c


class Group(NamedTuple):
    """A group. ``kind`` is Camunda 7's type: a text that means nothing."""

    id: str
    name: str | None
    kind: str | None


class Tenant(NamedTuple):
    """A tenant."""

    id: str
    name: str | None


class RoleGrant(NamedTuple):
    """A role of a user or of a group."""

    role: str
    user_id: str | None
    group_id: str | None


def insert_group(tx: Tx, row: Group) -> None:
    """A new group. The caller has made sure that there is none of that id."""
    tx.execute(account_group.insert().values(row._asdict()))


def insert_tenant(tx: Tx, row: Tenant) -> None:
    """A new tenant. The caller has made sure that there is none of that id."""
    tx.execute(tenant.insert().values(row._asdict()))


def change_group(tx: Tx, group_id: str, **values: Any) -> bool:
    """Give columns new values; False if there is no such group."""
    return bool(tx.execute(update(account_group).where(_g.id == group_id).values(values)).rowcount)


def change_tenant(tx: Tx, tenant_id: str, **values: Any) -> bool:
    """Give columns new values; False if there is no such tenant."""
    return bool(tx.execute(update(tenant).where(_t.id == tenant_id).values(values)).rowcount)


def delete_group(tx: Tx, group_id: str) -> bool:
    """Remove a group with memberships, roles and authorizations; False if there is no such group."""
    for table in (group_member, tenant_member, role_grant):
        tx.execute(delete(table).where(table.c.group_id == group_id))
    tx.execute(delete(rule).where(rule.c.group_id == group_id))
    return bool(tx.execute(delete(account_group).where(_g.id == group_id)).rowcount)


def delete_tenant(tx: Tx, tenant_id: str) -> bool:
    """Remove a tenant with its memberships; what belongs to it stays. False if there is no such tenant."""
    tx.execute(delete(tenant_member).where(tenant_member.c.tenant_id == tenant_id))
    return bool(tx.execute(delete(tenant).where(_t.id == tenant_id)).rowcount)


def group_conditions(
    *,
    ids: Sequence[str] | None = None,
    name: str | None = None,
    name_like: str | None = None,
    kind: str | None = None,
    user_id: str | None = None,
    tenant_id: str | None = None,
) -> list[ColumnElement[bool]]:
    """Conditions on groups; ``name_like`` is a pattern of LIKE."""
    found = _named(account_group, ids, name, name_like)
    if kind is not None:
        found.append(filter_values.equals("type", _g.kind, kind))
    if user_id is not None:
        m = group_member.c
        found.append(_g.id.in_(select(m.group_id).where(m.account_id == user_id)))
    if tenant_id is not None:
        t = tenant_member.c
        found.append(_g.id.in_(select(t.group_id).where(t.tenant_id == tenant_id, t.group_id.is_not(None))))
    return found


def tenant_conditions(
    *,
    ids: Sequence[str] | None = None,
    name: str | None = None,
    name_like: str | None = None,
    user_id: str | None = None,
    group_id: str | None = None,
    including_groups_of_user: bool = False,
) -> list[ColumnElement[bool]]:
    """Conditions on tenants; ``including_groups_of_user``: a user belongs to the tenants of their groups, too."""
    found = _named(tenant, ids, name, name_like)
    m, t = group_member.c, tenant_member.c
    if user_id is not None:
        belongs = t.account_id == user_id
        if including_groups_of_user:
            belongs = or_(belongs, t.group_id.in_(select(m.group_id).where(m.account_id == user_id)))
        found.append(_t.id.in_(select(t.tenant_id).where(belongs)))
    if group_id is not None:
        found.append(_t.id.in_(select(t.tenant_id).where(t.group_id == group_id)))
    return found


def _named(
    table: Table, ids: Sequence[str] | None, name: str | None, name_like: str | None
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if ids is not None:
        found.append(filter_values.one_of("id", table.c.id, ids))
    if name is not None:
        found.append(filter_values.equals("name", table.c.name, name))
    if name_like is not None:
        found.append(filter_values.like("name", table.c.name, name_like))
    return found


def list_groups(
    tx: Tx,
    wanted: Sequence[ColumnElement[bool]],
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int,
) -> list[Group]:
    """The groups that meet all conditions; sorted by id, name or kind."""
    columns = {"id": _g.id, "name": _g.name, "kind": _g.kind}
    order = ordered_by(columns, sort, descending=descending, last=_g.id)
    statement = select(*_g).where(*wanted).order_by(*order)
    return [Group._make(row) for row in tx.execute(statement.offset(offset).limit(limit))]


def count_groups(tx: Tx, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many groups meet all conditions."""
    return int(tx.execute(select(func.count()).select_from(account_group).where(*wanted)).scalar_one())


def list_tenants(
    tx: Tx,
    wanted: Sequence[ColumnElement[bool]],
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int,
) -> list[Tenant]:
    """The tenants that meet all conditions; sorted by id or name."""
    order = ordered_by({"id": _t.id, "name": _t.name}, sort, descending=descending, last=_t.id)
    statement = select(*_t).where(*wanted).order_by(*order)
    return [Tenant._make(row) for row in tx.execute(statement.offset(offset).limit(limit))]


def count_tenants(tx: Tx, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many tenants meet all conditions."""
    return int(tx.execute(select(func.count()).select_from(tenant).where(*wanted)).scalar_one())


def insert_group_member(tx: Tx, group_id: str, user_id: str) -> None:
    """Somebody belongs to a group."""
    tx.execute(group_member.insert().values(group_id=group_id, account_id=user_id))


def is_group_member(tx: Tx, group_id: str, user_id: str) -> bool:
    """Whether somebody belongs to a group."""
    m = group_member.c
    return tx.execute(select(1).where(m.group_id == group_id, m.account_id == user_id)).first() is not None


def delete_group_member(tx: Tx, group_id: str, user_id: str) -> None:
    """Somebody belongs to a group no more."""
    m = group_member.c
    tx.execute(delete(group_member).where(m.group_id == group_id, m.account_id == user_id))


def insert_tenant_member(tx: Tx, tenant_id: str, user_id: str | None, group_id: str | None) -> None:
    """A user or a group belongs to a tenant."""
    tx.execute(
        tenant_member.insert().values(id=new_id(), tenant_id=tenant_id, account_id=user_id, group_id=group_id)
    )


def is_tenant_member(tx: Tx, tenant_id: str, user_id: str | None, group_id: str | None) -> bool:
    """Whether that very user or group belongs to a tenant."""
    statement = select(1).select_from(tenant_member).where(*_member(tenant_id, user_id, group_id))
    return tx.execute(statement).first() is not None


def delete_tenant_member(tx: Tx, tenant_id: str, user_id: str | None, group_id: str | None) -> None:
    """A user or a group belongs to a tenant no more."""
    tx.execute(delete(tenant_member).where(*_member(tenant_id, user_id, group_id)))


def _member(tenant_id: str, user_id: str | None, group_id: str | None) -> list[ColumnElement[bool]]:
    t = tenant_member.c
    return [
        t.tenant_id == tenant_id,
        t.account_id.is_not_distinct_from(user_id),
        t.group_id.is_not_distinct_from(group_id),
    ]


def roles_given(tx: Tx, *, user_id: str | None = None, group_id: str | None = None) -> list[RoleGrant]:
    """The roles that were given, to that very user or group if one is named."""
    r = role_grant.c
    statement = select(r.role, r.account_id, r.group_id).order_by(r.account_id, r.group_id, r.role)
    if user_id is not None:
        statement = statement.where(r.account_id == user_id)
    if group_id is not None:
        statement = statement.where(r.group_id == group_id)
    return [RoleGrant._make(row) for row in tx.execute(statement)]


def insert_role(tx: Tx, grant: RoleGrant) -> None:
    """Give a role."""
    tx.execute(
        role_grant.insert().values(id=new_id(), role=grant.role, account_id=grant.user_id, group_id=grant.group_id)
    )


def delete_role(tx: Tx, grant: RoleGrant) -> bool:
    """Take a role away; False if it was not given."""
    r = role_grant.c
    statement = delete(role_grant).where(
        r.role == grant.role,
        r.account_id.is_not_distinct_from(grant.user_id),
        r.group_id.is_not_distinct_from(grant.group_id),
    )
    return bool(tx.execute(statement).rowcount)
