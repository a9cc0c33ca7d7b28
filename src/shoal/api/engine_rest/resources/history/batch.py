"""``/history/batch``: all batches, and the removal times of many."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.removal_time import RemovalTimeBody
from shoal.api.engine_rest.resources.history import batch_report
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.batch import BatchView, HistoricBatchView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.batch import HistoricBatchQuery
from shoal.engine import Batch, Engine
from shoal.errors import NotFoundError


class BatchRemovalTimeBody(RemovalTimeBody):
    """Camunda 7: SetRemovalTimeToHistoricBatchesDto."""

    historic_batch_ids: list[str] | None = None
    historic_batch_query: HistoricBatchQuery | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/batch", "Historic Batch")
    queried(
        routes,
        HistoricBatchQuery,
        HistoricBatchView,
        find=_find,
        count=lambda engine, query: engine.batches.count(query.filter()),
        what="historic batches",
        by_post=False,
    )
    batch_report.add_routes(routes)

    @routes.post("/set-removal-time")
    def set_removal_time_async(body: BatchRemovalTimeBody, engine: Acting) -> BatchView:
        """Set the removal time of batches in a batch."""
        ids, query = body.historic_batch_ids, body.historic_batch_query
        if ids is None and query is None:
            raise CamundaError("Neither query nor ids provided.", kind="BadUserRequestException", code=0)
        return made(
            engine,
            "set-removal-time-of-batches",
            body.params(),
            ids=ids,
            filters=[None if query is None else query.filter()],
            empty="historicBatches is empty",
        )

    @routes.get("/{id}")
    def get_historic_batch(id: str, engine: Acting) -> HistoricBatchView:  # noqa: A002 - Camunda's name
        """Show one batch, be it running or not."""
        found = _batch(engine, id)
        if found is None:
            raise CamundaError(f"Historic batch with id '{id}' does not exist", status=404)
        return HistoricBatchView.of(found.view)

    @routes.delete("/{id}", status_code=204)
    def delete_historic_batch(id: str, engine: Acting) -> None:  # noqa: A002
        """Delete an ended batch with all that is known of it; one that runs has to be deleted first."""
        found = _batch(engine, id)
        if found is None or not found.view.is_finished:
            raise CamundaError(f"Unable to delete historic batch with id '{id}'")
        engine.batches.delete(id, cascade=True)

    return routes


def _batch(engine: Engine, batch_id: str) -> Batch | None:
    try:
        return engine.batches.get(batch_id)
    except NotFoundError:
        return None


def _find(engine: Engine, query: HistoricBatchQuery, page: Page) -> list[object]:
    sort = query.orders() or (("id", False),)
    return [
        each.view for each in engine.batches.list(query.filter(), sort=sort, offset=page.first, limit=page.most)
    ]
