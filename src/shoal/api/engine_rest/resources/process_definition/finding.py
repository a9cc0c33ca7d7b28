"""``GET /process-definition``, ``/count``, and one definition."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shoal.api.acting import Acting
from shoal.api.engine_rest.resources.process_definition.naming import Named
from shoal.api.engine_rest.routing import queried
from shoal.api.engine_rest.views.process_definition import ProcessDefinitionView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.process_definition import ProcessDefinitionQuery
from shoal.commands.describe_definitions import DescribedDefinition
from shoal.engine import Engine
from shoal.store.queries.definition_filters import DefinitionRow


def add_to_all(routes: APIRouter) -> None:
    """The list."""
    queried(
        routes,
        ProcessDefinitionQuery,
        ProcessDefinitionView,
        find=_find,
        count=lambda engine, query: engine.definitions.count(query.filter()),
        what="process definitions",
        by_post=False,
    )


def _find(engine: Engine, query: ProcessDefinitionQuery, page: Page) -> list[DescribedDefinition]:
    rows = engine.definitions.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    return engine.definitions.describe(rows)


def add_to_one(routes: APIRouter, named: Named) -> None:
    """The definition itself."""

    @routes.get("")
    def get_process_definition(
        definition: Annotated[DefinitionRow, Depends(named)], engine: Acting
    ) -> ProcessDefinitionView:
        """Show one process definition."""
        return ProcessDefinitionView.of(engine.definitions.describe([definition])[0])
