"""Groups, tenants, who belongs to them, and which roles they have."""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.people.accounts import existing_user
from shoal.people.permissions import Role
from shoal.people.texts import chosen_id
from shoal.store.database import Tx
from shoal.store.queries import groups
from shoal.store.queries.groups import Group, RoleGrant, Tenant
from shoal.validation import listed


def create_group(ctx: Context, group: Group) -> None:
    """A new group. ConflictError: there is one of that id. InputError."""
    chosen_id("id", group.id)
    checked("name", group.name)
    checked("type", group.kind)
    with ctx.database.write() as tx:
        tx.dialect.lock_names(tx.connection, [f"shoal.group:{group.id}"])
        if _group(tx, group.id) is not None:
            raise ConflictError(f"there is a group '{group.id}' already", group_id=group.id)
        groups.insert_group(tx, group)


def change_group(ctx: Context, group_id: str, *, name: str | None, kind: str | None) -> None:
    """Give a group another name and type. NotFoundError."""
    values = {"name": checked("name", name), "kind": checked("type", kind)}
    with ctx.database.write() as tx:
        if not groups.change_group(tx, group_id, **values):
            raise unknown_group(group_id)


def delete_group(ctx: Context, group_id: str) -> None:
    """Remove a group with everything that it was given. NotFoundError."""
    with ctx.database.write() as tx:
        if not groups.delete_group(tx, group_id):
            raise unknown_group(group_id)


def add_to_group(ctx: Context, group_id: str, user_id: str) -> None:
    """Let a user belong to a group; nothing happens if they do. NotFoundError."""
    with ctx.database.write() as tx:
        _lock_members(tx)
        existing_group(tx, group_id)
        existing_user(tx, user_id)
        if not groups.is_group_member(tx, group_id, user_id):
            groups.insert_group_member(tx, group_id, user_id)


def remove_from_group(ctx: Context, group_id: str, user_id: str) -> None:
    """Let a user belong to a group no more. NotFoundError: no such group."""
    with ctx.database.write() as tx:
        existing_group(tx, group_id)
        groups.delete_group_member(tx, group_id, user_id)


def create_tenant(ctx: Context, tenant: Tenant) -> None:
    """A new tenant. ConflictError: there is one of that id. InputError."""
    chosen_id("id", tenant.id)
    checked("name", tenant.name)
    with ctx.database.write() as tx:
        tx.dialect.lock_names(tx.connection, [f"shoal.tenant:{tenant.id}"])
        if groups.list_tenants(tx, groups.tenant_conditions(ids=[tenant.id]), limit=1):
            raise ConflictError(f"there is a tenant '{tenant.id}' already", tenant_id=tenant.id)
        groups.insert_tenant(tx, tenant)


def change_tenant(ctx: Context, tenant_id: str, *, name: str | None) -> None:
    """Give a tenant another name. NotFoundError."""
    checked("name", name)
    with ctx.database.write() as tx:
        if not groups.change_tenant(tx, tenant_id, name=name):
            raise unknown_tenant(tenant_id)


def delete_tenant(ctx: Context, tenant_id: str) -> None:
    """Remove a tenant with its memberships. What belongs to it stays, and only admins see it. NotFoundError."""
    with ctx.database.write() as tx:
        if not groups.delete_tenant(tx, tenant_id):
            raise unknown_tenant(tenant_id)


def add_to_tenant(ctx: Context, tenant_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
    """Let a user or a group belong to a tenant; nothing happens if it does. NotFoundError; InputError."""
    with ctx.database.write() as tx:
        _lock_members(tx)
        _existing_tenant(tx, tenant_id)
        _holder(tx, user_id, group_id)
        if not groups.is_tenant_member(tx, tenant_id, user_id, group_id):
            groups.insert_tenant_member(tx, tenant_id, user_id, group_id)


def remove_from_tenant(
    ctx: Context, tenant_id: str, *, user_id: str | None = None, group_id: str | None = None
) -> None:
    """Let a user or a group belong to a tenant no more. NotFoundError: no such tenant."""
    with ctx.database.write() as tx:
        _existing_tenant(tx, tenant_id)
        groups.delete_tenant_member(tx, tenant_id, user_id, group_id)


def give_role(ctx: Context, role: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
    """Give a user or a group a role; nothing happens if it has it. NotFoundError; InputError."""
    grant = RoleGrant(parse_role(role), user_id, group_id)
    with ctx.database.write() as tx:
        _lock_members(tx)
        _holder(tx, user_id, group_id)
        if grant not in groups.roles_given(tx, user_id=user_id, group_id=group_id):
            groups.insert_role(tx, grant)


def take_role(ctx: Context, role: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
    """Take a role away. NotFoundError: it was not given."""
    grant = RoleGrant(parse_role(role), user_id, group_id)
    with ctx.database.write() as tx:
        _holder(tx, user_id, group_id)
        if not groups.delete_role(tx, grant):
            raise NotFoundError(f"'{user_id or group_id}' does not have the role '{grant.role}'", role=grant.role)


def parse_role(role: str) -> Role:
    """The role of that name. InputError names those that there are."""
    try:
        return Role(role)
    except ValueError:
        raise InputError(f"role: there is no role '{role}'; allowed: {listed(Role)}", field="role") from None


def existing_group(tx: Tx, group_id: str) -> Group:
    """The group. NotFoundError."""
    found = _group(tx, group_id)
    if found is None:
        raise unknown_group(group_id)
    return found


def unknown_group(group_id: str) -> NotFoundError:
    """The error for a group that does not exist."""
    return NotFoundError(f"there is no group '{group_id}'", group_id=group_id)


def unknown_tenant(tenant_id: str) -> NotFoundError:
    """The error for a tenant that does not exist."""
    return NotFoundError(f"there is no tenant '{tenant_id}'", tenant_id=tenant_id)


def _group(tx: Tx, group_id: str) -> Group | None:
    return next(iter(groups.list_groups(tx, groups.group_conditions(ids=[group_id]), limit=1)), None)


def _existing_tenant(tx: Tx, tenant_id: str) -> None:
    if not groups.list_tenants(tx, groups.tenant_conditions(ids=[tenant_id]), limit=1):
        raise unknown_tenant(tenant_id)


def _holder(tx: Tx, user_id: str | None, group_id: str | None) -> None:
    if (user_id is None) == (group_id is None):
        raise InputError("either a user or a group has to be named", field="user_id")
    if user_id is not None:
        existing_user(tx, user_id)
    if group_id is not None:
        existing_group(tx, group_id)


def _lock_members(tx: Tx) -> None:
    """One at a time, so that nothing is there twice."""
    tx.dialect.lock_names(tx.connection, ["shoal.people"])
