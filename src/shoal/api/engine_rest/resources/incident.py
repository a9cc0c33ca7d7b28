"""``/incident``: work that stopped and waits for somebody to act."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.incident import IncidentView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.incident import IncidentQuery
from shoal.engine import Engine
from shoal.store.queries.history.incidents import HistoricIncidentRow


class AnnotationBody(Body):
    """A note."""

    annotation: str | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/incident", "Incident")
    queried(
        routes,
        IncidentQuery,
        IncidentView,
        find=_find,
        count=lambda engine, query: engine.incidents.count(query.filter()),
        what="incidents",
        by_post=False,
    )

    @routes.get("/{id}")
    def get_incident(id: str, engine: Acting) -> IncidentView:  # noqa: A002 - Camunda's name of the parameter
        """Show one incident."""
        return IncidentView.of(engine.incidents.get(id))

    @routes.delete("/{id}", status_code=204)
    def resolve_incident(id: str, engine: Acting) -> None:  # noqa: A002
        """Resolve an incident that was opened by hand."""
        engine.incidents.resolve(id)

    @routes.put("/{id}/annotation", status_code=204)
    def set_incident_annotation(id: str, body: AnnotationBody, engine: Acting) -> None:  # noqa: A002
        """Write a note on an incident."""
        if body.annotation is None:
            engine.incidents.clear_annotation(id)
        else:
            engine.incidents.annotate(id, body.annotation)

    @routes.delete("/{id}/annotation", status_code=204)
    def clear_incident_annotation(id: str, engine: Acting) -> None:  # noqa: A002
        """Take the note away."""
        engine.incidents.clear_annotation(id)

    return routes


def _find(engine: Engine, query: IncidentQuery, page: Page) -> list[HistoricIncidentRow]:
    return engine.incidents.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
