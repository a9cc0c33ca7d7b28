"""Process instances in Camunda 7's names."""

from __future__ import annotations

from typing import Any, Self

from shoal.api.engine_rest.views import Link, View
from shoal.store.queries.instance_filters import InstanceRow


class ProcessInstanceView(View):
    """Camunda 7: ProcessInstanceDto."""

    links: list[Link]
    id: str
    definition_id: str
    definition_key: str
    business_key: str | None
    case_instance_id: str | None = None
    ended: bool
    suspended: bool
    tenant_id: str | None

    @classmethod
    def of(cls, row: InstanceRow, *, links: tuple[Link, ...] = ()) -> Self:
        """The view of an instance, running or ended."""
        return cls(
            links=list(links),
            id=row.id,
            definition_id=row.definition_id,
            definition_key=row.definition_key,
            business_key=row.business_key,
            ended=row.ended_at is not None,
            suspended=row.suspended,
            tenant_id=row.tenant_id,
        )


class ProcessInstanceWithVariablesView(ProcessInstanceView):
    """Camunda 7: ProcessInstanceWithVariablesDto."""

    variables: dict[str, Any]
