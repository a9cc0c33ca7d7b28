"""``/task/create``, ``PUT /task/{id}``, ``DELETE /task/{id}``."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.views import Body, CamundaDate


class TaskBody(Body):
    """Camunda 7: TaskDto. What is not said is nothing, of the priority 0."""

    name: str | None = None
    description: str | None = None
    priority: int | None = None
    assignee: str | None = None
    owner: str | None = None
    delegation_state: str | None = None
    due: CamundaDate | None = None
    follow_up: CamundaDate | None = None
    parent_task_id: str | None = None
    case_instance_id: str | None = None
    tenant_id: str | None = None

    def properties(self) -> dict[str, Any]:
        """In the words of ``engine.tasks.change``. CamundaError: what Shoal cannot set."""
        if self.case_instance_id is not None:
            raise CamundaError("caseInstanceId: there are no cases")
        return {
            "name": self.name,
            "description": self.description,
            "priority": self.priority or 0,
            "assignee": self.assignee,
            "owner": self.owner,
            "delegation_state": None if self.delegation_state is None else self.delegation_state.upper(),
            "due_at": self.due,
            "follow_up_at": self.follow_up,
        }


class NewTaskBody(TaskBody):
    """The same with an id; without, it gets one."""

    id: str | None = None


def add_to(routes: APIRouter) -> None:
    """The routes."""

    @routes.post("/create", status_code=204)
    def create_task(body: NewTaskBody, engine: Acting) -> None:
        """Make a task that belongs to no process instance."""
        if body.tenant_id is not None:
            raise CamundaError("tenantId: a task of no process instance belongs to no tenant")
        engine.tasks.create(task_id=body.id, parent_id=body.parent_task_id, **body.properties())

    @routes.put("/{id}", status_code=204)
    def update_task(id: str, body: TaskBody, engine: Acting) -> None:  # noqa: A002 - Camunda's name
        """Give a task other properties: all of them."""
        task = existing(engine, id)
        if body.parent_task_id not in (None, task.parent_id):
            raise CamundaError("parentTaskId: a task keeps its parent")
        changes = body.properties()
        known = {name: getattr(task, name) for name in changes}
        engine.tasks.change(id, **{name: value for name, value in changes.items() if value != known[name]})

    @routes.delete("/{id}", status_code=204)
    def delete_task(id: str, engine: Acting) -> None:  # noqa: A002
        """Delete a task that belongs to no process instance."""
        existing(engine, id)
        engine.tasks.delete(id)
