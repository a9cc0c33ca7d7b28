"""Executions in Camunda 7's names."""

from __future__ import annotations

from typing import Self

from shoal.api.engine_rest.views import View
from shoal.store.queries.executions import ExecutionRow


class ExecutionView(View):
    """Camunda 7: ExecutionDto."""

    id: str
    process_instance_id: str
    ended: bool
    tenant_id: str | None

    @classmethod
    def of(cls, row: ExecutionRow) -> Self:
        """The view of an execution."""
        return cls(id=row.id, process_instance_id=row.instance_id, ended=False, tenant_id=row.tenant_id)
