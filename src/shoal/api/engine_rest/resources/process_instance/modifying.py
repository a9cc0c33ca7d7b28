"""``/process-instance/{id}/modification`` and ``/modification-async``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.instructions import InstructionBody, instruct, said_of_one
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.resources.process_instance.finding import running
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.batch import BatchView
from shoal.errors import ExecutionError


class ModificationBody(Body):
    """Camunda 7: ProcessInstanceModificationDto."""

    instructions: list[InstructionBody] | None = None
    skip_custom_listeners: bool | None = None
    skip_io_mappings: bool | None = None
    annotation: str | None = None

    def options(self) -> dict[str, Any]:
        """How it is done."""
        return {
            "skip_custom_listeners": bool(self.skip_custom_listeners),
            "skip_io_mappings": bool(self.skip_io_mappings),
            "annotation": self.annotation,
        }


def add_to_one(routes: APIRouter) -> None:
    """The routes."""

    @routes.post("/{id}/modification", status_code=204)
    def modify_process_instance(id: str, body: ModificationBody, engine: Acting) -> None:  # noqa: A002
        """Put and take tokens of one instance, in the order of the instructions."""
        if not body.instructions:
            return
        said = said_of_one(body.instructions)
        with bad_requests():
            running(engine, id)
            builder = engine.instances.modify(id)
            instruct(builder, said)
            builder.execute(**body.options())

    @routes.post("/{id}/modification-async")
    def modify_process_instance_as_batch(id: str, body: ModificationBody, engine: Acting) -> BatchView:  # noqa: A002
        """The same in a batch."""
        if not body.instructions:
            raise CamundaError("The provided instuctions are invalid.")
        said = said_of_one(body.instructions)
        with bad_requests():
            params = {"definition_id": running(engine, id).definition_id, "instructions": said, **body.options()}
            return made(
                engine, "modify-instances", params, ids=[id], filters=[], empty="processInstanceIds is empty"
            )


@contextlib.contextmanager
def bad_requests() -> Iterator[None]:
    """What does not exist and what cannot be done are bad requests; code that fails is not."""
    try:
        with prefixed("", kind="InvalidRequestException", not_found=400):
            yield
    except CamundaError as error:
        if isinstance(error.__cause__, ExecutionError):
            raise error.__cause__ from None
        if error.status == 404:
            raise CamundaError(error.message) from error
        raise
