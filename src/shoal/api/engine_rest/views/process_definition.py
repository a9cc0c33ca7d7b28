"""Process definitions in Camunda 7's names, and how many instances they have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from pydantic import Field

from shoal.api.engine_rest.views import View
from shoal.commands.describe_definitions import DescribedDefinition


class ProcessDefinitionView(View):
    """Camunda 7: ProcessDefinitionDto."""

    id: str
    key: str
    category: str | None
    description: str | None
    name: str | None
    version: int
    resource: str
    deployment_id: str
    diagram: str | None
    suspended: bool
    tenant_id: str | None
    version_tag: str | None
    history_time_to_live: int | None
    startable_in_tasklist: bool

    @classmethod
    def of(cls, described: DescribedDefinition) -> Self:
        """The view of a definition."""
        row = described.row
        return cls(
            id=row.id,
            key=row.key,
            category=described.category,
            description=described.description,
            name=row.name,
            version=row.version,
            resource=row.resource_name,
            deployment_id=row.deployment_id,
            diagram=described.diagram,
            suspended=row.suspended,
            tenant_id=row.tenant_id,
            version_tag=row.version_tag,
            history_time_to_live=row.history_ttl_days,
            startable_in_tasklist=row.startable,
        )


class CalledProcessDefinitionView(ProcessDefinitionView):
    """Camunda 7: CalledProcessDefinitionDto."""

    called_from_activity_ids: list[str]
    calling_process_definition_id: str

    @classmethod
    def called(cls, described: DescribedDefinition, caller_id: str, activity_ids: Sequence[str]) -> Self:
        """The view of a definition that call activities of another one name."""
        shown = ProcessDefinitionView.of(described).model_dump()
        return cls(**shown, called_from_activity_ids=list(activity_ids), calling_process_definition_id=caller_id)


class DiagramView(View):
    """Camunda 7: ProcessDefinitionDiagramDto."""

    id: str
    bpmn20_xml: str


class IncidentStatisticsView(View):
    """Camunda 7: IncidentStatisticsResultDto."""

    incident_type: str
    incident_count: int


def incidents_of(counts: dict[str, int]) -> list[IncidentStatisticsView]:
    """By type."""
    return [IncidentStatisticsView(incident_type=kind, incident_count=n) for kind, n in sorted(counts.items())]


_DTO = "org.camunda.bpm.engine.rest.dto.repository."


class ActivityStatisticsView(View):
    """Camunda 7: ActivityStatisticsResultDto."""

    java_class: str = Field(default=f"{_DTO}ActivityStatisticsResultDto", serialization_alias="@class")
    id: str
    instances: int
    failed_jobs: int
    incidents: list[IncidentStatisticsView]

    @classmethod
    def of(cls, row: Any) -> Self:
        """The view of a row of ``shoal.store.queries.statistics``."""
        return cls(
            id=row.id, instances=row.instances, failed_jobs=row.failed_jobs, incidents=incidents_of(row.incidents)
        )


class ProcessDefinitionStatisticsView(ActivityStatisticsView):
    """Camunda 7: ProcessDefinitionStatisticsResultDto."""

    java_class: str = Field(default=f"{_DTO}ProcessDefinitionStatisticsResultDto", serialization_alias="@class")
    definition: ProcessDefinitionView

    @classmethod
    def with_definition(cls, row: Any, described: DescribedDefinition) -> Self:
        """The view of a row together with its definition."""
        shown = ActivityStatisticsView.of(row)
        return cls(
            id=shown.id,
            instances=shown.instances,
            failed_jobs=shown.failed_jobs,
            incidents=shown.incidents,
            definition=ProcessDefinitionView.of(described),
        )
