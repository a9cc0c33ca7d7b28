"""``/process-definition/{...}``: suspended, resumed, deleted; how long its history is kept."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_definition.naming import Named
from shoal.api.engine_rest.views import Body, CamundaDate
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.definition_filters import DefinitionRow


class SuspensionBody(Body):
    """Camunda 7: ProcessDefinitionSuspensionStateDto."""

    suspended: bool | None = None
    include_process_instances: bool | None = None
    execution_date: CamundaDate | None = None


class GroupSuspensionBody(SuspensionBody):
    """The same for all versions of a key."""

    process_definition_key: str | None = None
    process_definition_id: str | None = None
    process_definition_tenant_id: str | None = None
    process_definition_without_tenant_id: bool | None = None


class TimeToLiveBody(Body):
    """Camunda 7: HistoryTimeToLiveDto."""

    history_time_to_live: int | None = None


def add_to_all(routes: APIRouter) -> None:
    """What is done to several definitions, and the deletion of one, which has to be named by its id."""

    @routes.put("/suspended", status_code=204)
    def suspend_by_key(body: GroupSuspensionBody, engine: Acting) -> None:
        """Suspend or resume all versions of a key."""
        if body.process_definition_id is not None:
            raise CamundaError("Only processDefinitionKey can be set to update the suspension state.")
        if body.process_definition_key is None:
            raise CamundaError(
                "Could not update the suspension state of Process Definitions due to: "
                "processDefinitionKey has to be set"
            )
        _suspend(
            engine,
            body,
            key=body.process_definition_key,
            tenant_id=body.process_definition_tenant_id,
            without_tenant=bool(body.process_definition_without_tenant_id),
        )

    @routes.delete("/key/{key}", status_code=204)
    def delete_by_key(
        key: str,
        engine: Acting,
        cascade: bool = False,
        skipCustomListeners: bool = False,  # noqa: N803 - Camunda's name
        skipIoMappings: bool = False,  # noqa: N803
    ) -> None:
        """Delete all versions of a key that belong to no tenant."""
        _delete_all(engine, {"key": key, "without_tenant": True}, cascade, skipCustomListeners, skipIoMappings)

    @routes.delete("/key/{key}/tenant-id/{tenant_id}", status_code=204)
    def delete_by_key_and_tenant(
        key: str,
        tenant_id: str,
        engine: Acting,
        cascade: bool = False,
        skipCustomListeners: bool = False,  # noqa: N803
        skipIoMappings: bool = False,  # noqa: N803
    ) -> None:
        """Delete all versions of a key of a tenant."""
        of = {"key": key, "tenant_id_in": (tenant_id,)}
        _delete_all(engine, of, cascade, skipCustomListeners, skipIoMappings)

    @routes.delete("/{id}", status_code=200)
    def delete_process_definition(
        id: str,  # noqa: A002
        engine: Acting,
        cascade: bool = False,
        skipCustomListeners: bool = False,  # noqa: N803
        skipIoMappings: bool = False,  # noqa: N803
    ) -> None:
        """Delete one definition, with `cascade` together with its instances."""
        try:
            engine.definitions.delete(
                id,
                cascade=cascade,
                skip_custom_listeners=skipCustomListeners,
                skip_io_mappings=skipIoMappings,
            )
        except NotFoundError:
            raise CamundaError(f"No process definition found with id '{id}'", status=404) from None


def add_to_one(routes: APIRouter, named: Named) -> None:
    """What is done to one definition."""

    @routes.put("/suspended", status_code=204)
    def suspend_process_definition(
        body: SuspensionBody, definition: Annotated[DefinitionRow, Depends(named)], engine: Acting
    ) -> None:
        """Suspend or resume the definition."""
        _suspend(engine, body, definition_id=definition.id)

    @routes.put("/history-time-to-live", status_code=204)
    def set_history_time_to_live(
        body: TimeToLiveBody, definition: Annotated[DefinitionRow, Depends(named)], engine: Acting
    ) -> None:
        """Set for how many days history is kept; null for ever."""
        engine.definitions.set_history_time_to_live(definition.id, body.history_time_to_live)


def _suspend(engine: Engine, body: SuspensionBody, **named: Any) -> None:
    act = engine.definitions.suspend if body.suspended else engine.definitions.resume
    said = {name: value for name, value in named.items() if value not in (None, False)}
    act(at=body.execution_date, include_instances=bool(body.include_process_instances), **said)


def _delete_all(
    engine: Engine, of: Mapping[str, object], cascade: bool, skip_custom_listeners: bool, skip_io_mappings: bool
) -> None:
    found = engine.definitions.find(of, limit=1_000_000)
    if not found:
        raise CamundaError(f"No process definition found with key '{of['key']}'", status=404)
    # the newest first, so that no earlier version takes over in between
    for row in reversed(found):
        engine.definitions.delete(
            row.id,
            cascade=cascade,
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )
