"""``POST /message``: correlated with who waits for it, or with what it starts."""

from __future__ import annotations

from typing import Any, Literal, Self

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.links import self_link
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, Variables, View, plain_values
from shoal.api.engine_rest.views.execution import ExecutionView
from shoal.api.engine_rest.views.process_instance import ProcessInstanceView
from shoal.camunda.values import read_values, write_values
from shoal.commands.correlate_messages import Correlated
from shoal.engine import Engine
from shoal.errors import ConflictError


class MessageBody(Body):
    """A message and whom it is for."""

    message_name: str | None = None
    business_key: str | None = None
    correlation_keys: Variables = None
    local_correlation_keys: Variables = None
    process_variables: Variables = None
    process_variables_local: Variables = None
    process_variables_to_triggered_scope: Variables = None
    tenant_id: str | None = None
    without_tenant_id: bool | None = None
    process_instance_id: str | None = None
    all: bool | None = None
    result_enabled: bool | None = None
    variables_in_result_enabled: bool | None = None


class MessageCorrelationResultView(View):
    """Where a message arrived: at an execution that waited for it, or at a definition that it started."""

    result_type: Literal["Execution", "ProcessDefinition"]
    execution: ExecutionView | None
    process_instance: ProcessInstanceView | None

    @classmethod
    def at(cls, engine: Engine, request: Request, correlated: Correlated) -> Self:
        """The view of one result."""
        instance = engine.instances.get(correlated.instance_id)
        if correlated.started:
            link = self_link(request, f"/process-instance/{instance.id}")
            started = ProcessInstanceView.of(instance, links=(link,))
            return cls(result_type="ProcessDefinition", execution=None, process_instance=started)
        reached = ExecutionView(
            id=correlated.node_id or instance.id,
            process_instance_id=instance.id,
            ended=False,
            tenant_id=instance.tenant_id,
        )
        return cls(result_type="Execution", execution=reached, process_instance=None)


class MessageCorrelationResultWithVariablesView(MessageCorrelationResultView):
    """The same with the variables of the process instance."""

    variables: dict[str, dict[str, Any]]


def router() -> APIRouter:
    """The route."""
    routes = dialect_router("/message", "Message")

    @routes.post(
        "",
        status_code=204,
        response_class=Response,
        responses={
            200: {
                "description": "Where it arrived, with resultEnabled.",
                "model": list[MessageCorrelationResultWithVariablesView | MessageCorrelationResultView],
            }
        },
    )
    def correlate_message(body: MessageBody, request: Request, engine: Acting) -> Response:
        """Correlate a message with exactly one, or with everybody that matches."""
        _check(body)
        with prefixed("Cannot deliver message: ", kind="InvalidRequestException"):
            said = {
                "correlation_variables": read_values(plain_values(body.correlation_keys)),
                "local_correlation_variables": read_values(plain_values(body.local_correlation_keys)),
                "variables": read_values(plain_values(body.process_variables)),
                "local_variables": read_values(plain_values(body.process_variables_local)),
                "triggered_variables": read_values(plain_values(body.process_variables_to_triggered_scope)),
            }
        found = _correlate(
            engine,
            body,
            business_key=body.business_key,
            instance_ids=None if body.process_instance_id is None else [body.process_instance_id],
            tenant_id=body.tenant_id,
            without_tenant=bool(body.without_tenant_id),
            **said,
        )
        if not body.result_enabled:
            return Response(status_code=204)
        return JSONResponse([_result(engine, request, body, each) for each in found])

    return routes


def _check(body: MessageBody) -> None:
    if not body.message_name:
        raise CamundaError("No message name supplied")
    if body.tenant_id is not None and body.without_tenant_id:
        raise CamundaError("Parameter 'tenantId' cannot be used together with parameter 'withoutTenantId'.")
    if body.variables_in_result_enabled and not body.result_enabled:
        raise CamundaError(
            "Parameter 'variablesInResultEnabled' cannot be used without 'resultEnabled' set to true."
        )


def _correlate(engine: Engine, body: MessageBody, **said: Any) -> list[Correlated]:
    if body.all:
        return engine.messages.correlate_all(body.message_name, **said)
    try:
        return [engine.messages.correlate(body.message_name, **said)]
    except ConflictError as error:
        if "matches" not in error.details:
            raise
        raise CamundaError(
            f"org.camunda.bpm.engine.MismatchingMessageCorrelationException: {error.message}", kind="RestException"
        ) from None


def _result(engine: Engine, request: Request, body: MessageBody, correlated: Correlated) -> dict[str, Any]:
    view = MessageCorrelationResultView.at(engine, request, correlated)
    found = view.model_dump(mode="json", by_alias=True)
    if body.variables_in_result_enabled:
        instance_id = correlated.instance_id
        values = engine.variables.find(instance_id=instance_id, scope_id=instance_id, limit=1_000_000)
        found["variables"] = write_values({each.name: each.value for each in values})
    return found
