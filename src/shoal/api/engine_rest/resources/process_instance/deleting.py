"""``DELETE /process-instance/{id}``."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_instance.finding import running


def add_to_one(routes: APIRouter) -> None:
    """The route."""

    @routes.delete("/{id}", status_code=204)
    def delete_process_instance(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
        skipCustomListeners: bool = False,  # noqa: N803 - Camunda's name
        skipIoMappings: bool = False,  # noqa: N803
        skipSubprocesses: bool = False,  # noqa: N803
        failIfNotExists: bool = True,  # noqa: N803
    ) -> None:
        """Cancel a running instance; its history stays."""
        try:
            running(engine, id)
        except CamundaError:
            if failIfNotExists:
                raise CamundaError(f"No process instance found for id '{id}'", status=404) from None
            return
        engine.instances.cancel(
            id,
            None,
            skip_custom_listeners=skipCustomListeners,
            skip_io_mappings=skipIoMappings,
            skip_subprocesses=skipSubprocesses,
        )
