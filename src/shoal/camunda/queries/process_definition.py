"""Which process definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Only, Query, Text, Whole, said
from shoal.filters.definitions import DefinitionFilter


class ProcessDefinitionQuery(Query):
    """Camunda 7: ``ProcessDefinitionQuery``.

    ``startableBy`` asks what the model says about candidate starters; there is no order by category.
    """

    SORTS: ClassVar[Mapping[str, str]] = {
        "category": "id",
        "key": "key",
        "id": "id",
        "name": "name",
        "version": "version",
        "deploymentId": "deployment_id",
        "deployTime": "created_at",
        "tenantId": "tenant_id",
        "versionTag": "version_tag",
    }

    process_definition_id: Text
    process_definition_id_in: Names
    category: Text
    category_like: Text
    name: Text
    name_like: Text
    deployment_id: Text
    deployed_after: Date
    deployed_at: Date
    key: Text
    keys_in: Names
    key_like: Text
    version: Whole
    ver: Whole
    latest_version: Only
    latest: Only
    resource_name: Text
    resource_name_like: Text
    startable_by: Text
    active: Only
    suspended: Only
    incident_id: Text
    incident_type: Text
    incident_message: Text
    incident_message_like: Text
    tenant_id_in: Names
    without_tenant_id: Only
    include_process_definitions_without_tenant_id: Only
    version_tag: Text
    version_tag_like: Text
    without_version_tag: Only
    startable_in_tasklist: Only
    not_startable_in_tasklist: Only
    startable_permission_check: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``DefinitionFilter``."""
        return said(
            id=self.process_definition_id,
            ids=self.process_definition_id_in,
            category=self.category,
            category_like=self.category_like,
            starter=self.startable_by,
            name=self.name,
            name_like=self.name_like,
            deployment_id=self.deployment_id,
            deployed_after=self.deployed_after,
            deployed_at=self.deployed_at,
            key=self.key,
            key_in=self.keys_in,
            key_like=self.key_like,
            version=self.ver if self.version is None else self.version,
            latest_only=self.latest_version or self.latest,
            resource_name=self.resource_name,
            resource_name_like=self.resource_name_like,
            suspended=True if self.suspended else False if self.active else None,
            incident_id=self.incident_id,
            incident_type=self.incident_type,
            incident_message=self.incident_message,
            incident_message_like=self.incident_message_like,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            include_without_tenant=self.include_process_definitions_without_tenant_id,
            version_tag=self.version_tag,
            version_tag_like=self.version_tag_like,
            without_version_tag=self.without_version_tag,
            startable=False if self.not_startable_in_tasklist else self.startable_in_tasklist,
        )

    def filter(self) -> DefinitionFilter:
        """The native filter."""
        return DefinitionFilter.model_validate(self.conditions())
