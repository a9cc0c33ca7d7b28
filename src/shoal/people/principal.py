"""Who acts: a user with groups, tenants, roles and authorizations, and whether something is permitted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import NamedTuple

from shoal.errors import ForbiddenError
from shoal.people.permissions import PERMITTED, Need, Permission, Role, needs_of
from shoal.people.resources import ALL, ANY, Resource

ADMIN_GROUP = "camunda-admin"
"""Members of this group are admins. Camunda 7: the same."""


class RuleKind(IntEnum):
    """Camunda 7: AUTH_TYPE_GLOBAL, AUTH_TYPE_GRANT, AUTH_TYPE_REVOKE."""

    GLOBAL = 0
    GRANT = 1
    REVOKE = 2


class Rule(NamedTuple):
    """One authorization that concerns the principal. Without a group it names the user, or everybody."""

    kind: RuleKind
    by_group: bool
    resource: Resource
    resource_id: str
    permissions: frozenset[str]

    def says(self, need: Need, resource_id: str) -> bool:
        """Whether it is about the need on that resource."""
        return (
            self.resource is need.resource
            and self.resource_id in (ANY, resource_id)
            and (need.name in self.permissions or ALL in self.permissions)
        )


@dataclass(frozen=True)
class Principal:
    """Who acts. ``tenants`` are those that they belong to; None: all, as for admins."""

    user_id: str
    groups: tuple[str, ...] = ()
    tenants: frozenset[str] | None = frozenset()
    roles: frozenset[Role] = frozenset()
    rules: tuple[Rule, ...] = ()

    @classmethod
    def owner(cls, user_id: str) -> Principal:
        """Somebody who may do everything."""
        return cls(user_id, tenants=None, roles=frozenset({Role.ADMIN}))

    @property
    def is_admin(self) -> bool:
        """Whether they may do everything."""
        return Role.ADMIN in self.roles

    def may(self, permission: Permission, *others: Need) -> bool:
        """Whether they may, in one of the ways of the permission or in one of ``others``."""
        ways = (*permission.ways, *others)
        if self.is_admin or not ways:
            return True
        by_role = any(permission in PERMITTED[role] for role in self.roles)
        if not self.rules:
            return by_role
        if any(self._ruled(way, ANY) is True for way in ways):
            return True
        # a role gives what no rule takes away
        return by_role and any(self._ruled(way, ANY) is None for way in ways)

    def has(self, need: Need, resource_id: str = ANY) -> bool:
        """Whether one single need is met. Camunda 7: isUserAuthorized."""
        if self.is_admin:
            return True
        ruled = self._ruled(need, resource_id)
        return need in self._needs if ruled is None else ruled

    def require(self, permission: Permission, *others: Need) -> None:
        """ForbiddenError unless they may; it names what is missing as Camunda 7 does."""
        if not self.may(permission, *others):
            raise forbidden(self.user_id, (*permission.ways, *others))

    @cached_property
    def _needs(self) -> frozenset[Need]:
        return frozenset(need for role in self.roles for need in needs_of(role))

    def _ruled(self, need: Need, resource_id: str) -> bool | None:
        """What the authorizations say. Camunda 7: users before groups before everybody, revokes before grants."""
        about = [each for each in self.rules if each.says(need, resource_id)]
        for by_group in (False, True):
            kinds = {each.kind for each in about if each.by_group is by_group and each.kind is not RuleKind.GLOBAL}
            if kinds:
                return RuleKind.REVOKE not in kinds
        return True if about else None


def forbidden(user_id: str, ways: Iterable[Need]) -> ForbiddenError:
    """The error that says what is missing."""
    missing = [(each.name, each.resource.title) for each in ways]
    said = " or ".join(f"'{name}' permission on resource '{resource}'" for name, resource in missing)
    return ForbiddenError(
        f"The user with id '{user_id}' does not have {said or 'the right to do this'}.",
        user_id=user_id,
        missing_authorizations=[
            {"permissionName": name, "resourceName": resource, "resourceId": None} for name, resource in missing
        ],
    )
