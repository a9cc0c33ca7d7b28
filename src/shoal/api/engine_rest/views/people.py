"""Users, groups, tenants and authorizations, as they are answered."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.store.queries.accounts import Account
from shoal.store.queries.authorizations import AuthorizationRow
from shoal.store.queries.groups import Group


class UserProfileView(View):
    """Camunda 7: UserProfileDto."""

    id: str
    first_name: str | None
    last_name: str | None
    email: str | None


class GroupView(View):
    """Camunda 7: GroupDto."""

    id: str
    name: str | None
    type: str | None

    @classmethod
    def of(cls, row: Group) -> Self:
        """The view of a group."""
        return cls(id=row.id, name=row.name, type=row.kind)


class TenantView(View):
    """Camunda 7: TenantDto."""

    id: str
    name: str | None


class AuthorizationView(View):
    """Camunda 7: AuthorizationDto. Nothing removes authorizations of historic instances here: null."""

    id: str
    type: int
    permissions: list[str]
    user_id: str | None
    group_id: str | None
    resource_type: int
    resource_id: str
    removal_time: CamundaDate | None = None
    root_process_instance_id: str | None = None

    @classmethod
    def of(cls, row: AuthorizationRow) -> Self:
        """The view of an authorization."""
        return cls(
            id=row.id,
            type=row.kind,
            permissions=list(row.permissions),
            user_id=row.user_id,
            group_id=row.group_id,
            resource_type=row.resource_type,
            resource_id=row.resource_id,
        )


class AuthorizationCheckView(View):
    """Camunda 7: AuthorizationCheckResultDto."""

    permission_name: str
    resource_name: str
    resource_id: str | None
    authorized: bool


class MemberView(View):
    """Camunda 7: UserDto of GroupInfoDto."""

    id: str
    first_name: str | None
    last_name: str | None
    display_name: str

    @classmethod
    def of(cls, row: Account) -> Self:
        """The view of a user."""
        name = " ".join(each for each in (row.first_name, row.last_name) if each)
        return cls(id=row.id, first_name=row.first_name, last_name=row.last_name, display_name=name or row.id)


class NamedGroupView(View):
    """Camunda 7: GroupDto of GroupInfoDto."""

    id: str
    name: str | None


class GroupInfoView(View):
    """Camunda 7: GroupInfoDto."""

    groups: list[NamedGroupView]
    group_users: list[MemberView]


class AuthenticationView(View):
    """Camunda 7: AuthenticationResult."""

    authenticated_user: str
    authenticated: bool
    groups: list[str] | None = Field(default=None, description="not filled, as in Camunda 7")
    tenants: list[str] | None = Field(default=None, description="not filled, as in Camunda 7")
