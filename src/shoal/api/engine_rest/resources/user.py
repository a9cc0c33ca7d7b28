"""``/user``: users, their profiles and their passwords."""

from __future__ import annotations

import contextlib

from fastapi import APIRouter
from pydantic import Field

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.people import UserProfileView
from shoal.camunda.queries.user import UserQuery
from shoal.engine import Engine
from shoal.errors import NotFoundError


class ProfileBody(Body):
    """Camunda 7: UserProfileDto."""

    id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    email: str | None = None


class PasswordBody(Body):
    """A password."""

    password: str | None = None


class UserBody(Body):
    """Camunda 7: UserDto."""

    profile: ProfileBody | None = None
    credentials: PasswordBody | None = None


class CredentialsBody(Body):
    """Camunda 7: UserCredentialsDto."""

    password: str | None = None
    authenticated_user_password: str | None = Field(None, description="the password of who sends the request")


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/user", "User")
    queried(
        routes,
        UserQuery,
        UserProfileView,
        find=lambda engine, query, page: engine.users.list(
            sort=query.orders() or "id", offset=page.first, limit=page.most, **query.conditions()
        ),
        count=lambda engine, query: engine.users.count(**query.conditions()),
        what="users",
        by_post=False,
    )
    _add_changes(routes)
    _add_passwords(routes)
    return routes


def _add_changes(routes: APIRouter) -> None:
    @routes.post("/create", status_code=204)
    def create_user(body: UserBody, engine: Acting) -> None:
        """Make a user."""
        profile = body.profile
        if profile is None or profile.id is None:
            raise CamundaError("request object must provide profile information with valid id.")
        engine.users.create(
            profile.id,
            password=None if body.credentials is None else body.credentials.password,
            first_name=profile.first_name,
            last_name=profile.last_name,
            email=profile.email,
        )

    @routes.get("/{user_id}/profile")
    def get_user_profile(user_id: str, engine: Acting, me: User) -> UserProfileView:
        """Show a user; everybody may look at themselves."""
        found = engine.users.me() if user_id == me else None
        try:
            return UserProfileView.of(found or engine.users.get(user_id))
        except NotFoundError:
            raise _unknown(user_id) from None

    @routes.put("/{user_id}/profile", status_code=204)
    def update_user_profile(user_id: str, body: ProfileBody, engine: Acting) -> None:
        """Change a user."""
        try:
            engine.users.change(user_id, first_name=body.first_name, last_name=body.last_name, email=body.email)
        except NotFoundError:
            raise _unknown(user_id) from None

    @routes.delete("/{user_id}", status_code=204)
    def delete_user(user_id: str, engine: Acting) -> None:
        """Remove a user, if there is one."""
        with contextlib.suppress(NotFoundError):
            engine.users.delete(user_id)


def _add_passwords(routes: APIRouter) -> None:
    @routes.put("/{user_id}/credentials", status_code=204)
    def update_user_credentials(user_id: str, body: CredentialsBody, engine: Acting, me: User) -> None:
        """Give a user another password; who sends the request says their own, too."""
        if body.password is None:
            raise CamundaError("The password cannot be null.")
        try:
            if user_id == me and engine.users.me() is not None:
                engine.users.change_own_password(body.authenticated_user_password or "", body.password)
            else:
                _check_own(engine, body.authenticated_user_password)
                engine.users.set_password(user_id, body.password)
        except NotFoundError:
            raise _unknown(user_id) from None

    @routes.post("/{user_id}/unlock", status_code=204)
    def unlock_user(user_id: str, engine: Acting) -> None:
        """Let somebody who gave wrong passwords try again at once."""
        try:
            engine.users.unlock(user_id)
        except NotFoundError:
            raise _unknown(user_id) from None


def _check_own(engine: Engine, password: str | None) -> None:
    """Users prove once more who they are; the credentials of the settings and tokens of no password need not."""
    me = engine.users.me()
    if me is not None and me.has_password and not engine.users.verify(me.id, password or ""):
        raise CamundaError("The given authenticated user password is not valid.")


def _unknown(user_id: str) -> CamundaError:
    return CamundaError(f"User with id {user_id} does not exist", status=404)
