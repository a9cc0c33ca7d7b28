"""Which authorizations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Names, Query, Text, Whole, said


class AuthorizationQuery(Query):
    """Camunda 7: ``AuthorizationQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"resourceType": "resource_type", "resourceId": "resource_id"}

    id: Text
    type: Whole
    user_id_in: Names
    group_id_in: Names
    resource_type: Whole
    resource_id: Text

    def conditions(self) -> dict[str, Any]:
        """In the words of ``engine.authorizations.list``."""
        return said(
            id=self.id,
            kind=self.type,
            user_ids=self.user_id_in,
            group_ids=self.group_id_in,
            resource_type=self.resource_type,
            resource_id=self.resource_id,
        )
