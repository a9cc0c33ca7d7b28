"""``engine.identity_service``: users, groups and tenants."""

from __future__ import annotations

from dataclasses import dataclass, field

from shoal.camunda.queries.group import GroupQuery
from shoal.camunda.queries.tenant import TenantQuery
from shoal.camunda.queries.user import UserQuery
from shoal.camunda.services.finding import by_conditions
from shoal.camunda.services.query import QueryBuilder
from shoal.engine import Engine
from shoal.store.queries.accounts import Account
from shoal.store.queries.groups import Group as NativeGroup
from shoal.store.queries.groups import Tenant as NativeTenant


@dataclass
class User:
    """Somebody, new or found by a query; ``save_user`` keeps it. A ``password`` is not found, and None keeps it."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    password: str | None = None
    is_kept: bool = field(default=False, repr=False, compare=False)
    """Whether saving it changes what there is."""


@dataclass
class Group:
    """A group, new or found by a query; ``save_group`` keeps it."""

    id: str
    name: str | None = None
    type: str | None = None
    is_kept: bool = field(default=False, repr=False, compare=False)
    """Whether saving it changes what there is."""


@dataclass
class Tenant:
    """A tenant, new or found by a query; ``save_tenant`` keeps it."""

    id: str
    name: str | None = None
    is_kept: bool = field(default=False, repr=False, compare=False)
    """Whether saving it changes what there is."""


class IdentityService:
    """Camunda 7: ``IdentityService``. NotFoundError for who is not there, ConflictError for an id that is taken."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def new_user(self, user_id: str) -> User:
        """To be filled in and saved."""
        return User(user_id)

    def save_user(self, user: User) -> None:
        """Keep a new user, or change one who was found by a query or saved before.

        Camunda 7: a new one with an id that is taken is a conflict.
        """
        save = self._engine.users.change if user.is_kept else self._engine.users.create
        save(
            user.id,
            password=user.password,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
        )
        user.is_kept = True

    def delete_user(self, user_id: str) -> None:
        """Remove a user with everything that they were given."""
        self._engine.users.delete(user_id)

    def unlock_user(self, user_id: str) -> None:
        """Let somebody who gave wrong passwords try again."""
        self._engine.users.unlock(user_id)

    def check_password(self, user_id: str, password: str) -> bool:
        """Whether that is the password."""
        return self._engine.users.verify(user_id, password)

    def new_group(self, group_id: str) -> Group:
        """To be filled in and saved."""
        return Group(group_id)

    def save_group(self, group: Group) -> None:
        """Keep a new group, or change one that was found by a query or saved before."""
        save = self._engine.groups.change if group.is_kept else self._engine.groups.create
        save(group.id, name=group.name, kind=group.type)
        group.is_kept = True

    def delete_group(self, group_id: str) -> None:
        """Remove a group."""
        self._engine.groups.delete(group_id)

    def create_membership(self, user_id: str, group_id: str) -> None:
        """Let a user belong to a group."""
        self._engine.groups.add(group_id, user_id)

    def delete_membership(self, user_id: str, group_id: str) -> None:
        """Let a user belong to a group no more."""
        self._engine.groups.remove(group_id, user_id)

    def new_tenant(self, tenant_id: str) -> Tenant:
        """To be filled in and saved."""
        return Tenant(tenant_id)

    def save_tenant(self, tenant: Tenant) -> None:
        """Keep a new tenant, or change one that was found by a query or saved before."""
        save = self._engine.tenants.change if tenant.is_kept else self._engine.tenants.create
        save(tenant.id, name=tenant.name)
        tenant.is_kept = True

    def delete_tenant(self, tenant_id: str) -> None:
        """Remove a tenant."""
        self._engine.tenants.delete(tenant_id)

    def create_tenant_user_membership(self, tenant_id: str, user_id: str) -> None:
        """Let a user belong to a tenant."""
        self._engine.tenants.add(tenant_id, user_id=user_id)

    def create_tenant_group_membership(self, tenant_id: str, group_id: str) -> None:
        """Let a group belong to a tenant."""
        self._engine.tenants.add(tenant_id, group_id=group_id)

    def delete_tenant_user_membership(self, tenant_id: str, user_id: str) -> None:
        """Take that back."""
        self._engine.tenants.remove(tenant_id, user_id=user_id)

    def delete_tenant_group_membership(self, tenant_id: str, group_id: str) -> None:
        """Take that back."""
        self._engine.tenants.remove(tenant_id, group_id=group_id)

    def create_user_query(self) -> QueryBuilder[UserQuery, User]:
        """Users."""
        users = self._engine.users
        return by_conditions(UserQuery, _user, users.list, users.count)

    def create_group_query(self) -> QueryBuilder[GroupQuery, Group]:
        """Groups."""
        groups = self._engine.groups
        return by_conditions(GroupQuery, _group, groups.list, groups.count)

    def create_tenant_query(self) -> QueryBuilder[TenantQuery, Tenant]:
        """Tenants."""
        tenants = self._engine.tenants
        return by_conditions(TenantQuery, _tenant, tenants.list, tenants.count)


def _user(row: Account) -> User:
    return User(row.id, row.first_name, row.last_name, row.email, is_kept=True)


def _group(row: NativeGroup) -> Group:
    return Group(row.id, row.name, row.kind, is_kept=True)


def _tenant(row: NativeTenant) -> Tenant:
    return Tenant(row.id, row.name, is_kept=True)
