"""``GET /process-definition``, ``/count``, and one definition."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shoal.api.engine_rest.resources.process_definition.naming import PREFIX, TAG, Named, for_each_way
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views.process_definition import ProcessDefinitionView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.process_definition import ProcessDefinitionQuery
from shoal.engine import Engine
from shoal.store.queries.definition_filters import DefinitionRow


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("", TAG)
    lists = dialect_router(PREFIX, TAG)
    queried(
        lists,
        ProcessDefinitionQuery,
        ProcessDefinitionView,
        find=_find,
        count=lambda engine, query: engine.definitions.count(query.filter()),
        what="process definitions",
        by_post=False,
    )
    routes.include_router(lists)
    routes.include_router(for_each_way(_add))
    return routes


def _find(engine: Engine, query: ProcessDefinitionQuery, page: Page) -> list[DefinitionRow]:
    return engine.definitions.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)


def _add(routes: APIRouter, named: Named) -> None:
    @routes.get("")
    def get_process_definition(definition: Annotated[DefinitionRow, Depends(named)]) -> ProcessDefinitionView:
        """Show one process definition."""
        return ProcessDefinitionView.of(definition)
