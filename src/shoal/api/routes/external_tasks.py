"""``/shoal/v1/external-tasks``: work for remote workers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from shoal.api.acting import Acting
from shoal.api.bodies import JsonRoute
from shoal.api.openapi import BODY, errors
from shoal.commands.fetch_external_tasks import LockedTask, Topic
from shoal.engine import Engine
from shoal.engine.rendering import plain

_DAY = 86_400.0
_LONGEST_LOCK = 365 * _DAY


class TopicRequest(BaseModel):
    """Work of one kind."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    lock_seconds: float = Field(60.0, gt=0, le=_LONGEST_LOCK, allow_inf_nan=False)
    variables: list[str] | None = Field(None, description="which variables to send; all, if nothing is said")


class FetchRequest(BaseModel):
    """Who wants how much of which work."""

    model_config = ConfigDict(extra="forbid")

    worker_id: str = Field(min_length=1, max_length=255)
    topics: list[TopicRequest] = Field(min_length=1, max_length=1000)
    max_tasks: int = Field(10, ge=1, le=1000)
    use_priority: bool = True


class LockedTaskView(BaseModel):
    """A task that now belongs to the worker."""

    id: str
    topic: str
    worker_id: str
    locked_until: datetime
    instance_id: str
    definition_id: str
    definition_key: str
    business_key: str | None
    activity_id: str
    priority: int
    retries: int | None = Field(description="null: nothing was reported yet")
    error_message: str | None
    variables: dict[str, Any]

    @classmethod
    def of(cls, locked: LockedTask) -> LockedTaskView:
        """The view of a locked task; variables without their types."""
        task = locked.task
        return cls(
            id=task.id,
            topic=task.topic,
            worker_id=locked.worker_id,
            locked_until=locked.locked_until,
            instance_id=task.instance_id,
            definition_id=locked.definition_id,
            definition_key=locked.definition_key,
            business_key=locked.business_key,
            activity_id=task.activity_id,
            priority=task.priority,
            retries=task.retries,
            error_message=task.error_message,
            variables={name: plain(value.value) for name, value in locked.variables.items()},
        )


class LockedTasks(BaseModel):
    """The tasks that were fetched."""

    items: list[LockedTaskView]


class WorkReport(BaseModel):
    """The work is done."""

    model_config = ConfigDict(extra="forbid")

    worker_id: str = Field(min_length=1, max_length=255)
    variables: dict[str, Any] = Field(default_factory=dict)
    local_variables: dict[str, Any] = Field(default_factory=dict)


class FailureReport(BaseModel):
    """The work could not be done."""

    model_config = ConfigDict(extra="forbid")

    worker_id: str = Field(min_length=1, max_length=255)
    error_message: str | None = None
    error_details: str | None = None
    retries: int = Field(0, ge=0, lt=2**31, description="tries that are left; none makes an incident")
    retry_seconds: float = Field(0.0, ge=0, le=_LONGEST_LOCK, allow_inf_nan=False)


class ErrorReport(BaseModel):
    """The work found something that the model knows as an error."""

    model_config = ConfigDict(extra="forbid")

    worker_id: str = Field(min_length=1, max_length=255)
    error_code: str = Field(min_length=1, description="the code of a BPMN error, which the model may catch")
    error_message: str | None = None
    variables: dict[str, Any] = Field(default_factory=dict)


class LockExtension(BaseModel):
    """The work takes longer."""

    model_config = ConfigDict(extra="forbid")

    worker_id: str = Field(min_length=1, max_length=255)
    lock_seconds: float = Field(gt=0, le=_LONGEST_LOCK, allow_inf_nan=False, description="from now on")


def router(_engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1/external-tasks", tags=["external tasks"], route_class=JsonRoute)

    @routes.post("/fetch-and-lock", responses=errors(*BODY))
    def fetch_and_lock(engine: Acting, body: FetchRequest) -> LockedTasks:
        """Take tasks that nobody holds; each goes to exactly one worker. Does not wait for any."""
        topics = [
            Topic(
                topic.name,
                timedelta(seconds=topic.lock_seconds),
                None if topic.variables is None else tuple(topic.variables),
            )
            for topic in body.topics
        ]
        found = engine.external_tasks.fetch_and_lock(
            body.worker_id, topics, max_tasks=body.max_tasks, use_priority=body.use_priority
        )
        return LockedTasks(items=[LockedTaskView.of(each) for each in found])

    @routes.post("/{task_id}/complete", status_code=204, responses=errors(404, 409, *BODY))
    def complete(engine: Acting, task_id: str, body: WorkReport) -> None:
        """Report that the work is done; the instance moves on."""
        engine.external_tasks.complete(task_id, body.worker_id, body.variables, body.local_variables)

    @routes.post("/{task_id}/failure", status_code=204, responses=errors(404, 409, *BODY))
    def fail(engine: Acting, task_id: str, body: FailureReport) -> None:
        """Report that the work could not be done."""
        engine.external_tasks.fail(
            task_id,
            body.worker_id,
            body.error_message,
            error_details=body.error_details,
            retries=body.retries,
            retry_seconds=body.retry_seconds,
        )

    @routes.post("/{task_id}/bpmn-error", status_code=204, responses=errors(404, 409, *BODY))
    def throw_error(engine: Acting, task_id: str, body: ErrorReport) -> None:
        """End the task with a BPMN error, which the model may catch."""
        engine.external_tasks.throw_error(
            task_id, body.worker_id, body.error_code, body.error_message, body.variables
        )

    @routes.post("/{task_id}/extend-lock", status_code=204, responses=errors(404, *BODY))
    def extend_lock(engine: Acting, task_id: str, body: LockExtension) -> None:
        """Hold the task longer, from now on."""
        engine.external_tasks.extend_lock(task_id, body.worker_id, body.lock_seconds)

    return routes
