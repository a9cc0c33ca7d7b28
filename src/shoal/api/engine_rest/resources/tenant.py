"""``/tenant``: tenants and who belongs to them."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.people import TenantView
from shoal.camunda.queries.tenant import TenantQuery
from shoal.errors import NotFoundError


class TenantBody(Body):
    """Camunda 7: TenantDto."""

    id: str | None = None
    name: str | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/tenant", "Tenant")
    queried(
        routes,
        TenantQuery,
        TenantView,
        find=lambda engine, query, page: engine.tenants.list(
            sort=query.orders() or "id", offset=page.first, limit=page.most, **query.conditions()
        ),
        count=lambda engine, query: engine.tenants.count(**query.conditions()),
        what="tenants",
        by_post=False,
    )
    _add_tenants(routes)
    _add_members(routes)
    return routes


def _add_tenants(routes: APIRouter) -> None:
    @routes.post("/create", status_code=204)
    def create_tenant(body: TenantBody, engine: Acting) -> None:
        """Make a tenant."""
        if body.id is None:
            raise CamundaError("The id of the tenant cannot be null.")
        engine.tenants.create(body.id, name=body.name)

    @routes.get("/{tenant_id}")
    def get_tenant(tenant_id: str, engine: Acting) -> TenantView:
        """Show a tenant."""
        try:
            return TenantView.of(engine.tenants.get(tenant_id))
        except NotFoundError:
            raise _unknown(tenant_id) from None

    @routes.put("/{tenant_id}", status_code=204)
    def update_tenant(tenant_id: str, body: TenantBody, engine: Acting) -> None:
        """Change a tenant."""
        try:
            engine.tenants.change(tenant_id, name=body.name)
        except NotFoundError:
            raise _unknown(tenant_id) from None

    @routes.delete("/{tenant_id}", status_code=204)
    def delete_tenant(tenant_id: str, engine: Acting) -> None:
        """Remove a tenant, if there is one; what belongs to it stays."""
        with contextlib.suppress(NotFoundError):
            engine.tenants.delete(tenant_id)


def _add_members(routes: APIRouter) -> None:
    @routes.put("/{tenant_id}/user-members/{user_id}", status_code=204)
    def create_user_membership(tenant_id: str, user_id: str, engine: Acting) -> None:
        """Let a user belong to a tenant."""
        with prefixed("", not_found=400):
            engine.tenants.add(tenant_id, user_id=user_id)

    @routes.delete("/{tenant_id}/user-members/{user_id}", status_code=204)
    def delete_user_membership(tenant_id: str, user_id: str, engine: Acting) -> None:
        """Let a user belong to a tenant no more."""
        with contextlib.suppress(NotFoundError):
            engine.tenants.remove(tenant_id, user_id=user_id)

    @routes.put("/{tenant_id}/group-members/{group_id}", status_code=204)
    def create_group_membership(tenant_id: str, group_id: str, engine: Acting) -> None:
        """Let a group belong to a tenant."""
        with prefixed("", not_found=400):
            engine.tenants.add(tenant_id, group_id=group_id)

    @routes.delete("/{tenant_id}/group-members/{group_id}", status_code=204)
    def delete_group_membership(tenant_id: str, group_id: str, engine: Acting) -> None:
        """Let a group belong to a tenant no more."""
        with contextlib.suppress(NotFoundError):
            engine.tenants.remove(tenant_id, group_id=group_id)


def _unknown(tenant_id: str) -> CamundaError:
    return CamundaError(f"Tenant with id {tenant_id} does not exist", status=404)
