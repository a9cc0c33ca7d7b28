"""``/modification``: tokens of instances of a definition are put and taken by hand."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.instance_selection import SelectionBody
from shoal.api.engine_rest.instructions import InstructionBody, instruct, said_of_all
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_instance.modifying import bad_requests
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views.batch import BatchView
from shoal.errors import NotFoundError

_EMPTY = "Process instance ids cannot be empty: Process instance ids is empty"
_NULL = "Process instance ids cannot be null: Process instance ids contains null value"


class ModificationBody(SelectionBody):
    """Camunda 7: ModificationDto."""

    process_definition_id: str | None = None
    instructions: list[InstructionBody] | None = None
    skip_custom_listeners: bool | None = None
    skip_io_mappings: bool | None = None
    annotation: str | None = None

    def definition(self) -> str:
        """The definition. CamundaError: it is not said."""
        if self.process_definition_id is None:
            raise CamundaError("processDefinitionId must be set")
        return self.process_definition_id

    def options(self) -> dict[str, str | bool | None]:
        """How it is done."""
        return {
            "skip_custom_listeners": bool(self.skip_custom_listeners),
            "skip_io_mappings": bool(self.skip_io_mappings),
            "annotation": self.annotation,
        }


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/modification", "Modification")

    @routes.post("/execute", status_code=204)
    def execute_modification(body: ModificationBody, engine: Acting) -> None:
        """Modify instances in one transaction, all or none."""
        definition_id, said = body.definition(), said_of_all(body.instructions or ())
        _check(said)
        ids = body.found(engine, _NULL)
        if not ids:
            raise _refused(_EMPTY)
        with _no_definition(definition_id), bad_requests():
            builder = engine.instances.modify_all(definition_id)
            instruct(builder, said)
            builder.execute_together(
                ids,
                skip_custom_listeners=bool(body.skip_custom_listeners),
                skip_io_mappings=bool(body.skip_io_mappings),
                annotation=body.annotation,
            )

    @routes.post("/executeAsync")
    def execute_modification_as_batch(body: ModificationBody, engine: Acting) -> BatchView:
        """Modify instances in a batch."""
        definition_id, said = body.definition(), said_of_all(body.instructions or ())
        _check(said)
        with _no_definition(definition_id), bad_requests():
            return made(
                engine,
                "modify-instances",
                {"definition_id": definition_id, "instructions": said, **body.options()},
                ids=body.ids(_NULL),
                filters=body.filters(),
                empty=_EMPTY,
            )

    return routes


@contextlib.contextmanager
def _no_definition(definition_id: str) -> Iterator[None]:
    """A definition that does not exist, in Camunda 7's words."""
    try:
        yield
    except CamundaError as error:
        cause = error.__cause__
        if isinstance(cause, NotFoundError) and cause.details.get("field") == "definition_id":
            raise CamundaError(
                f"no deployed process definition found with id '{definition_id}': processDefinition is null"
            ) from error
        raise


def _check(said: list[dict[str, object]]) -> None:
    if not said:
        raise _refused("Modification instructions cannot be empty: instructions is empty")


def _refused(message: str) -> CamundaError:
    return CamundaError(message, kind="BadUserRequestException", code=0)
