"""Which groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Names, Query, Text, said
from shoal.camunda.queries.user import ids_of


class GroupQuery(Query):
    """Camunda 7: ``GroupQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"id": "id", "name": "name", "type": "kind"}

    id: Text
    id_in: Names
    name: Text
    name_like: Text
    type: Text
    member: Text
    member_of_tenant: Text

    def conditions(self) -> dict[str, Any]:
        """In the words of ``engine.groups.list``."""
        return said(
            ids=ids_of(self.id, self.id_in),
            name=self.name,
            name_like=self.name_like,
            kind=self.type,
            user_id=self.member,
            tenant_id=self.member_of_tenant,
        )
