"""Users: who they are, how they prove it, and which roles they have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from shoal.commands.context import Context
from shoal.engine.access import ADMIN, Logged, allowed
from shoal.engine.paging import check_page
from shoal.errors import InputError, NotFoundError
from shoal.people import accounts, groups
from shoal.people.accounts import IssuedToken
from shoal.people.credentials import Credentials, principal_of
from shoal.people.permissions import Permission
from shoal.people.principal import Principal
from shoal.people.texts import check_ids
from shoal.store.queries.accounts import Account, Token, account_conditions, count_accounts, list_accounts
from shoal.store.queries.groups import RoleGrant, roles_given
from shoal.store.queries.ordering import Order
from shoal.validation import refuse_unknown

Rows = list[Account]

_CONDITIONS = (
    "ids",
    "first_name",
    "first_name_like",
    "last_name",
    "last_name_like",
    "email",
    "email_like",
    "group_id",
    "tenant_id",
)


class Users:
    """``engine.users``. With the first user, the server asks everybody for credentials."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_USERS)
    def list(
        self,
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> Rows:
        """The users that meet all conditions: ``list(last_name_like="A%", group_id="sales")``.

        >>> engine.users.create("mary", password="correct horse", first_name="Mary")
        >>> [user.first_name for user in engine.users.list(ids=("mary",))]
        ['Mary']
        """
        check_page(limit, offset=offset)
        wanted = _parsed(conditions)
        with self._context.database.read() as tx:
            return list_accounts(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_USERS)
    def count(self, **conditions: Any) -> int:
        """How many users meet all conditions."""
        wanted = _parsed(conditions)
        with self._context.database.read() as tx:
            return count_accounts(tx, wanted)

    @allowed(Permission.READ_USERS)
    def get(self, user_id: str) -> Account:
        """One user. NotFoundError."""
        with self._context.database.read() as tx:
            return accounts.existing_user(tx, user_id)

    @allowed(Permission.ANYBODY)
    def me(self) -> Account | None:
        """Who acts; None for whoever opened the engine, and for the credentials of the settings."""
        user_id = self._context.user_id
        with self._context.database.read() as tx:
            return None if user_id is None else accounts.find_user(tx, user_id)

    @allowed(Permission.ANYBODY)
    def verify(self, user_id: str, password: str) -> bool:
        """Whether that is the password of the user. Wrong ones make the next try wait (Camunda 7: the same)."""
        return Credentials(self._context).by_password(user_id, password) is not None

    @allowed(Permission.ANYBODY, Logged("Update", "User", ADMIN, {"password": lambda _a: "***"}))
    def change_own_password(self, old: str, new: str) -> None:
        """Give oneself another password. InputError: the old one is wrong. NotFoundError: who acts is no user."""
        me = self.me()
        if me is None:
            raise NotFoundError("who acts has no password of their own")
        if not self.verify(me.id, old):
            raise InputError("The given authenticated user password is not valid.", field="password")
        accounts.set_password(self._context, me.id, new)

    @allowed(Permission.READ_USERS)
    def principal(self, user_id: str) -> Principal:
        """The user with groups, tenants, roles and authorizations, for ``engine.acting_as``. NotFoundError."""
        return principal_of(self._context, user_id)

    @allowed(Permission.CREATE_USERS, Logged("Create", "User", ADMIN, {"userId": lambda a: a["user_id"]}))
    def create(self, user_id: str, *, password: str | None = None, **profile: str | None) -> None:
        """A new user with ``first_name``, ``last_name``, ``email``; without a password they need a token.

        ConflictError: there is one of that id. InputError.
        """
        refuse_unknown(profile, ("first_name", "last_name", "email"), "users.create")
        accounts.create_user(self._context, user_id, password=password, **profile)

    @allowed(Permission.UPDATE_USERS, Logged("Update", "User", ADMIN, {"userId": lambda a: a["user_id"]}))
    def change(self, user_id: str, *, password: str | None = None, **profile: str | None) -> None:
        """Change ``first_name``, ``last_name``, ``email``, and the password if there is one. NotFoundError."""
        check_ids(user_id=user_id)
        accounts.change_user(self._context, user_id, password=password, **profile)

    @allowed(Permission.UPDATE_USERS, Logged("Update", "User", ADMIN, {"userId": lambda a: a["user_id"]}))
    def set_password(self, user_id: str, password: str) -> None:
        """Give a user another password. NotFoundError; InputError."""
        check_ids(user_id=user_id)
        accounts.set_password(self._context, user_id, password)

    @allowed(Permission.UPDATE_USERS, Logged("Unlock", "User", ADMIN, {"userId": lambda a: a["user_id"]}))
    def unlock(self, user_id: str) -> None:
        """Let somebody who gave wrong passwords try again at once. NotFoundError."""
        check_ids(user_id=user_id)
        accounts.unlock_user(self._context, user_id)

    @allowed(Permission.DELETE_USERS, Logged("Delete", "User", ADMIN, {"userId": lambda a: a["user_id"]}))
    def delete(self, user_id: str) -> None:
        """Remove a user with everything that they were given; what they did stays. NotFoundError."""
        check_ids(user_id=user_id)
        accounts.delete_user(self._context, user_id)

    @allowed(Permission.READ_USERS)
    def tokens(self, user_id: str) -> tuple[Token, ...]:
        """The bearer tokens of a user, without their secrets. NotFoundError."""
        return tuple(accounts.list_tokens(self._context, user_id))

    @allowed(
        Permission.UPDATE_USERS,
        Logged("CreateToken", "User", ADMIN, {"userId": lambda a: a["user_id"], "name": lambda a: a["name"]}),
    )
    def issue_token(self, user_id: str, name: str, *, lifetime: timedelta | None = None) -> IssuedToken:
        """A new bearer token; its ``secret`` is shown this once. NotFoundError; ConflictError: a name in use."""
        return accounts.issue_token(self._context, user_id, name, lifetime=lifetime)

    @allowed(
        Permission.UPDATE_USERS,
        Logged("DeleteToken", "User", ADMIN, {"userId": lambda a: a["user_id"], "name": lambda a: a["name"]}),
    )
    def revoke_token(self, user_id: str, name: str) -> None:
        """Let a token be worth nothing from now on. NotFoundError."""
        check_ids(user_id=user_id, name=name)
        accounts.revoke_token(self._context, user_id, name)

    @allowed(Permission.READ_AUTHORIZATIONS)
    def roles(self, *, user_id: str | None = None, group_id: str | None = None) -> tuple[RoleGrant, ...]:
        """The roles that were given; to that very user or group if one is named."""
        check_ids(user_id=user_id, group_id=group_id)
        with self._context.database.read() as tx:
            return tuple(roles_given(tx, user_id=user_id, group_id=group_id))

    @allowed(
        Permission.CREATE_AUTHORIZATIONS,
        Logged(
            "Create",
            "Authorization",
            ADMIN,
            {
                "role": lambda a: a["role"],
                "userId": lambda a: a.get("user_id"),
                "groupId": lambda a: a.get("group_id"),
            },
        ),
    )
    def give_role(self, role: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
        """Give a user or a group a role: viewer, operator, deployer, admin. NotFoundError; InputError.

        >>> engine.users.create("john", password="battery staple")
        >>> engine.users.give_role("operator", user_id="john")
        >>> john = engine.acting_as(engine.users.principal("john"))
        >>> john.instances.count()
        0
        """
        check_ids(user_id=user_id, group_id=group_id)
        groups.give_role(self._context, role, user_id=user_id, group_id=group_id)

    @allowed(
        Permission.DELETE_AUTHORIZATIONS,
        Logged(
            "Delete",
            "Authorization",
            ADMIN,
            {
                "role": lambda a: a["role"],
                "userId": lambda a: a.get("user_id"),
                "groupId": lambda a: a.get("group_id"),
            },
        ),
    )
    def take_role(self, role: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
        """Take a role away. NotFoundError: it was not given."""
        check_ids(user_id=user_id, group_id=group_id)
        groups.take_role(self._context, role, user_id=user_id, group_id=group_id)


def _parsed(conditions: dict[str, Any]) -> Any:
    refuse_unknown(conditions, _CONDITIONS, "users")
    return account_conditions(**conditions)
