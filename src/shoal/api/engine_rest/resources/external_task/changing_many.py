"""``PUT /external-task/retries`` and ``POST /external-task/retries-async``: tries for many tasks."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.instance_selection import SelectionBody, without_null
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.external_task import PREFIX, TAG
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views.batch import BatchView
from shoal.camunda.queries.external_task import ExternalTaskQuery
from shoal.camunda.selecting import selection_of
from shoal.errors import EmptySelectionError
from shoal.filters import InstanceFilter
from shoal.filters.external_tasks import ExternalTaskFilter

_OPERATION = "set-external-task-retries"
_EMPTY = "externalTaskIds is empty"


class ManyRetriesBody(SelectionBody):
    """Camunda 7: SetRetriesForExternalTasksDto. All that is named by any of the members."""

    retries: int | None = None
    external_task_ids: list[str | None] | None = None
    external_task_query: ExternalTaskQuery | None = None

    def given(self) -> int:
        """How many tries. CamundaError."""
        if self.retries is None:
            raise CamundaError("The number of retries cannot be null.", kind="BadUserRequestException", code=0)
        return self.retries

    def task_ids(self) -> list[str]:
        """The tasks that are named by their ids. CamundaError: one of them is null."""
        return without_null(
            self.external_task_ids, "External task id cannot be null: externalTaskIds contains null value"
        )

    def task_filters(self) -> list[ExternalTaskFilter]:
        """The tasks that are named otherwise. CamundaError."""
        instances = self.filters()
        if self.process_instance_ids:
            ids = self.ids("Process instance id cannot be null: processInstanceIds contains null value")
            instances.append(InstanceFilter.model_validate({"ids": ids}))
        found = [ExternalTaskFilter.model_validate({"instance": each}) for each in instances]
        return found if self.external_task_query is None else [*found, self.external_task_query.filter()]


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(PREFIX, TAG)

    @routes.put("/retries", status_code=204)
    def set_external_tasks_retries(body: ManyRetriesBody, engine: Acting) -> None:
        """Give many tasks tries, at once."""
        retries, ids = body.given(), body.task_ids()
        if ids and engine.external_tasks.count(ids=tuple(ids)) < len(set(ids)):
            raise CamundaError("Cannot find external task: one of externalTaskIds does not exist", status=404)
        selection = selection_of(ids, body.task_filters())
        try:
            engine.batches.carry_out(_OPERATION, {"retries": retries}, **selection)
        except EmptySelectionError:
            raise CamundaError(_EMPTY, kind="BadUserRequestException", code=0) from None

    @routes.post("/retries-async")
    def set_external_tasks_retries_async(body: ManyRetriesBody, engine: Acting) -> BatchView:
        """Give many tasks tries in a batch."""
        params = {"retries": body.given()}
        return made(engine, _OPERATION, params, ids=body.task_ids(), filters=body.task_filters(), empty=_EMPTY)

    return routes
