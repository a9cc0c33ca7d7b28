"""``/execution``: running instances, and the tokens and scopes in them."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.resources.event_subscription import EventSubscriptionView
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.variables import Scopes, add_variables
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.api.engine_rest.views.execution import ExecutionView
from shoal.api.engine_rest.views.incident import IncidentView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.execution import ExecutionQuery
from shoal.camunda.values import read_values
from shoal.engine import Engine
from shoal.errors import ExecutionError, NotFoundError
from shoal.store.queries.executions import ExecutionRow
from shoal.store.queries.subscription_filters import SubscriptionRow


class TriggerBody(Body):
    """Camunda 7: ExecutionTriggerDto."""

    variables: Variables = None


class IncidentBody(Body):
    """Camunda 7: CreateIncidentDto."""

    incident_type: str | None = None
    configuration: str | None = None
    message: str | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/execution", "Execution")
    queried(
        routes,
        ExecutionQuery,
        ExecutionView,
        find=_find,
        count=lambda engine, query: engine.executions.count(query.filter()),
        what="executions",
    )

    @routes.get("/{id}")
    def get_execution(id: str, engine: Acting) -> ExecutionView:  # noqa: A002 - Camunda's name of the parameter
        """Show one execution."""
        return ExecutionView.of(_existing(engine, id))

    @routes.post("/{id}/signal", status_code=204)
    def signal_execution(id: str, body: TriggerBody, engine: Acting) -> None:  # noqa: A002
        """Let a receive task go on."""
        with prefixed(f"Cannot signal execution {id}: ", kind="InvalidRequestException"):
            variables = read_values(plain_values(body.variables))
        with prefixed(f"Cannot signal execution {id}: ", kind="RestException", not_found=400):
            engine.instances.trigger(id, variables)

    @routes.get("/{id}/messageSubscriptions/{messageName}")
    def get_message_subscription(
        id: str,  # noqa: A002
        messageName: str,  # noqa: N803 - Camunda's name
        engine: Acting,
    ) -> EventSubscriptionView:
        """Show that an execution waits for a message."""
        return EventSubscriptionView.of(_subscription(engine, id, messageName))

    @routes.post("/{id}/messageSubscriptions/{messageName}/trigger", status_code=204)
    def trigger_message(id: str, messageName: str, body: TriggerBody, engine: Acting) -> None:  # noqa: A002, N803
        """Give an execution the message that it waits for."""
        prefix = f"Cannot trigger message {messageName} for execution {id}: "
        with prefixed(prefix, kind="InvalidRequestException"):
            variables = read_values(plain_values(body.variables))
        try:
            with prefixed(prefix, kind="RestException", not_found=400):
                node_id = _subscription(engine, id, messageName).node_id
                engine.messages.correlate(messageName, node_id=node_id, variables=variables, wait_only=True)
        except CamundaError as error:
            if isinstance(error.__cause__, ExecutionError):
                raise
            raise CamundaError(error.message, kind="RestException") from error

    @routes.post("/{id}/create-incident")
    def create_incident(id: str, body: IncidentBody, engine: Acting) -> IncidentView:  # noqa: A002
        """Say that work has stopped at an execution."""
        if not body.incident_type:
            raise CamundaError("incidentType is null", kind="BadUserRequestException", code=0)
        with prefixed("", kind="BadUserRequestException", not_found=400):
            incident_id = engine.executions.create_incident(
                id, body.incident_type, configuration=body.configuration, message=body.message
            )
        [row] = engine.history.incidents(ids=(incident_id,))
        return IncidentView.of(row)

    add_variables(routes, "localVariables", Scopes("execution", _existing, local=True))
    return routes


def _find(engine: Engine, query: ExecutionQuery, page: Page) -> list[ExecutionRow]:
    return engine.executions.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)


def _existing(engine: Engine, execution_id: str) -> ExecutionRow:
    try:
        return engine.executions.get(execution_id)
    except NotFoundError:
        raise CamundaError(f"Execution with id {execution_id} does not exist", status=404) from None


def _subscription(engine: Engine, execution_id: str, name: str) -> SubscriptionRow:
    """That of the execution; of an instance also the only one in it, which has its execution in Camunda 7."""
    found = engine.subscriptions.find(kind="message", name=name, node_id=execution_id, limit=1)
    if not found:
        inside = engine.subscriptions.find(kind="message", name=name, instance_id=execution_id, limit=2)
        found = inside if len(inside) == 1 else []
    if not found:
        raise CamundaError(
            f"Message event subscription for execution {execution_id} named {name} does not exist", status=404
        )
    return found[0]
