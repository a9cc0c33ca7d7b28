"""``/process-definition/statistics`` and ``/{...}/statistics``: instances, failed jobs, incidents."""

from typing import Annotated

from fastapi import APIRouter, Depends

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_definition.naming import Named
from shoal.api.engine_rest.views.process_definition import ActivityStatisticsView, ProcessDefinitionStatisticsView
from shoal.store.queries.definition_filters import DefinitionRow
from shoal.store.queries.statistics import IncidentsWanted


def add_to_all(routes: APIRouter) -> None:
    """The numbers of all definitions."""

    @routes.get("/statistics")
    def get_process_definition_statistics(
        engine: Acting,
        failedJobs: bool | None = None,  # noqa: N803 - Camunda's names
        incidents: bool | None = None,
        rootIncidents: bool | None = None,  # noqa: N803
        incidentsForType: str | None = None,  # noqa: N803
    ) -> list[ProcessDefinitionStatisticsView]:
        """Count the running instances of every definition; its failed jobs and open incidents if wanted."""
        wanted = _wanted(incidents, rootIncidents, incidentsForType)
        rows = engine.definitions.find(limit=1_000_000)
        counted = engine.definitions.statistics(rows, failed_jobs=bool(failedJobs), incidents=wanted)
        described = engine.definitions.describe(rows)
        return [
            ProcessDefinitionStatisticsView.with_definition(each, one)
            for each, one in zip(counted, described, strict=True)
        ]


def add_to_one(routes: APIRouter, named: Named) -> None:
    """The numbers of the activities of one definition."""

    @routes.get("/statistics")
    def get_activity_statistics(
        definition: Annotated[DefinitionRow, Depends(named)],
        engine: Acting,
        failedJobs: bool | None = None,  # noqa: N803
        incidents: bool | None = None,
        incidentsForType: str | None = None,  # noqa: N803
    ) -> list[ActivityStatisticsView]:
        """Count where the tokens of its running instances are, by activity."""
        wanted = _wanted(incidents, None, incidentsForType)
        rows = engine.definitions.activity_statistics(definition.id, failed_jobs=bool(failedJobs), incidents=wanted)
        return [ActivityStatisticsView.of(row) for row in rows]


def _wanted(incidents: bool | None, roots: bool | None, for_type: str | None) -> IncidentsWanted | None:
    said = [
        name
        for name, value in (
            ("includeIncidents", incidents),
            ("includeRootIncidents", roots),
            ("includeIncidentsForType", for_type),
        )
        if value is not None
    ]
    if len(said) > 1:
        raise CamundaError(f"Only one of the query parameter {said[0]} or {said[1]} can be set.")
    if for_type is not None:
        return IncidentsWanted(type=for_type)
    if roots:
        return IncidentsWanted(only_roots=True)
    return IncidentsWanted() if incidents else None
