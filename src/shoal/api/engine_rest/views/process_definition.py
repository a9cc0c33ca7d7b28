"""Process definitions in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import View
from shoal.store.queries.definition_filters import DefinitionRow


class ProcessDefinitionView(View):
    """Camunda 7: ProcessDefinitionDto."""

    id: str
    key: str
    category: str | None = None
    description: str | None = None
    name: str | None
    version: int
    resource: str
    deployment_id: str
    diagram: str | None = None
    suspended: bool
    tenant_id: str | None
    version_tag: str | None
    history_time_to_live: int | None
    startable_in_tasklist: bool

    @classmethod
    def of(cls, row: DefinitionRow) -> Self:
        """The view of a definition."""
        return cls(
            id=row.id,
            key=row.key,
            name=row.name,
            version=row.version,
            resource=row.resource_name,
            deployment_id=row.deployment_id,
            suspended=row.suspended,
            tenant_id=row.tenant_id,
            version_tag=row.version_tag,
            history_time_to_live=row.history_ttl_days,
            startable_in_tasklist=row.startable,
        )
