"""Which tenants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Names, Only, Query, Text, said
from shoal.camunda.queries.user import ids_of


class TenantQuery(Query):
    """Camunda 7: ``TenantQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"id": "id", "name": "name"}

    id: Text
    id_in: Names
    name: Text
    name_like: Text
    user_member: Text
    group_member: Text
    including_groups_of_user: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``engine.tenants.list``."""
        return said(
            ids=ids_of(self.id, self.id_in),
            name=self.name,
            name_like=self.name_like,
            user_id=self.user_member,
            group_id=self.group_member,
            including_groups_of_user=self.including_groups_of_user,
        )
