"""``/process-definition/{...}/restart`` and ``/restart-async``: ended instances start again as new ones."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.resources.process_definition.naming import Named
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.batch import BatchView
from shoal.camunda.queries.historic_process_instance import HistoricProcessInstanceQuery
from shoal.engine import Engine
from shoal.engine.restart import InstanceRestart
from shoal.store.queries.definition_filters import DefinitionRow

_TYPES = {
    "startBeforeActivity": ("start-before", "activity_id", "activityId"),
    "startAfterActivity": ("start-after", "activity_id", "activityId"),
    "startTransition": ("start-transition", "transition_id", "transitionId"),
}


class RestartInstruction(Body):
    """Where to begin; ``cancel`` is ignored, as are variables."""

    type: str
    activity_id: str | None = None
    transition_id: str | None = None


class RestartBody(Body):
    """Camunda 7: RestartProcessInstanceDto."""

    process_instance_ids: list[str | None] | None = None
    historic_process_instance_query: HistoricProcessInstanceQuery | None = None
    instructions: list[RestartInstruction] | None = None
    initial_variables: bool | None = None
    without_business_key: bool | None = None
    skip_custom_listeners: bool | None = None
    skip_io_mappings: bool | None = None

    def ids(self) -> list[str]:
        """The ids that were given. CamundaError: one of them is null."""
        given = self.process_instance_ids or []
        ids = [each for each in given if each is not None]
        if len(ids) != len(given):
            raise CamundaError("Cannot be null.: processInstanceIds contains null value")
        return ids

    def query(self) -> HistoricProcessInstanceQuery | None:
        """The query. Some clients send an empty one beside their ids, and do not mean everything by it."""
        query = self.historic_process_instance_query
        if query is not None and self.process_instance_ids and not query.filter().model_dump(exclude_none=True):
            return None
        return query

    def starts(self) -> list[tuple[str, str, str]]:
        """Type, field and element of every instruction. CamundaError: there is none, or one is incomplete."""
        found: list[tuple[str, str, str]] = []
        for each in self.instructions or ():
            if each.type == "cancel":
                continue
            if each.type not in _TYPES:
                raise CamundaError(f"instructions: there is no type '{each.type}'; allowed: {', '.join(_TYPES)}")
            kind, field, name = _TYPES[each.type]
            element_id = getattr(each, field)
            if element_id is None:
                raise CamundaError(f"For instruction type '{each.type}': '{name}' must be set")
            found.append((kind, field, element_id))
        if not found:
            raise CamundaError("Restart instructions cannot be empty: instructions is empty")
        return found

    def flags(self) -> dict[str, bool]:
        """The options, in the engine's words."""
        return {
            "initial_variables": bool(self.initial_variables),
            "without_business_key": bool(self.without_business_key),
            "skip_custom_listeners": bool(self.skip_custom_listeners),
            "skip_io_mappings": bool(self.skip_io_mappings),
        }


def add_to_one(routes: APIRouter, named: Named) -> None:
    """The routes of one definition."""

    @routes.post("/restart", status_code=204)
    def restart_process_instances(
        body: RestartBody, definition: Annotated[DefinitionRow, Depends(named)], engine: Acting, user: User
    ) -> None:
        """Start ended instances again in one transaction, all or none."""
        ids = body.ids()
        ids += _found(engine, body.query())
        if not ids:
            raise CamundaError("processInstanceIds is empty")
        restart = engine.instances.restart(definition.id)
        for start in body.starts():
            _instruct(restart, *start)
        with prefixed("", kind="InvalidRequestException", not_found=400):
            restart.execute_together(ids, started_by=user, **body.flags())

    @routes.post("/restart-async")
    def restart_process_instances_as_batch(
        body: RestartBody, definition: Annotated[DefinitionRow, Depends(named)], engine: Acting, user: User
    ) -> BatchView:
        """Start ended instances again as a batch."""
        ids, query = body.ids(), body.query()
        if not ids and query is None:
            raise CamundaError("processInstanceIds is empty")
        params: dict[str, Any] = {
            "definition_id": definition.id,
            "instructions": [{"type": kind, field: element_id} for kind, field, element_id in body.starts()],
            "started_by": user,
            **body.flags(),
        }
        with prefixed("", kind="InvalidRequestException", not_found=400):
            batch = engine.batches.create(
                "restart-instances",
                params,
                ids=ids,
                filter=None if query is None else query.filter(),
                created_by=user,
            )
        return BatchView.of(batch.view)


def _found(engine: Engine, query: HistoricProcessInstanceQuery | None) -> list[str]:
    if query is None:
        return []
    return [row.id for row in engine.instances.list(query.filter(), sort="id", limit=1_000_000)]


def _instruct(restart: InstanceRestart, kind: str, _field: str, element_id: str) -> None:
    match kind:
        case "start-before":
            restart.start_before(element_id)
        case "start-after":
            restart.start_after(element_id)
        case _:
            restart.start_transition(element_id)
