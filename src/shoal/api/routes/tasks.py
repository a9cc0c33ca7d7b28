"""``/shoal/v1/tasks``: open user tasks, and their completion."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from shoal.api.acting import Acting
from shoal.api.bodies import JsonRoute
from shoal.api.openapi import BODY, errors
from shoal.engine import Engine


class TaskView(BaseModel):
    """An open user task."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    instance_id: str
    definition_id: str
    definition_key: str
    business_key: str | None
    activity_id: str
    name: str | None
    description: str | None
    assignee: str | None
    owner: str | None
    delegation_state: str | None
    priority: int
    due_at: datetime | None
    follow_up_at: datetime | None
    form_key: str | None
    suspended: bool
    created_at: datetime


class TaskPage(BaseModel):
    """Tasks by id."""

    items: list[TaskView]
    next: str | None = Field(description="`after_id` of the next page; null: this was the last")


class Completion(BaseModel):
    """What came of a task."""

    model_config = ConfigDict(extra="forbid")

    variables: dict[str, Any] = Field(default_factory=dict, description="set where they are, or in the instance")
    local_variables: dict[str, Any] = Field(default_factory=dict, description="set in the scope of the task")


def router(_engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1/tasks", tags=["tasks"], route_class=JsonRoute)

    @routes.get("", responses=errors())
    def list_tasks(
        engine: Acting,
        instance_id: str | None = None,
        definition_key: str | None = None,
        activity_id: str | None = None,
        assignee: str | None = None,
        business_key: str | None = None,
        after_id: Annotated[str | None, Query(description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> TaskPage:
        """List the open tasks that meet all conditions."""
        said = {
            "instance_id": instance_id,
            "definition_key": definition_key,
            "activity_id": activity_id,
            "assignee": assignee,
            "business_key": business_key,
        }
        rows = engine.tasks.find(said, open=True, limit=limit, after_id=after_id)
        items = [TaskView.model_validate(row) for row in rows]
        return TaskPage(items=items, next=items[-1].id if len(items) == limit else None)

    @routes.post("/{task_id}/complete", status_code=204, responses=errors(404, 409, *BODY))
    def complete_task(engine: Acting, task_id: str, body: Completion) -> None:
        """Complete a task; its instance moves on. When what follows fails, the task is as it was."""
        engine.tasks.complete(task_id, body.variables, body.local_variables)

    return routes
