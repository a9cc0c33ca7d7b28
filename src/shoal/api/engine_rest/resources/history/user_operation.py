"""``/history/user-operation``: the log of what users did."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.user_operation import UserOperationView
from shoal.camunda.queries.user_operation import UserOperationLogQuery


class AnnotationBody(Body):
    """A remark."""

    annotation: str | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/user-operation", "Historic User Operation Log")
    queried(
        routes,
        UserOperationLogQuery,
        UserOperationView,
        find=lambda engine, query, page: engine.audit.list(
            sort=query.orders() or "at", offset=page.first, limit=page.most, **query.conditions()
        ),
        count=lambda engine, query: engine.audit.count(**query.conditions()),
        what="user operations",
        by_post=False,
    )

    @routes.put("/{operation_id}/set-annotation", status_code=204)
    def set_annotation(operation_id: str, body: AnnotationBody, engine: Acting) -> None:
        """Give an operation a remark."""
        engine.audit.annotate(operation_id, body.annotation)

    @routes.put("/{operation_id}/clear-annotation", status_code=204)
    def clear_annotation(operation_id: str, engine: Acting) -> None:
        """Take the remark of an operation away."""
        engine.audit.annotate(operation_id, None)

    return routes
