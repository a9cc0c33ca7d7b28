"""``GET /external-task``, ``/count``, one task, what its worker said, the topics."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.external_task import PREFIX, TAG
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.external_task import ExternalTaskView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.external_task import ExternalTaskQuery
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.external_task_filters import ExternalTaskRow


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(PREFIX, TAG)

    @routes.get("/topic-names")
    def get_topic_names(
        engine: Acting,
        withLockedTasks: bool | None = None,  # noqa: N803 - Camunda's name
        withUnlockedTasks: bool | None = None,  # noqa: N803
        withRetriesLeft: bool | None = None,  # noqa: N803
    ) -> list[str]:
        """List the topics of the tasks that there are."""
        query = ExternalTaskQuery.read(
            {"locked": withLockedTasks, "notLocked": withUnlockedTasks, "withRetriesLeft": withRetriesLeft}
        )
        return engine.external_tasks.topics(query.filter())

    queried(
        routes,
        ExternalTaskQuery,
        ExternalTaskView,
        find=_find,
        count=lambda engine, query: engine.external_tasks.count(query.filter()),
        what="external tasks",
    )

    @routes.get("/{task_id}")
    def get_external_task(task_id: str, engine: Acting) -> ExternalTaskView:
        """Show one external task."""
        return ExternalTaskView.of(existing(engine, task_id))

    @routes.get(
        "/{task_id}/errorDetails",
        response_class=PlainTextResponse,
        responses={204: {"description": "Nothing was said."}},
    )
    def get_external_task_error_details(task_id: str, engine: Acting) -> Response:
        """Show the details of the last failure."""
        existing(engine, task_id)
        said = engine.external_tasks.error_details(task_id)
        return Response(status_code=204) if said is None else PlainTextResponse(said)

    return routes


def existing(engine: Engine, task_id: str) -> ExternalTaskRow:
    """The task. CamundaError 404 if there is none."""
    try:
        return engine.external_tasks.get(task_id)
    except NotFoundError as error:
        raise unknown(error) from None


def unknown(error: NotFoundError) -> CamundaError:
    """Camunda 7: a RestException says that a task does not exist."""
    return CamundaError(error.message, status=404, kind="RestException")


def _find(engine: Engine, query: ExternalTaskQuery, page: Page) -> list[ExternalTaskRow]:
    return engine.external_tasks.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
