"""Which deployments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Only, Query, Text, said
from shoal.filters.deployments import DeploymentFilter


class DeploymentQuery(Query):
    """Camunda 7: ``DeploymentQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "id": "id",
        "name": "name",
        "deploymentTime": "deployed_at",
        "tenantId": "tenant_id",
    }

    id: Text
    name: Text
    name_like: Text
    source: Text
    without_source: Only
    before: Date
    after: Date
    tenant_id_in: Names
    without_tenant_id: Only
    include_deployments_without_tenant_id: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``DeploymentFilter``."""
        return said(
            ids=None if self.id is None else (self.id,),
            name=self.name,
            name_like=self.name_like,
            source=self.source,
            without_source=self.without_source,
            deployed_before=self.before,
            deployed_after=self.after,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            include_without_tenant=self.include_deployments_without_tenant_id,
        )

    def filter(self) -> DeploymentFilter:
        """The native filter."""
        return DeploymentFilter.model_validate(self.conditions())
