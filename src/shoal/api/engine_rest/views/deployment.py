"""Deployments and their files in Camunda 7's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from shoal.api.engine_rest.views import CamundaDate, Link, View
from shoal.api.engine_rest.views.process_definition import ProcessDefinitionView
from shoal.commands.deploy import Deployment
from shoal.commands.describe_definitions import DescribedDefinition
from shoal.store.queries.deployments import DeploymentRow


class DeploymentView(View):
    """Camunda 7: DeploymentDto."""

    links: list[Link]
    id: str
    name: str | None
    source: str | None
    deployment_time: CamundaDate
    tenant_id: str | None

    @classmethod
    def of(cls, row: DeploymentRow) -> Self:
        """The view of a deployment."""
        return cls(
            links=[],
            id=row.id,
            name=row.name,
            source=row.source,
            deployment_time=row.deployed_at,
            tenant_id=row.tenant_id,
        )


class DeploymentWithDefinitionsView(DeploymentView):
    """Camunda 7: DeploymentWithDefinitionsDto. The maps are null where nothing was deployed."""

    deployed_process_definitions: dict[str, ProcessDefinitionView] | None
    deployed_case_definitions: dict[str, Any] | None = None
    deployed_decision_definitions: dict[str, Any] | None = None
    deployed_decision_requirements_definitions: dict[str, Any] | None = None

    @classmethod
    def made(cls, deployment: Deployment, definitions: Sequence[DescribedDefinition], link: Link) -> Self:
        """The view of what a deployment made; of one that was there already, nothing."""
        made = {each.row.id: ProcessDefinitionView.of(each) for each in definitions if deployment.is_new}
        return cls(
            links=[link],
            id=deployment.id,
            name=deployment.name,
            source=deployment.source,
            deployment_time=deployment.deployed_at,
            tenant_id=deployment.tenant_id,
            deployed_process_definitions=made or None,
        )


class ResourceView(View):
    """Camunda 7: DeploymentResourceDto."""

    id: str
    name: str
    deployment_id: str
