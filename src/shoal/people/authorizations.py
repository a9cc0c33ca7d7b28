"""Camunda 7's authorizations: created, changed, removed. What of them is enforced is in ``principal``.

Grants, revokes and global authorizations on all resources of a kind (resource id ``*``) decide what users may do,
together with their roles. Grants on single resources are kept and answered (``has``), and give nothing beyond that.
Revokes on single resources are refused: they would promise what nobody keeps.
"""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id, new_id
from shoal.people.permissions import Need
from shoal.people.principal import Principal, RuleKind
from shoal.people.resources import ALL, ANY, BY_NUMBER, NONE, Resource
from shoal.store.queries import authorizations
from shoal.store.queries.authorizations import AuthorizationRow
from shoal.validation import listed


def create_authorization(
    ctx: Context,
    *,
    kind: int,
    permissions: Sequence[str],
    user_id: str | None,
    group_id: str | None,
    resource_type: int,
    resource_id: str | None,
) -> AuthorizationRow:
    """A new authorization. InputError names what cannot be."""
    if kind not in list(RuleKind):
        raise InputError(f"type: {kind} is none of 0 (global), 1 (grant), 2 (revoke)", field="type")
    row = AuthorizationRow(
        new_id(),
        int(kind),
        _permissions(permissions, resource_type),
        *_holder(kind, user_id, group_id),
        resource_type,
        _resource_id(kind, resource_id),
    )
    with ctx.database.write() as tx:
        authorizations.insert_authorization(tx, row)
    return row


def change_authorization(
    ctx: Context,
    authorization_id: str,
    *,
    permissions: Sequence[str] | None,
    user_id: str | None,
    group_id: str | None,
    resource_type: int | None,
    resource_id: str | None,
) -> None:
    """Change everything but the kind of an authorization. NotFoundError; InputError."""
    with ctx.database.write() as tx:
        row = authorizations.find_authorization(tx, authorization_id) if is_id(authorization_id) else None
        if row is None:
            raise unknown_authorization(authorization_id)
        user_id, group_id = _holder(row.kind, user_id, group_id)
        of = row.resource_type if resource_type is None else resource_type
        authorizations.change_authorization(
            tx,
            authorization_id,
            permissions=_permissions(row.permissions if permissions is None else permissions, of),
            user_id=user_id,
            group_id=group_id,
            resource_type=of,
            resource_id=_resource_id(row.kind, resource_id),
        )


def delete_authorization(ctx: Context, authorization_id: str) -> None:
    """Remove an authorization. NotFoundError."""
    with ctx.database.write() as tx:
        if not is_id(authorization_id) or not authorizations.delete_authorization(tx, authorization_id):
            raise unknown_authorization(authorization_id)


def check(who: Principal, permission: str, resource_type: int, resource_id: str | None) -> bool:
    """Whether they have the permission on the resource, or on all of its kind. InputError: no such thing."""
    resource = parse_resource(resource_type)
    (name,) = _permissions([permission], resource_type)
    names = resource.permissions if name == ALL else () if name == NONE else (name,)
    return all(who.has(Need(resource, each), resource_id or ANY) for each in names)


def unknown_authorization(authorization_id: str) -> NotFoundError:
    """The error for an authorization that does not exist."""
    return NotFoundError(f"Authorization with id {authorization_id} does not exist.", id=authorization_id)


def parse_resource(number: int) -> Resource:
    """The kind of resource. InputError names those that there are."""
    found = BY_NUMBER.get(number)
    if found is None:
        allowed = listed(f"{each.number} ({each.title})" for each in Resource)
        raise InputError(
            f"resourceType: there is no resource type {number}; allowed: {allowed}", field="resourceType"
        )
    return found


def _permissions(permissions: Sequence[str], resource_type: int) -> list[str]:
    allowed = parse_resource(resource_type).permissions
    for each in permissions:
        if each not in (*allowed, ALL, NONE):
            raise InputError(
                f"permissions: there is no '{each}' on {parse_resource(resource_type).title}; "
                f"allowed: {listed(allowed)}, {ALL}, {NONE}",
                field="permissions",
            )
    return list(dict.fromkeys(permissions))


def _holder(kind: int, user_id: str | None, group_id: str | None) -> tuple[str | None, str | None]:
    user_id, group_id = checked("userId", user_id) or None, checked("groupId", group_id) or None
    if user_id is not None and group_id is not None:
        raise InputError("Cannot define both userId and groupId", field="userId")
    if kind == RuleKind.GLOBAL:
        if group_id is not None or user_id not in (None, ANY):
            raise InputError("a global authorization is for everybody: userId is '*'", field="userId")
        return ANY, None
    if user_id is None and group_id is None:
        raise InputError("either userId or groupId has to be given", field="userId")
    return user_id, group_id


def _resource_id(kind: int, resource_id: str | None) -> str:
    if not resource_id:
        raise InputError("resourceId: '*' or the id of a resource", field="resourceId")
    if kind == RuleKind.REVOKE and resource_id != ANY:
        raise InputError(
            "resourceId: only '*' can be revoked; revokes of single resources are not enforced", field="resourceId"
        )
    return checked("resourceId", resource_id) or ""
