"""``/shoal/v1/users``: users with their roles and tokens; ``/shoal/v1/audit``: what users did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shoal.api.acting import Acting
from shoal.api.bodies import JsonRoute
from shoal.api.openapi import BODY, errors
from shoal.engine import Engine
from shoal.people.permissions import Role

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]
Offset = Annotated[int, Query(ge=0, le=2**31 - 1, description="how many are left out at the beginning")]


class UserView(BaseModel):
    """A user, without what is secret."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None
    has_password: bool
    created_at: datetime


class NewUser(BaseModel):
    """A user to be made."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(min_length=1, max_length=64)
    password: str | None = Field(None, description="without one they need a token")
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None
    roles: list[Role] = []


class NewPassword(BaseModel):
    """Another password."""

    model_config = ConfigDict(extra="forbid")

    password: str


class NewToken(BaseModel):
    """A token to be issued."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=255)
    days: int | None = Field(None, ge=1, le=36_500, description="how long it is valid; null: until it is revoked")


class TokenView(BaseModel):
    """A bearer token, without its secret."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    created_at: datetime
    expires_at: datetime | None


class IssuedTokenView(TokenView):
    """A new token; the secret is shown this once."""

    secret: str


class OperationView(BaseModel):
    """One row of the log: one property of an operation, or the operation itself."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    operation_id: str
    at: datetime
    user_id: str | None
    tenant_id: str | None
    operation_type: str
    entity_type: str
    category: str
    property: str | None
    org_value: str | None
    new_value: str | None
    deployment_id: str | None
    definition_id: str | None
    definition_key: str | None
    instance_id: str | None
    task_id: str | None
    external_task_id: str | None
    job_id: str | None
    batch_id: str | None
    annotation: str | None


def router(_engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1", tags=["users"], route_class=JsonRoute)
    _add_users(routes)
    _add_rights(routes)

    @routes.get("/audit", responses=errors())
    def list_operations(
        engine: Acting,
        user_id: str | None = None,
        operation_type: str | None = None,
        entity_type: str | None = None,
        instance_id: str | None = None,
        batch_id: str | None = None,
        after: AwareDatetime | None = None,
        before: AwareDatetime | None = None,
        offset: Offset = 0,
        limit: Limit = 100,
    ) -> list[OperationView]:
        """List what users did, the newest first."""
        wanted: dict[str, Any] = {
            "user_id": user_id,
            "operation_type": operation_type,
            "entity_type": entity_type,
            "instance_id": instance_id,
            "batch_id": batch_id,
            "after": after,
            "before": before,
        }
        found = engine.audit.list(descending=True, offset=offset, limit=limit, **wanted)
        return [OperationView.model_validate(each) for each in found]

    return routes


def _add_users(routes: APIRouter) -> None:
    @routes.get("/users", responses=errors())
    def list_users(engine: Acting, offset: Offset = 0, limit: Limit = 100) -> list[UserView]:
        """List the users, by id."""
        return [UserView.model_validate(each) for each in engine.users.list(offset=offset, limit=limit)]

    @routes.post("/users", status_code=201, responses=errors(404, 409, *BODY))
    def create_user(engine: Acting, body: NewUser) -> UserView:
        """Make a user. With the first one, the server asks everybody for credentials."""
        profile = body.model_dump(include={"first_name", "last_name", "email"})
        engine.users.create(body.id, password=body.password, **profile)
        for role in body.roles:
            engine.users.give_role(role, user_id=body.id)
        return UserView.model_validate(engine.users.get(body.id))

    @routes.get("/users/{user_id}", responses=errors(404))
    def get_user(engine: Acting, user_id: str) -> UserView:
        """Show a user."""
        return UserView.model_validate(engine.users.get(user_id))

    @routes.delete("/users/{user_id}", status_code=204, responses=errors(404))
    def delete_user(engine: Acting, user_id: str) -> None:
        """Remove a user with everything that they were given; what they did stays."""
        engine.users.delete(user_id)

    @routes.put("/users/{user_id}/password", status_code=204, responses=errors(404, *BODY))
    def set_password(engine: Acting, user_id: str, body: NewPassword) -> None:
        """Give a user another password, and let them try again at once."""
        engine.users.set_password(user_id, body.password)


def _add_rights(routes: APIRouter) -> None:
    @routes.get("/users/{user_id}/roles", responses=errors(404))
    def list_roles(engine: Acting, user_id: str) -> list[Role]:
        """List the roles that the user was given; those of groups come besides."""
        return [Role(each.role) for each in engine.users.roles(user_id=engine.users.get(user_id).id)]

    @routes.put("/users/{user_id}/roles/{role}", status_code=204, responses=errors(404))
    def give_role(engine: Acting, user_id: str, role: Role) -> None:
        """Give a user a role."""
        engine.users.give_role(role, user_id=user_id)

    @routes.delete("/users/{user_id}/roles/{role}", status_code=204, responses=errors(404))
    def take_role(engine: Acting, user_id: str, role: Role) -> None:
        """Take a role away."""
        engine.users.take_role(role, user_id=user_id)

    @routes.get("/users/{user_id}/tokens", responses=errors(404))
    def list_tokens(engine: Acting, user_id: str) -> list[TokenView]:
        """List the bearer tokens of a user, without their secrets."""
        return [TokenView.model_validate(each) for each in engine.users.tokens(user_id)]

    @routes.post("/users/{user_id}/tokens", status_code=201, responses=errors(404, 409, *BODY))
    def issue_token(engine: Acting, user_id: str, body: NewToken) -> IssuedTokenView:
        """Issue a bearer token; its secret is shown this once."""
        lifetime = None if body.days is None else timedelta(days=body.days)
        issued = engine.users.issue_token(user_id, body.name, lifetime=lifetime)
        token = issued.token
        return IssuedTokenView(
            name=token.name, created_at=token.created_at, expires_at=token.expires_at, secret=issued.secret
        )

    @routes.delete("/users/{user_id}/tokens/{name}", status_code=204, responses=errors(404))
    def revoke_token(engine: Acting, user_id: str, name: str) -> None:
        """Let a token be worth nothing from now on."""
        engine.users.revoke_token(user_id, name)
