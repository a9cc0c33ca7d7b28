"""``/process-instance/suspended``, ``/suspended-async`` and ``/{id}/suspended``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.instance_selection import SelectionBody
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_instance.finding import running
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.batch import BatchView
from shoal.engine import Engine

_NULL = "Cannot be null.: Process Instance ids contains null value"
_EMPTY = "No process instance ids given: process Instance Ids is empty"


class SuspensionBody(Body):
    """Camunda 7: SuspensionStateDto."""

    suspended: bool | None = None


class BulkSuspensionBody(SelectionBody):
    """Instances, and what they are to be from now on."""

    suspended: bool | None = None


class GroupSuspensionBody(BulkSuspensionBody):
    """Camunda 7: ProcessInstanceSuspensionStateDto."""

    process_instance_id: str | None = None
    process_definition_id: str | None = None
    process_definition_key: str | None = None
    process_definition_tenant_id: str | None = None
    process_definition_without_tenant_id: bool | None = None

    def of_definition(self) -> dict[str, Any]:
        """The instances that are named by their definition. CamundaError: not exactly one thing is named."""
        named = (self.process_instance_id, self.process_definition_id, self.process_definition_key)
        number = sum(each is not None for each in named)
        if number != 1:
            raise CamundaError(
                f"{'Only one of' if number else 'Either'} processInstanceId, processDefinitionId or "
                "processDefinitionKey should be set to update the suspension state."
            )
        said: dict[str, Any] = {"running": True}
        if self.process_definition_id is not None:
            return said | {"definition_id": self.process_definition_id}
        said["definition_key"] = self.process_definition_key
        if self.process_definition_tenant_id is not None:
            said["tenant_id_in"] = (self.process_definition_tenant_id,)
        if self.process_definition_without_tenant_id:
            said["definition_without_tenant"] = True
        return said


def add_routes(routes: APIRouter) -> None:
    """The routes."""

    @routes.put("/suspended", status_code=204)
    def suspend_process_instances(body: GroupSuspensionBody, engine: Acting) -> None:
        """Suspend or resume several instances: by ids and queries, or all of a definition."""
        if body.is_said:
            ids = body.found(engine, _NULL)
            if not ids:
                raise CamundaError(_EMPTY, kind="BadUserRequestException", code=0)
        elif body.process_instance_id is not None and body.of_definition():
            _suspend_one(engine, body.process_instance_id, body)
            return
        else:
            rows = engine.instances.list(body.of_definition(), sort="id", limit=1_000_000)
            ids = [row.id for row in rows]
        (engine.instances.suspend_many if body.suspended else engine.instances.resume_many)(ids)

    @routes.post("/suspended-async")
    def suspend_process_instances_as_batch(body: BulkSuspensionBody, engine: Acting) -> BatchView:
        """Suspend or resume several instances in a batch."""
        if not body.is_said:
            raise CamundaError(
                "Either processInstanceIds, processInstanceQuery or historicProcessInstanceQuery should be set to "
                "update the suspension state."
            )
        operation = "suspend-instances" if body.suspended else "resume-instances"
        return made(engine, operation, {}, ids=body.ids(_NULL), filters=body.filters(), empty=_EMPTY)

    @routes.put("/{id}/suspended", status_code=204)
    def suspend_process_instance(id: str, body: SuspensionBody, engine: Acting) -> None:  # noqa: A002
        """Suspend or resume one instance."""
        _suspend_one(engine, id, body)


def _suspend_one(engine: Engine, instance_id: str, body: SuspensionBody | BulkSuspensionBody) -> None:
    running(engine, instance_id)
    (engine.instances.suspend if body.suspended else engine.instances.resume)(instance_id)
