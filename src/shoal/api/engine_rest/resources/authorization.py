"""``/authorization``: Camunda 7's authorizations, and whether somebody may do something."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.people import AuthorizationCheckView, AuthorizationView
from shoal.camunda.queries.authorization import AuthorizationQuery
from shoal.people.resources import ANY


class AuthorizationBody(Body):
    """Camunda 7: AuthorizationDto."""

    permissions: list[str] | None = None
    user_id: str | None = None
    group_id: str | None = None
    resource_type: int | None = None
    resource_id: str | None = None


class NewAuthorizationBody(AuthorizationBody):
    """Camunda 7: AuthorizationCreateDto."""

    type: int | None = Field(None, description="0: global, 1: grant, 2: revoke")


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/authorization", "Authorization")

    @routes.get("/check")
    def is_user_authorized(
        engine: Acting,
        me: User,
        permissionName: str | None = None,  # noqa: N803 - Camunda's name
        resourceName: str | None = None,  # noqa: N803
        resourceType: int | None = None,  # noqa: N803
        resourceId: str | None = None,  # noqa: N803
        userId: str | None = None,  # noqa: N803
    ) -> AuthorizationCheckView:
        """Say whether who sends the request, or another user, has a permission."""
        if permissionName is None:
            raise _missing("permissionName")
        if resourceName is None:
            raise _missing("resourceName")
        if resourceType is None:
            raise _missing("resourceType")
        if me is None:
            raise CamundaError("You must be authenticated in order to use this resource.", status=401)
        if userId in (None, "", me):
            authorized = engine.authorizations.check_mine(permissionName, resourceType, resourceId or ANY)
        else:
            authorized = engine.authorizations.check(userId or "", permissionName, resourceType, resourceId or ANY)
        return AuthorizationCheckView(
            permission_name=permissionName,
            resource_name=resourceName,
            resource_id=resourceId,
            authorized=authorized,
        )

    queried(
        routes,
        AuthorizationQuery,
        AuthorizationView,
        find=lambda engine, query, page: engine.authorizations.list(
            sort=query.orders() or "id", offset=page.first, limit=page.most, **query.conditions()
        ),
        count=lambda engine, query: engine.authorizations.count(**query.conditions()),
        what="authorizations",
        by_post=False,
    )
    _add_single(routes)
    return routes


def _add_single(routes: APIRouter) -> None:
    @routes.post("/create")
    def create_authorization(body: NewAuthorizationBody, engine: Acting) -> AuthorizationView:
        """Make an authorization."""
        if body.type is None or body.resource_type is None:
            raise CamundaError("type and resourceType of an authorization cannot be null")
        return AuthorizationView.of(
            engine.authorizations.create(
                kind=body.type,
                permissions=body.permissions or [],
                resource_type=body.resource_type,
                resource_id=body.resource_id,
                user_id=body.user_id,
                group_id=body.group_id,
            )
        )

    @routes.get("/{authorization_id}")
    def get_authorization(authorization_id: str, engine: Acting) -> AuthorizationView:
        """Show an authorization."""
        return AuthorizationView.of(engine.authorizations.get(authorization_id))

    @routes.put("/{authorization_id}", status_code=204)
    def update_authorization(authorization_id: str, body: AuthorizationBody, engine: Acting) -> None:
        """Change an authorization."""
        engine.authorizations.change(
            authorization_id,
            permissions=body.permissions,
            user_id=body.user_id,
            group_id=body.group_id,
            resource_type=body.resource_type,
            resource_id=body.resource_id,
        )

    @routes.delete("/{authorization_id}", status_code=204)
    def delete_authorization(authorization_id: str, engine: Acting) -> None:
        """Remove an authorization."""
        engine.authorizations.delete(authorization_id)


def _missing(name: str) -> CamundaError:
    return CamundaError(f"Query parameter '{name}' cannot be null")
