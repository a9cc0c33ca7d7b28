"""``/shoal/v1/batches``: create (one route per operation), look, control."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Header, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.batch_requests import BatchRequest, request_model
from shoal.api.batch_views import (
    BatchPage,
    BatchStatisticsView,
    BatchView,
    ElementPage,
    ElementView,
    FailureGroupView,
    PreviewView,
)
from shoal.api.bodies import JsonRoute
from shoal.api.openapi import BODY, errors
from shoal.batch.control import BatchChanges
from shoal.batch.registry import AnyOperation, find_operation
from shoal.batch.states import BatchState, ElementState
from shoal.engine import Engine
from shoal.errors import InputError

Limit = Annotated[int, Query(ge=1, le=1000, description="how many at most")]


class Suspension(BaseModel):
    """Whether a batch rests."""

    model_config = ConfigDict(extra="forbid")

    suspended: bool


def router(engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1/batches", tags=["batches"], route_class=JsonRoute)
    for operation in engine.batches.operations.values():
        _add_create(routes, operation)
    _add_unknown(routes)
    _add_looks(routes)
    _add_controls(routes)
    return routes


def _add_create(routes: APIRouter, operation: AnyOperation) -> None:
    def create(
        engine: Acting,
        body: BatchRequest,
        user: User,
        idempotency_key: Annotated[
            str | None, Header(min_length=1, max_length=255, description="instead of the field of the body")
        ] = None,
    ) -> Any:
        selection, options = body.selection, body.options
        if body.dry_run:
            preview = engine.batches.preview(
                operation.name, body.parameters, **selection, expected_count=options.get("expected_count")
            )
            shown = PreviewView.model_validate(preview)
            return Response(shown.model_dump_json(), media_type="application/json")
        if idempotency_key not in (None, options.setdefault("idempotency_key", idempotency_key)):
            raise InputError("Idempotency-Key and body.idempotency_key differ", fields=["body.idempotency_key"])
        batch = engine.batches.create(operation.name, body.parameters, **selection, **options, created_by=user)
        return BatchView.model_validate(batch.view)

    create.__annotations__["body"] = request_model(operation)
    dry_run = {"model": PreviewView, "description": "A dry run: what would happen. Nothing was created."}
    routes.add_api_route(
        f"/{operation.name}",
        create,
        methods=["POST"],
        status_code=201,
        response_model=BatchView,
        response_description="The batch; workers do it from now on.",
        responses={200: dry_run, **errors(409, *BODY)},
        summary=operation.title,
        description=type(operation).__doc__,
        operation_id=f"create_batch_{operation.name.replace('-', '_')}",
    )


def _add_unknown(routes: APIRouter) -> None:
    @routes.post("/{operation}", include_in_schema=False)
    def unknown_operation(operation: str) -> None:
        """Name the operations that there are."""
        find_operation(operation)


def _add_looks(routes: APIRouter) -> None:
    @routes.get("", responses=errors())
    def list_batches(
        engine: Acting,
        state: Annotated[list[BatchState] | None, Query(description="may be given several times")] = None,
        operation: str | None = None,
        suspended: bool | None = None,
        created_by: str | None = None,
        before_id: Annotated[str | None, Query(description="`next` of the page before")] = None,
        limit: Limit = 50,
    ) -> BatchPage:
        """List batches, the newest first."""
        found = engine.batches.list(
            state_in=state,
            operation=operation,
            suspended=suspended,
            created_by=created_by,
            before_id=before_id,
            limit=limit,
        )
        items = [BatchView.model_validate(batch.view) for batch in found]
        return BatchPage(items=items, next=items[-1].id if len(items) == limit else None)

    @routes.get("/{batch_id}", responses=errors(404))
    def get_batch(engine: Acting, batch_id: str) -> BatchView:
        """Show one batch."""
        return BatchView.model_validate(engine.batches.get(batch_id).view)

    @routes.get("/{batch_id}/elements", responses=errors(404))
    def list_elements(
        engine: Acting,
        batch_id: str,
        state: ElementState = ElementState.FAILED,
        reason: Annotated[str | None, Query(description="only elements with this cause")] = None,
        target_id: Annotated[
            list[str] | None, Query(max_length=1000, description="the outcome of these elements, whatever it is")
        ] = None,
        after_id: Annotated[str | None, Query(description="`next` of the page before")] = None,
        limit: Limit = 100,
    ) -> ElementPage:
        """List the elements of one outcome, or say what became of single ones (`target_id`)."""
        if target_id:
            found = engine.batches.outcomes(batch_id, target_id)
            return ElementPage(items=[ElementView.model_validate(each) for each in found], next=None)
        page = engine.batches.elements(batch_id, state=state, reason=reason, after_id=after_id, limit=limit)
        items = [ElementView.model_validate(each) for each in page]
        return ElementPage(items=items, next=items[-1].target_id if len(items) == limit else None)

    @routes.get("/{batch_id}/failures", responses=errors(404))
    def list_failures(engine: Acting, batch_id: str) -> list[FailureGroupView]:
        """Count the failed and skipped elements by cause, the most frequent first."""
        return [FailureGroupView.model_validate(each) for each in engine.batches.failures(batch_id)]

    @routes.get("/{batch_id}/statistics", responses=errors(404))
    def get_statistics(engine: Acting, batch_id: str) -> BatchStatisticsView:
        """Say how far the batch is."""
        view = engine.batches.get(batch_id).view
        counts = BatchView.model_validate(view).statistics.model_dump()
        return BatchStatisticsView(state=view.state, suspended=view.suspended, **counts)


def _add_controls(routes: APIRouter) -> None:
    @routes.put("/{batch_id}/suspended", responses=errors(404, 409, *BODY))
    def suspend_or_resume(engine: Acting, batch_id: str, body: Suspension) -> BatchView:
        """Suspend the batch (the chunks that run now are finished), or resume it."""
        change = engine.batches.suspend if body.suspended else engine.batches.resume
        return BatchView.model_validate(change(batch_id).view)

    @routes.put("/{batch_id}/settings", responses=errors(404, 409, *BODY))
    def change_settings(engine: Acting, batch_id: str, body: BatchChanges) -> BatchView:
        """Change speed or priority while the batch runs."""
        changes = body.model_dump(exclude_unset=True)
        return BatchView.model_validate(engine.batches.change(batch_id, **changes).view)

    @routes.post("/{batch_id}/cancel", responses=errors(404, 409))
    def cancel(engine: Acting, batch_id: str) -> BatchView:
        """End the batch; what is done stays done, the rest is left alone."""
        return BatchView.model_validate(engine.batches.cancel(batch_id).view)

    @routes.post("/{batch_id}/retry-failed", responses=errors(404, 409))
    def retry_failed(engine: Acting, batch_id: str) -> BatchView:
        """Try the failed elements again."""
        return BatchView.model_validate(engine.batches.retry_failed(batch_id).view)

    @routes.delete("/{batch_id}", status_code=204, responses=errors(404, 409))
    def delete(engine: Acting, batch_id: str) -> None:
        """Remove the batch and its outcomes; what it did to its elements stays."""
        engine.batches.delete(batch_id)
