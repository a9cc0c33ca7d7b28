"""``/task``, ``/count``, one task, how many tasks groups have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import queried
from shoal.api.engine_rest.views.task import GroupCountView, TaskView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.evaluation import Asker
from shoal.camunda.queries.task import TaskQuery
from shoal.camunda.values import write_value
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.filters.tasks import TaskFilter
from shoal.people.principal import Principal
from shoal.store.queries.task_filters import TaskDetails

_MOST = 1_000_000


def add_to(routes: APIRouter) -> None:
    """The routes."""
    queried(
        routes,
        TaskQuery,
        TaskView,
        find=_find,
        count=lambda engine, query: engine.tasks.count(_filter(engine, query)),
        what="tasks",
    )

    @routes.get("/report/candidate-group-count")
    def get_task_count_by_candidate_group(engine: Acting) -> list[GroupCountView]:
        """Count the tasks that each group may take."""
        return [GroupCountView(group_name=name, task_count=count) for name, count in engine.tasks.count_by_group()]

    @routes.get("/{id}")
    def get_task(id: str, engine: Acting) -> TaskView:  # noqa: A002 - Camunda's name of the parameter
        """Show one open task."""
        return TaskView.of(existing(engine, id))


def existing(engine: Engine, task_id: str) -> TaskDetails:
    """The open task. CamundaError 404 if there is none."""
    try:
        found: TaskDetails = engine.tasks.get(task_id)
    except NotFoundError:
        raise _unknown(task_id) from None
    if found.ended_at is not None:
        raise _unknown(task_id)
    return found


def _unknown(task_id: str) -> CamundaError:
    return CamundaError(f"No matching task with id {task_id}", status=404)


def _filter(engine: Engine, query: TaskQuery) -> TaskFilter:
    principal: Principal | None = getattr(engine, "principal", None)
    asker = Asker() if principal is None else Asker(principal.user_id, principal.groups)
    return query.resolved(asker).filter()


def _find(
    engine: Engine, query: TaskQuery, page: Page
) -> Sequence[TaskDetails | tuple[TaskDetails, Mapping[str, Any]]]:
    found = engine.tasks.find(_filter(engine, query), sort=query.task_orders(), offset=page.first, limit=page.most)
    more: dict[str, dict[str, Any]] = {each.id: {} for each in found}
    if query.with_comment_attachment_info:
        commented, attached = engine.tasks.discussed(list(more))
        for task_id, said in more.items():
            said |= {"comment": task_id in commented, "attachment": task_id in attached}
    if query.with_task_variables_in_return or query.with_task_local_variables_in_return:
        _add_variables(engine, found, more, local=not query.with_task_variables_in_return)
    return [(each, more[each.id]) for each in found]


def _add_variables(
    engine: Engine, tasks: Sequence[TaskDetails], more: dict[str, dict[str, Any]], *, local: bool
) -> None:
    """Of the task and, unless ``local``, of its instance."""
    scopes: dict[str, dict[str, Any]] = {}
    instances = sorted({each.instance_id or each.id for each in tasks})
    for row in engine.variables.find(instance_id_in=tuple(instances), live=True, limit=_MOST):
        scopes.setdefault(row.scope_id, {})[row.name] = write_value(row.value)
    for each in tasks:
        inherited = {} if local else scopes.get(each.instance_id or "", {})
        more[each.id]["variables"] = {**inherited, **scopes.get(each.node_id or each.id, {})}
