"""``/process-definition/{...}/start`` and ``/submit-form``: new process instances."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.engine_rest.links import self_link
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.resources.process_definition.naming import Named
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.api.engine_rest.views.process_instance import ProcessInstanceView, ProcessInstanceWithVariablesView
from shoal.camunda.values import read_values, write_values
from shoal.engine import Engine
from shoal.engine.start_at import InstanceStart
from shoal.errors import NotFoundError
from shoal.store.queries.definition_filters import DefinitionRow
from shoal.store.queries.instance_filters import InstanceRow
from shoal.values import TypedValue

Answer = ProcessInstanceWithVariablesView | ProcessInstanceView


class StartInstruction(Body):
    """Where to begin instead of at the start event."""

    type: Literal["startBeforeActivity", "startAfterActivity", "startTransition"]
    activity_id: str | None = None
    transition_id: str | None = None
    variables: Variables = None


class SubmitBody(Body):
    """Camunda 7: StartProcessInstanceFormDto."""

    variables: Variables = None
    business_key: str | None = None


class StartBody(SubmitBody):
    """Camunda 7: StartProcessInstanceDto."""

    case_instance_id: str | None = Field(None, description="ignored: there are no cases")
    start_instructions: list[StartInstruction] | None = None
    skip_custom_listeners: bool | None = None
    skip_io_mappings: bool | None = None
    with_variables_in_return: bool | None = None


def add_to_one(routes: APIRouter, named: Named) -> None:
    """The routes of one definition."""

    @routes.post("/start", response_model=Answer)
    def start_process_instance(
        body: StartBody,
        definition: Annotated[DefinitionRow, Depends(named)],
        engine: Acting,
        user: User,
        request: Request,
    ) -> Any:
        """Start an instance of the process definition."""

        def start(variables: dict[str, TypedValue]) -> str:
            if not body.start_instructions:
                return engine.instances.start(
                    definition_id=definition.id,
                    business_key=body.business_key,
                    variables=variables,
                    started_by=user,
                )
            begin = engine.instances.start_at(
                definition_id=definition.id, business_key=body.business_key, variables=variables, started_by=user
            )
            for each in body.start_instructions:
                _instruct(begin, each)
            return begin.execute(
                skip_custom_listeners=bool(body.skip_custom_listeners),
                skip_io_mappings=bool(body.skip_io_mappings),
            )

        row = _started(engine, definition, body, start)
        link = self_link(request, f"/process-instance/{row.id}")
        shown = ProcessInstanceView.of(row, links=(link,))
        if not body.with_variables_in_return:
            return shown
        found = engine.variables.find(instance_id=row.id, scope_id=row.id, limit=1_000_000)
        variables = write_values({each.name: each.value for each in found})
        return ProcessInstanceWithVariablesView(**shown.model_dump(), variables=variables)

    @routes.post("/submit-form")
    def submit_start_form(
        body: SubmitBody,
        definition: Annotated[DefinitionRow, Depends(named)],
        engine: Acting,
        user: User,
        request: Request,
    ) -> ProcessInstanceView:
        """Start an instance with what somebody filled into its start form."""
        row = _started(
            engine,
            definition,
            body,
            lambda variables: engine.instances.start(
                definition_id=definition.id,
                business_key=body.business_key,
                variables=variables,
                started_by=user,
            ),
        )
        return ProcessInstanceView.of(row, links=(self_link(request, f"/process-instance/{row.id}"),))


def _started(
    engine: Engine, definition: DefinitionRow, body: SubmitBody, start: Callable[[dict[str, TypedValue]], str]
) -> InstanceRow:
    prefix = f"Cannot instantiate process definition {definition.id}: "
    with prefixed(prefix, kind="InvalidRequestException"):
        variables = read_values(plain_values(body.variables))
    with prefixed(prefix, kind="RestException"):
        instance_id = start(variables)
    try:
        return engine.instances.get(instance_id)
    except NotFoundError:
        return _ended(definition, instance_id, body.business_key)


def _ended(definition: DefinitionRow, instance_id: str, business_key: str | None) -> InstanceRow:
    """An instance that ended at once and of which no history is kept."""
    known = {
        "id": instance_id,
        "definition_id": definition.id,
        "definition_key": definition.key,
        "business_key": business_key,
        "suspended": False,
        "ended_at": definition.created_at,
        "tenant_id": definition.tenant_id,
    }
    return InstanceRow._make(known.get(name) for name in InstanceRow._fields)


def _instruct(begin: InstanceStart, each: StartInstruction) -> None:
    is_flow = each.type == "startTransition"
    element_id = each.transition_id if is_flow else each.activity_id
    if element_id is None:
        field = "transitionId" if is_flow else "activityId"
        raise CamundaError(f"For instruction type '{each.type}': '{field}' must be set")
    local = {name: value for name, value in (each.variables or {}).items() if value.local}
    others = {name: value for name, value in (each.variables or {}).items() if not value.local}
    add = {
        "startBeforeActivity": begin.start_before,
        "startAfterActivity": begin.start_after,
        "startTransition": begin.start_transition,
    }[each.type]
    add(
        element_id,
        read_values(plain_values(others)),
        local_variables=read_values(plain_values(local)),
    )
