"""``/history/task``."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter

from shoal.api.engine_rest.resources.history import task_report
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_task import HistoricTaskInstanceQuery
from shoal.engine import Engine
from shoal.store.queries.task_filters import TaskDetails


class HistoricTaskInstanceView(View):
    """Camunda 7: HistoricTaskInstanceDto."""

    id: str
    process_definition_key: str | None
    process_definition_id: str | None
    process_instance_id: str | None
    execution_id: str | None
    case_definition_key: str | None = None
    case_definition_id: str | None = None
    case_instance_id: str | None = None
    case_execution_id: str | None = None
    activity_instance_id: str | None
    name: str | None
    description: str | None
    delete_reason: str | None
    owner: str | None
    assignee: str | None
    start_time: CamundaDate
    end_time: CamundaDate | None
    duration: int | None
    task_definition_key: str | None
    priority: int
    due: CamundaDate | None
    parent_task_id: str | None
    follow_up: CamundaDate | None
    tenant_id: str | None
    removal_time: CamundaDate | None
    root_process_instance_id: str | None
    task_state: str

    @classmethod
    def of(cls, row: TaskDetails) -> HistoricTaskInstanceView:
        """The view of a task."""
        lasted = None if row.ended_at is None else row.ended_at - row.created_at
        return cls(
            id=row.id,
            process_definition_key=row.definition_key,
            process_definition_id=row.definition_id,
            process_instance_id=row.instance_id,
            execution_id=row.node_id,
            activity_instance_id=row.node_id,
            name=row.name,
            description=row.description,
            delete_reason=row.end_reason,
            owner=row.owner,
            assignee=row.assignee,
            start_time=row.created_at,
            end_time=row.ended_at,
            duration=None if lasted is None else lasted // timedelta(milliseconds=1),
            task_definition_key=row.activity_id,
            priority=row.priority,
            due=row.due_at,
            parent_task_id=row.parent_id,
            follow_up=row.follow_up_at,
            tenant_id=row.tenant_id,
            removal_time=row.removal_time,
            root_process_instance_id=row.root_id,
            task_state=_state(row),
        )


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/task", "Historic Task Instance")
    queried(
        routes,
        HistoricTaskInstanceQuery,
        HistoricTaskInstanceView,
        find=_find,
        count=lambda engine, query: engine.tasks.count(query.filter()),
        what="historic task instances",
    )
    task_report.add_route(routes)
    return routes


def _find(engine: Engine, query: HistoricTaskInstanceQuery, page: Page) -> list[TaskDetails]:
    return engine.tasks.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)


def _state(row: TaskDetails) -> str:
    if row.ended_at is None:
        return "Created" if row.updated_at is None else "Updated"
    return "Completed" if row.end_reason == "completed" else "Deleted"
