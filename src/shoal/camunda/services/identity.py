"""``engine.identity_service``: users, groups and tenants."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.camunda.queries.group import GroupQuery
from shoal.camunda.queries.tenant import TenantQuery
from shoal.camunda.queries.user import UserQuery
from shoal.camunda.services.entity import GROUP, PLAIN, Entity
from shoal.camunda.services.finding import by_conditions
from shoal.camunda.services.query import QueryBuilder
from shoal.engine import Engine


@dataclass
class User:
    """Somebody new; ``save_user`` keeps it."""

    id: str
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    password: str | None = None


@dataclass
class Group:
    """A new group; ``save_group`` keeps it."""

    id: str
    name: str | None = None
    type: str | None = None


@dataclass
class Tenant:
    """A new tenant; ``save_tenant`` keeps it."""

    id: str
    name: str | None = None


class IdentityService:
    """Camunda 7: ``IdentityService``. NotFoundError for who is not there, ConflictError for an id that is taken."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def new_user(self, user_id: str) -> User:
        """To be filled in and saved."""
        return User(user_id)

    def save_user(self, user: User) -> None:
        """Keep a new user."""
        self._engine.users.create(
            user.id,
            password=user.password,
            first_name=user.first_name,
            last_name=user.last_name,
            email=user.email,
        )

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
        """Keep a new group."""
        self._engine.groups.create(group.id, name=group.name, kind=group.type)

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
        """Keep a new tenant."""
        self._engine.tenants.create(tenant.id, name=tenant.name)

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

    def create_user_query(self) -> QueryBuilder[UserQuery, Entity]:
        """Users."""
        users = self._engine.users
        return by_conditions(UserQuery, PLAIN, users.list, users.count)

    def create_group_query(self) -> QueryBuilder[GroupQuery, Entity]:
        """Groups."""
        groups = self._engine.groups
        return by_conditions(GroupQuery, GROUP, groups.list, groups.count)

    def create_tenant_query(self) -> QueryBuilder[TenantQuery, Entity]:
        """Tenants."""
        tenants = self._engine.tenants
        return by_conditions(TenantQuery, PLAIN, tenants.list, tenants.count)
