"""Users and their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.people import access_token, account, account_group, group_member, role_grant, tenant_member
from shoal.store.tables.people import authorization_rule as rule

_a = account.c
_t = access_token.c


class Account(NamedTuple):
    """A user, without what is secret. ``has_password``: HTTP Basic is possible."""

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    has_password: bool
    failed_logins: int
    locked_until: datetime | None
    created_at: datetime


class Token(NamedTuple):
    """A bearer token, without what is secret."""

    id: str
    user_id: str
    name: str
    created_at: datetime
    expires_at: datetime | None


class Secret(NamedTuple):
    """What a password is compared with."""

    password_hash: str | None
    failed_logins: int
    locked_until: datetime | None


_ROW = (
    _a.id,
    _a.first_name,
    _a.last_name,
    _a.email,
    _a.password_hash.is_not(None),
    _a.failed_logins,
    _a.locked_until,
    _a.created_at,
)
_SORTS = {"id": _a.id, "first_name": _a.first_name, "last_name": _a.last_name, "email": _a.email}


def insert_account(tx: Tx, row: dict[str, Any]) -> None:
    """A new user. The caller has made sure that there is none of that id."""
    tx.execute(account.insert().values(row))


def change_account(tx: Tx, user_id: str, **values: Any) -> bool:
    """Give columns of a user new values; False if there is no such user."""
    return bool(tx.execute(update(account).where(_a.id == user_id).values(values)).rowcount)


def delete_account(tx: Tx, user_id: str) -> bool:
    """Remove a user with tokens, memberships, roles and authorizations; False if there is no such user."""
    for table in (access_token, group_member, tenant_member, role_grant):
        tx.execute(delete(table).where(table.c.account_id == user_id))
    tx.execute(delete(rule).where(rule.c.user_id == user_id))
    return bool(tx.execute(delete(account).where(_a.id == user_id)).rowcount)


def find_accounts(tx: Tx, user_ids: Sequence[str]) -> dict[str, Account]:
    """The users that exist, by id."""
    wanted = filter_values.one_of("user_id", _a.id, user_ids)
    return {row[0]: Account._make(row) for row in tx.execute(select(*_ROW).where(wanted))}


def any_account(tx: Tx) -> bool:
    """Whether there is any user."""
    return tx.execute(select(_a.id).limit(1)).first() is not None


def list_accounts(
    tx: Tx,
    wanted: Sequence[ColumnElement[bool]],
    *,
    sort: str | Sequence[Order],
    descending: bool,
    offset: int,
    limit: int,
) -> list[Account]:
    """The users that meet all conditions."""
    order = ordered_by(_SORTS, sort, descending=descending, last=_a.id)
    statement = select(*_ROW).where(*wanted).order_by(*order)
    return [Account._make(row) for row in tx.execute(statement.offset(offset).limit(limit))]


def count_accounts(tx: Tx, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many users meet all conditions."""
    return int(tx.execute(select(func.count()).select_from(account).where(*wanted)).scalar_one())


def account_conditions(
    *,
    ids: Sequence[str] | None = None,
    first_name: str | None = None,
    first_name_like: str | None = None,
    last_name: str | None = None,
    last_name_like: str | None = None,
    email: str | None = None,
    email_like: str | None = None,
    group_id: str | None = None,
    tenant_id: str | None = None,
) -> list[ColumnElement[bool]]:
    """Conditions on users; those of ``..._like`` are patterns of LIKE."""
    found: list[ColumnElement[bool]] = []
    if ids is not None:
        found.append(filter_values.one_of("id", _a.id, ids))
    for column, value in ((_a.first_name, first_name), (_a.last_name, last_name), (_a.email, email)):
        if value is not None:
            found.append(filter_values.equals(column.name, column, value))
    likes = ((_a.first_name, first_name_like), (_a.last_name, last_name_like), (_a.email, email_like))
    found += [filter_values.like(column.name, column, value) for column, value in likes if value is not None]
    m = group_member.c
    if group_id is not None:
        found.append(_a.id.in_(select(m.account_id).where(filter_values.equals("group_id", m.group_id, group_id))))
    if tenant_id is not None:
        o = tenant_member.c
        of = filter_values.equals("tenant_id", o.tenant_id, tenant_id)
        found.append(_a.id.in_(select(o.account_id).where(of, o.account_id.is_not(None))))
    return found


def secret_of(tx: Tx, user_id: str) -> Secret | None:
    """What the password of a user is compared with; None if there is no such user."""
    row = tx.execute(
        select(_a.password_hash, _a.failed_logins, _a.locked_until).where(_a.id == user_id)
    ).one_or_none()
    return None if row is None else Secret._make(row)


def insert_token(tx: Tx, row: dict[str, Any]) -> None:
    """A new token."""
    tx.execute(access_token.insert().values(row))


def tokens_of(tx: Tx, user_id: str) -> list[Token]:
    """The tokens of a user, the older first."""
    statement = select(_t.id, _t.account_id, _t.name, _t.created_at, _t.expires_at)
    return [Token._make(row) for row in tx.execute(statement.where(_t.account_id == user_id).order_by(_t.id))]


def delete_token(tx: Tx, user_id: str, name: str) -> bool:
    """Remove a token of a user; False if there is none of that name."""
    statement = delete(access_token).where(_t.account_id == user_id, _t.name == name)
    return bool(tx.execute(statement).rowcount)


def user_of_token(tx: Tx, digest: str, now: datetime) -> str | None:
    """Whose token it is, if it has not expired."""
    statement = select(_t.account_id).where(_t.digest == digest, or_(_t.expires_at.is_(None), _t.expires_at > now))
    found: str | None = tx.execute(statement).scalar()
    return found


class Membership(NamedTuple):
    """Everything that decides what a user may do."""

    groups: list[str]
    tenants: list[str]
    roles: list[str]
    rules: list[tuple[int, bool, int, str, list[str]]]
    """Kind, by a group, resource type, resource id, permissions."""


def membership_of(tx: Tx, user_id: str) -> Membership:
    """The groups, tenants, roles and authorizations of a user; those of the groups included."""
    m, t, r, g = group_member.c, tenant_member.c, role_grant.c, account_group.c
    of_user = select(g.id).join(group_member, m.group_id == g.id).where(m.account_id == user_id)
    groups = list(tx.execute(of_user.order_by(g.id)).scalars())
    tenants = tx.execute(
        select(t.tenant_id).where(or_(t.account_id == user_id, t.group_id.in_(groups))).distinct()
    ).scalars()
    roles = tx.execute(
        select(r.role).where(or_(r.account_id == user_id, r.group_id.in_(groups))).distinct()
    ).scalars()
    c = rule.c
    rules = tx.execute(
        select(c.kind, c.group_id.is_not(None), c.resource_type, c.resource_id, c.permissions).where(
            or_(
                c.user_id.in_((user_id, "*")),
                c.group_id.in_(groups),
                and_(c.user_id.is_(None), c.group_id.is_(None)),
            )
        )
    )
    return Membership(groups, sorted(tenants), sorted(roles), [tuple(row) for row in rules])
