"""``/schema/log``: which schema the database has. How it came to be is not kept, so there is one entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.routing import (
    dialect_router,
    page_of,
    page_parameters,
    query_of,
    query_parameters,
)
from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.queries.base import Page, Query, Text
from shoal.engine import Engine


class SchemaLogQuery(Query):
    """Camunda 7: ``SchemaLogQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"timestamp": "timestamp"}

    version: Text


class SchemaLogEntryView(View):
    """Camunda 7: SchemaLogEntryDto."""

    id: str
    timestamp: CamundaDate | None
    version: str


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/schema/log", "Schema Log")
    read = query_of(SchemaLogQuery)

    @routes.get("", openapi_extra={"parameters": [*query_parameters(SchemaLogQuery), *page_parameters()]})
    def get_schema_log(request: Request, engine: Acting) -> list[SchemaLogEntryView]:
        """Show the schema of the database."""
        return _entries(engine, read(request), page_of(request))

    @routes.post("", openapi_extra={"parameters": page_parameters()})
    def query_schema_log(body: SchemaLogQuery, request: Request, engine: Acting) -> list[SchemaLogEntryView]:
        """Show the schema of the database."""
        return _entries(engine, body, page_of(request))

    return routes


def _entries(engine: Engine, query: SchemaLogQuery, page: Page) -> list[SchemaLogEntryView]:
    current = engine.schema.current
    if current is None or query.version not in (None, current):
        return []
    entry = SchemaLogEntryView(id="0", timestamp=None, version=current)
    return [entry][page.first : page.first + page.most]
