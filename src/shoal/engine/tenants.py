"""Tenants, and who belongs to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.engine.access import ADMIN, Logged, allowed
from shoal.engine.paging import check_page
from shoal.people import groups
from shoal.people.permissions import Permission
from shoal.people.texts import check_ids
from shoal.store.queries.groups import Tenant, count_tenants, list_tenants, tenant_conditions
from shoal.store.queries.ordering import Order
from shoal.validation import refuse_unknown

Rows = list[Tenant]

_CONDITIONS = ("ids", "name", "name_like", "user_id", "group_id", "including_groups_of_user")
_MEMBER = {
    "tenantId": lambda a: a["tenant_id"],
    "userId": lambda a: a.get("user_id"),
    "groupId": lambda a: a.get("group_id"),
}


class Tenants:
    """``engine.tenants``. Whoever belongs to tenants works with what is theirs, or nobody's; admins with all."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_TENANTS)
    def list(
        self,
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> Rows:
        """The tenants that meet all conditions: ``list(user_id="mary", including_groups_of_user=True)``."""
        check_page(limit, offset=offset)
        wanted = _parsed(conditions, "tenants.list")
        with self._context.database.read() as tx:
            return list_tenants(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_TENANTS)
    def count(self, **conditions: Any) -> int:
        """How many tenants meet all conditions."""
        wanted = _parsed(conditions, "tenants.count")
        with self._context.database.read() as tx:
            return count_tenants(tx, wanted)

    @allowed(Permission.READ_TENANTS)
    def get(self, tenant_id: str) -> Tenant:
        """One tenant. NotFoundError."""
        found = self.list(ids=(tenant_id,))
        if not found:
            raise groups.unknown_tenant(tenant_id)
        return found[0]

    @allowed(Permission.CREATE_TENANTS, Logged("Create", "Tenant", ADMIN, {"tenantId": lambda a: a["tenant_id"]}))
    def create(self, tenant_id: str, *, name: str | None = None) -> None:
        """A new tenant. ConflictError: there is one of that id. InputError.

        >>> engine.tenants.create("north", name="The north")
        >>> engine.tenants.get("north").name
        'The north'
        """
        groups.create_tenant(self._context, Tenant(tenant_id, name))

    @allowed(Permission.UPDATE_TENANTS, Logged("Update", "Tenant", ADMIN, {"tenantId": lambda a: a["tenant_id"]}))
    def change(self, tenant_id: str, *, name: str | None) -> None:
        """Give a tenant another name. NotFoundError."""
        check_ids(tenant_id=tenant_id)
        groups.change_tenant(self._context, tenant_id, name=name)

    @allowed(Permission.DELETE_TENANTS, Logged("Delete", "Tenant", ADMIN, {"tenantId": lambda a: a["tenant_id"]}))
    def delete(self, tenant_id: str) -> None:
        """Remove a tenant; what belongs to it stays, and only admins see it. NotFoundError."""
        check_ids(tenant_id=tenant_id)
        groups.delete_tenant(self._context, tenant_id)

    @allowed(Permission.ADD_TENANT_MEMBERS, Logged("Create", "TenantMembership", ADMIN, _MEMBER))
    def add(self, tenant_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
        """Let a user or a group belong to a tenant. NotFoundError; InputError."""
        groups.add_to_tenant(self._context, tenant_id, user_id=user_id, group_id=group_id)

    @allowed(Permission.REMOVE_TENANT_MEMBERS, Logged("Delete", "TenantMembership", ADMIN, _MEMBER))
    def remove(self, tenant_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
        """Let a user or a group belong to a tenant no more. NotFoundError: no such tenant."""
        check_ids(user_id=user_id, group_id=group_id)
        groups.remove_from_tenant(self._context, tenant_id, user_id=user_id, group_id=group_id)


def _parsed(conditions: dict[str, Any], of: str) -> Any:
    refuse_unknown(conditions, _CONDITIONS, of)
    check_ids(**{name: conditions.get(name) for name in ("user_id", "group_id")})
    return tenant_conditions(**conditions)
