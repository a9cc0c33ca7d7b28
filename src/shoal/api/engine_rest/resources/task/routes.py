"""All routes of ``/task``, those of the collection first: their names could be ids."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.engine_rest.resources.task import (
    attaching,
    changing,
    commenting,
    finding,
    linking,
    showing_forms,
    working,
)
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.variables import Scopes, add_variables
from shoal.store.queries.task_filters import TaskDetails


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/task", "Task")
    for part in (finding, changing, working, linking, commenting, attaching, showing_forms):
        part.add_to(routes)
    add_variables(routes, "variables", Scopes("task", existing, scope=_scope))
    add_variables(routes, "localVariables", Scopes("task", existing, local=True, scope=_scope))
    return routes


def _scope(task: TaskDetails) -> str:
    """The scope of a task is its activity instance; a task of no process instance has none that is known."""
    return task.node_id or task.id
