"""Camunda 7's authorizations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.engine.access import ADMIN, Logged, allowed
from shoal.engine.paging import check_page
from shoal.ids import is_id
from shoal.people import authorizations
from shoal.people.accounts import find_user
from shoal.people.credentials import build_principal, principal_of
from shoal.people.permissions import Permission
from shoal.people.principal import Principal
from shoal.store.queries.authorizations import (
    AuthorizationRow,
    authorization_conditions,
    count_authorizations,
    find_authorization,
    list_authorizations,
)
from shoal.store.queries.ordering import Order
from shoal.validation import refuse_unknown

Rows = list[AuthorizationRow]

_CONDITIONS = ("id", "kind", "user_ids", "group_ids", "resource_type", "resource_id")
_SAID = {
    "permissions": lambda a: ", ".join(a.get("permissions") or ()),
    "userId": lambda a: a.get("user_id"),
    "groupId": lambda a: a.get("group_id"),
    "resourceType": lambda a: a.get("resource_type"),
    "resourceId": lambda a: a.get("resource_id"),
}


class Authorizations:
    """``engine.authorizations``. What of them is enforced: see :mod:`shoal.people.authorizations`."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_AUTHORIZATIONS)
    def list(
        self,
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> Rows:
        """The authorizations that meet all conditions: ``list(kind=1, user_ids=("mary",))``."""
        check_page(limit, offset=offset)
        refuse_unknown(conditions, _CONDITIONS, "authorizations.list")
        wanted = authorization_conditions(**conditions)
        with self._context.database.read() as tx:
            return list_authorizations(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_AUTHORIZATIONS)
    def count(self, **conditions: Any) -> int:
        """How many authorizations meet all conditions."""
        refuse_unknown(conditions, _CONDITIONS, "authorizations.count")
        wanted = authorization_conditions(**conditions)
        with self._context.database.read() as tx:
            return count_authorizations(tx, wanted)

    @allowed(Permission.READ_AUTHORIZATIONS)
    def get(self, authorization_id: str) -> AuthorizationRow:
        """One authorization. NotFoundError."""
        with self._context.database.read() as tx:
            found = find_authorization(tx, authorization_id) if is_id(authorization_id) else None
        if found is None:
            raise authorizations.unknown_authorization(authorization_id)
        return found

    @allowed(Permission.READ_AUTHORIZATIONS)
    def check(self, user_id: str, permission: str, resource_type: int, resource_id: str | None = None) -> bool:
        """Whether a user has a permission on a resource, or on all of its kind. InputError; NotFoundError."""
        return authorizations.check(principal_of(self._context, user_id), permission, resource_type, resource_id)

    @allowed(Permission.ANYBODY)
    def check_mine(self, permission: str, resource_type: int, resource_id: str | None = None) -> bool:
        """Whether who acts has it; whoever opened the engine, and the credentials of the settings, have all."""
        with self._context.database.read() as tx:
            is_user = self._context.user_id is not None and find_user(tx, self._context.user_id) is not None
            me = build_principal(tx, self._context.user_id or "") if is_user else Principal.owner("")
        return authorizations.check(me, permission, resource_type, resource_id)

    @allowed(Permission.CREATE_AUTHORIZATIONS, Logged("Create", "Authorization", ADMIN, _SAID))
    def create(
        self,
        *,
        kind: int,
        permissions: Sequence[str],
        resource_type: int,
        resource_id: str | None,
        user_id: str | None = None,
        group_id: str | None = None,
    ) -> AuthorizationRow:
        """A new one; ``kind`` 0 is for everybody, 1 grants, 2 revokes. InputError names what cannot be.

        >>> rule = engine.authorizations.create(
        ...     kind=1, permissions=["CREATE_BATCH_SET_VARIABLES"], resource_type=13, resource_id="*", user_id="kim"
        ... )
        >>> rule.permissions
        ['CREATE_BATCH_SET_VARIABLES']
        """
        return authorizations.create_authorization(
            self._context,
            kind=kind,
            permissions=permissions,
            user_id=user_id,
            group_id=group_id,
            resource_type=resource_type,
            resource_id=resource_id,
        )

    @allowed(Permission.UPDATE_AUTHORIZATIONS, Logged("Update", "Authorization", ADMIN, _SAID))
    def change(
        self,
        authorization_id: str,
        *,
        permissions: Sequence[str] | None,
        user_id: str | None,
        group_id: str | None,
        resource_type: int | None,
        resource_id: str | None,
    ) -> None:
        """Change everything but the kind. NotFoundError; InputError."""
        authorizations.change_authorization(
            self._context,
            authorization_id,
            permissions=permissions,
            user_id=user_id,
            group_id=group_id,
            resource_type=resource_type,
            resource_id=resource_id,
        )

    @allowed(
        Permission.DELETE_AUTHORIZATIONS,
        Logged("Delete", "Authorization", ADMIN, {"authorizationId": lambda a: a["authorization_id"]}),
    )
    def delete(self, authorization_id: str) -> None:
        """Remove one. NotFoundError."""
        authorizations.delete_authorization(self._context, authorization_id)
