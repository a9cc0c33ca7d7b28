"""``/batch``: batches of which something is still to be done, or has failed."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.batch import BatchStatisticsView, BatchView
from shoal.batch.view import BatchView as NativeBatch
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.batch import BatchQuery, BatchStatisticsQuery
from shoal.engine import Engine
from shoal.errors import ConflictError, NotFoundError


class SuspensionBody(Body):
    """Camunda 7: SuspensionStateDto."""

    suspended: bool | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/batch", "Batch")
    queried(
        routes,
        BatchQuery,
        BatchView,
        find=_find,
        count=_count,
        what="batches",
        by_post=False,
    )
    queried(
        routes,
        BatchStatisticsQuery,
        BatchStatisticsView,
        find=_find,
        count=_count,
        what="batch statistics",
        path="/statistics",
        by_post=False,
    )

    @routes.get("/{id}")
    def get_batch(id: str, engine: Acting) -> BatchView:  # noqa: A002 - Camunda's name of the parameter
        """Show one batch that has not ended."""
        found = _running(engine, id)
        if found is None:
            raise CamundaError(f"Batch with id '{id}' does not exist", status=404)
        return BatchView.of(found)

    @routes.put("/{id}/suspended", status_code=204)
    def update_batch_suspension_state(id: str, body: SuspensionBody, engine: Acting) -> None:  # noqa: A002
        """Suspend or activate a batch."""
        try:
            if body.suspended:
                engine.batches.suspend(id)
            else:
                engine.batches.resume(id)
        except (NotFoundError, ConflictError):
            what = "suspend" if body.suspended else "activate"
            raise CamundaError(f"Unable to {what} batch with id '{id}'") from None

    @routes.delete("/{id}", status_code=204)
    def delete_batch(id: str, engine: Acting, cascade: bool = False) -> None:  # noqa: A002
        """Delete a batch that has not ended; with `cascade` its history, too."""
        if _running(engine, id) is None:
            raise CamundaError(f"Unable to delete batch with id '{id}'")
        engine.batches.delete(id, cascade=cascade)

    return routes


def _find(engine: Engine, query: BatchQuery, page: Page) -> list[NativeBatch]:
    sort = query.orders() or (("id", False),)
    return [
        each.view for each in engine.batches.list(query.filter(), sort=sort, offset=page.first, limit=page.most)
    ]


def _count(engine: Engine, query: BatchQuery) -> int:
    return engine.batches.count(query.filter())


def _running(engine: Engine, batch_id: str) -> NativeBatch | None:
    try:
        found = engine.batches.get(batch_id).view
    except NotFoundError:
        return None
    return None if found.is_finished else found
