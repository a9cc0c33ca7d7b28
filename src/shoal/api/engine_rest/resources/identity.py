"""``/identity``: who belongs together, and whether a password is right."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.people import (
    AuthenticationView,
    GroupInfoView,
    MemberView,
    NamedGroupView,
)
from shoal.engine.paging import MOST
from shoal.store.queries.accounts import Account


class CredentialsBody(Body):
    """Camunda 7: BasicUserCredentialsDto."""

    username: str | None = None
    password: str | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/identity", "Identity")

    @routes.get("/groups")
    def get_group_info(engine: Acting, me: User, userId: str | None = None) -> GroupInfoView:  # noqa: N803
        """List the groups of a user; with the other members, for those who may look at users."""
        if userId is None:
            raise CamundaError("No user id was supplied")
        if userId == me and engine.users.me() is not None:
            groups = list(engine.groups.mine())
        else:
            groups = engine.groups.list(user_id=userId, sort="name", limit=MOST)
        others: dict[str, Account] = {}
        if me is None or engine.authorizations.check_mine("READ", 1):
            for each in groups:
                others |= {user.id: user for user in engine.users.list(group_id=each.id, limit=MOST)}
        others.pop(userId, None)
        return GroupInfoView(
            groups=[NamedGroupView(id=each.id, name=each.name) for each in groups],
            group_users=[MemberView.of(each) for each in others.values()],
        )

    @routes.post("/verify")
    def verify_user(body: CredentialsBody, engine: Acting) -> AuthenticationView:
        """Say whether a password is right."""
        if body.username is None or body.password is None:
            raise CamundaError("Username and password are required")
        return AuthenticationView(
            authenticated_user=body.username,
            authenticated=engine.users.verify(body.username, body.password),
        )

    @routes.get("/password-policy", status_code=204)
    def get_password_policy() -> None:
        """Show the rules for passwords: none is enabled, which Camunda 7 answers with 404."""
        raise _no_policy()

    @routes.post("/password-policy", status_code=204)
    def check_password() -> None:
        """Check a password against the rules: none is enabled, which Camunda 7 answers with 404."""
        raise _no_policy()

    return routes


def _no_policy() -> CamundaError:
    return CamundaError("No password policy is enabled", status=404)
