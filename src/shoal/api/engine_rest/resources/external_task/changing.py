"""``PUT /external-task/{id}/retries`` and ``/priority``."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.external_task import PREFIX, TAG
from shoal.api.engine_rest.resources.external_task.finding import existing
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body


class RetriesBody(Body):
    """How many tries; some resolve the incident of the task, none make one."""

    retries: int | None = None


class PriorityBody(Body):
    """Higher ones are fetched first."""

    priority: int | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(f"{PREFIX}/{{task_id}}", TAG)

    @routes.put("/retries", status_code=204)
    def set_external_task_retries(task_id: str, body: RetriesBody, engine: Acting) -> None:
        """Give a task tries."""
        if body.retries is None:
            raise CamundaError("The number of retries cannot be null.")
        existing(engine, task_id)
        engine.external_tasks.set_retries(task_id, body.retries)

    @routes.put("/priority", status_code=204)
    def set_external_task_priority(task_id: str, body: PriorityBody, engine: Acting) -> None:
        """Give a task another priority."""
        if body.priority is None:
            raise CamundaError("The priority cannot be null.")
        existing(engine, task_id)
        engine.external_tasks.set_priority(task_id, body.priority)

    return routes
