"""``engine.authorization_service``: who may do what."""

from __future__ import annotations

from dataclasses import dataclass, field

from shoal.camunda.queries.authorization import AuthorizationQuery
from shoal.camunda.services.entity import AUTHORIZATION, Entity
from shoal.camunda.services.finding import by_conditions
from shoal.camunda.services.query import QueryBuilder
from shoal.engine import Engine


@dataclass
class Authorization:
    """A new rule; ``save_authorization`` keeps it. ``authorization_type``: 0 everybody, 1 grants, 2 revokes."""

    authorization_type: int
    user_id: str | None = None
    group_id: str | None = None
    resource: int | None = None
    resource_id: str | None = None
    permissions: list[str] = field(default_factory=list)

    def add_permission(self, permission: str) -> None:
        """One more, by Camunda's name: ``READ``, ``CREATE_BATCH_SET_VARIABLES``, ..."""
        self.permissions.append(permission)


class AuthorizationService:
    """Camunda 7: ``AuthorizationService``."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_new_authorization(self, authorization_type: int) -> Authorization:
        """To be filled in and saved."""
        return Authorization(authorization_type)

    def save_authorization(self, authorization: Authorization) -> Entity:
        """Keep a new rule; it has an id now. InputError names what cannot be."""
        made = self._engine.authorizations.create(
            kind=authorization.authorization_type,
            permissions=authorization.permissions,
            resource_type=-1 if authorization.resource is None else authorization.resource,
            resource_id=authorization.resource_id,
            user_id=authorization.user_id,
            group_id=authorization.group_id,
        )
        return Entity(made, AUTHORIZATION)

    def delete_authorization(self, authorization_id: str) -> None:
        """Take a rule away. NotFoundError."""
        self._engine.authorizations.delete(authorization_id)

    def is_user_authorized(
        self, user_id: str, permission: str, resource: int, resource_id: str | None = None
    ) -> bool:
        """Whether the user may do that."""
        return self._engine.authorizations.check(user_id, permission, resource, resource_id)

    def create_authorization_query(self) -> QueryBuilder[AuthorizationQuery, Entity]:
        """Rules."""
        rules = self._engine.authorizations
        return by_conditions(AuthorizationQuery, lambda row: Entity(row, AUTHORIZATION), rules.list, rules.count)
