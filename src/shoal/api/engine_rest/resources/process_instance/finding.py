"""``/process-instance``: lists, counts, one instance, and what is active in it."""

from __future__ import annotations

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.links import self_link
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_instance import PREFIX
from shoal.api.engine_rest.routing import queried
from shoal.api.engine_rest.views.activity_instance import ActivityInstanceView
from shoal.api.engine_rest.views.process_instance import ProcessInstanceView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.instance_filters import InstanceRow


def add_to_all(routes: APIRouter) -> None:
    """The lists."""
    queried(
        routes,
        ProcessInstanceQuery,
        ProcessInstanceView,
        find=_find,
        count=lambda engine, query: engine.instances.count(query.filter()),
        what="process instances",
    )


def _find(engine: Engine, query: ProcessInstanceQuery, page: Page) -> list[InstanceRow]:
    return engine.instances.list(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)


def add_to_one(routes: APIRouter) -> None:
    """One of them."""

    @routes.get("/{id}")
    def get_process_instance(id: str, request: Request, engine: Acting) -> ProcessInstanceView:  # noqa: A002
        """Show one running process instance."""
        row = running(engine, id)
        return ProcessInstanceView.of(row, links=(self_link(request, f"{PREFIX}/{row.id}"),))

    @routes.get("/{id}/activity-instances")
    def get_activity_instance_tree(id: str, engine: Acting) -> ActivityInstanceView:  # noqa: A002
        """Show what is active in an instance, as a tree."""
        try:
            return ActivityInstanceView.of(engine.executions.tree(id))
        except NotFoundError as error:
            raise CamundaError(f"Process instance with id {id} does not exist", status=404) from error


def running(engine: Engine, instance_id: str) -> InstanceRow:
    """A running instance. CamundaError: there is none."""
    found = engine.instances.list(ids=(instance_id,), running=True, limit=1)
    if not found:
        raise CamundaError(f"Process instance with id {instance_id} does not exist", status=404)
    return found[0]
