"""Which users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Names, Query, Text, said


class UserQuery(Query):
    """Camunda 7: ``UserQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {
        "userId": "id",
        "firstName": "first_name",
        "lastName": "last_name",
        "email": "email",
    }
    NOTHING: ClassVar[frozenset[str]] = frozenset({"potential_starter"})

    id: Text
    id_in: Names
    first_name: Text
    first_name_like: Text
    last_name: Text
    last_name_like: Text
    email: Text
    email_like: Text
    member_of_group: Text
    member_of_tenant: Text
    potential_starter: Text

    def conditions(self) -> dict[str, Any]:
        """In the words of ``engine.users.list``."""
        return said(
            ids=("",) if self.matches_nothing() else ids_of(self.id, self.id_in),
            first_name=self.first_name,
            first_name_like=self.first_name_like,
            last_name=self.last_name,
            last_name_like=self.last_name_like,
            email=self.email,
            email_like=self.email_like,
            group_id=self.member_of_group,
            tenant_id=self.member_of_tenant,
        )


def ids_of(one: str | None, many: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """The ids that an id and a list of ids leave together; None if neither is given."""
    if one is None:
        return many or None
    return (one,) if not many or one in many else ("",)
