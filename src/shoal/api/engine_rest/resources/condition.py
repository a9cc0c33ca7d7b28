"""``POST /condition``: evaluates conditional start events, and starts where they hold."""

from __future__ import annotations

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.links import self_link
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.api.engine_rest.views.process_instance import ProcessInstanceView
from shoal.camunda.values import read_values


class EvaluationBody(Body):
    """The variables with which conditions are evaluated, and of which definitions."""

    variables: Variables = None
    business_key: str | None = None
    tenant_id: str | None = None
    without_tenant_id: bool | None = None
    process_definition_id: str | None = None


def router() -> APIRouter:
    """The route."""
    routes = dialect_router("/condition", "Condition")

    @routes.post("")
    def evaluate_condition(body: EvaluationBody, request: Request, engine: Acting) -> list[ProcessInstanceView]:
        """Start an instance at each conditional start event that holds with these variables."""
        if body.tenant_id is not None and body.without_tenant_id:
            raise CamundaError("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
        with prefixed("Cannot evaluate conditions: ", kind="InvalidRequestException"):
            variables = read_values(plain_values(body.variables))
        started = engine.conditions.evaluate(
            variables=variables,
            business_key=body.business_key,
            definition_id=body.process_definition_id,
            tenant_id=body.tenant_id,
            without_tenant=bool(body.without_tenant_id),
        )
        rows = {row.id: row for row in engine.instances.list(ids=[each.instance_id for each in started])}
        return [
            ProcessInstanceView.of(
                rows[each.instance_id], links=(self_link(request, f"/process-instance/{each.instance_id}"),)
            )
            for each in started
        ]

    return routes
