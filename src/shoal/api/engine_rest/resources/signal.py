"""``POST /signal``: to everybody who waits for it, and to what it starts."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.camunda.values import read_values


class SignalBody(Body):
    """A signal and whom it is for: everybody, the execution that is named, or those of a tenant."""

    name: str | None = None
    execution_id: str | None = None
    variables: Variables = None
    tenant_id: str | None = None
    without_tenant_id: bool | None = None


def router() -> APIRouter:
    """The route."""
    routes = dialect_router("/signal", "Signal")

    @routes.post("", status_code=204)
    def throw_signal(body: SignalBody, engine: Acting) -> None:
        """Send a signal."""
        if not body.name:
            raise CamundaError("No signal name given")
        if body.tenant_id is not None and body.without_tenant_id:
            raise CamundaError("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
        if body.execution_id is not None and (body.tenant_id is not None or body.without_tenant_id):
            raise CamundaError(
                "Cannot specify a tenant-id when deliver a signal to a single execution.",
                kind="BadUserRequestException",
            )
        with prefixed("Cannot send signal: ", kind="InvalidRequestException"):
            variables = read_values(plain_values(body.variables))
        engine.signals.send(
            body.name,
            variables=variables,
            node_id=body.execution_id,
            tenant_id=body.tenant_id,
            without_tenant=bool(body.without_tenant_id),
        )

    return routes
