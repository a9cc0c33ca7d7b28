"""Whose credentials they are, and what that user may do."""

from __future__ import annotations

from shoal import clock
from shoal.commands.context import Context
from shoal.people.accounts import digest_of, locked_until, unknown_user
from shoal.people.passwords import PasswordCheck
from shoal.people.permissions import Role
from shoal.people.principal import ADMIN_GROUP, Principal, Rule, RuleKind
from shoal.people.resources import BY_NUMBER
from shoal.store.database import Tx
from shoal.store.queries import accounts


class Credentials:
    """Looks users up. One per server: it remembers for a minute which passwords were right."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._check = PasswordCheck()

    def by_known_password(self, user_id: str, password: str) -> Principal | None:
        """The user, if that was the password a moment ago; this is quick. None says nothing."""
        if "\0" in user_id:
            return None
        with self._ctx.database.whole.read() as tx:
            secret = accounts.secret_of(tx, user_id)
        if secret is None or secret.failed_logins or not self._check.was_right(password, secret.password_hash):
            return None
        return principal_of(self._ctx, user_id)

    def by_password(self, user_id: str, password: str) -> Principal | None:
        """The user, if that is the password. Wrong ones make the next try wait (Camunda 7: the same).

        It takes as long for those who do not exist, or have to wait: it does not tell who there is. Of tries at
        the same time, none is right that ends after a wrong one.
        """
        if "\0" in user_id:
            return None
        with self._ctx.database.whole.read() as tx:
            secret = accounts.secret_of(tx, user_id)
        right = self._check.is_right(password, None if secret is None else secret.password_hash)
        now = clock.now()
        if secret is None or (secret.locked_until is not None and secret.locked_until > now):
            return None
        if right and not secret.failed_logins:
            with self._ctx.database.whole.read() as tx:
                seen = accounts.secret_of(tx, user_id)
            if seen == secret:
                return principal_of(self._ctx, user_id)
        with self._ctx.database.whole.write() as tx:
            tx.dialect.lock_names(tx.connection, [f"shoal.user:{user_id}"])
            seen = accounts.secret_of(tx, user_id)
            if seen is None or seen.password_hash != secret.password_hash:
                return None
            if seen.locked_until is not None and seen.locked_until > now:
                return None
            failed = 0 if right else seen.failed_logins + 1
            until = None if right else locked_until(failed, now)
            accounts.change_account(tx, user_id, failed_logins=failed, locked_until=until)
        return principal_of(self._ctx, user_id) if right else None

    def by_token(self, secret: str) -> Principal | None:
        """Whose bearer token it is; None if it is nobody's, was revoked, or has expired."""
        with self._ctx.database.whole.read() as tx:
            user_id = accounts.user_of_token(tx, digest_of(secret), clock.now())
        return None if user_id is None else principal_of(self._ctx, user_id)

    def are_needed(self) -> bool:
        """Whether there is any user."""
        with self._ctx.database.whole.read() as tx:
            return accounts.any_account(tx)


def principal_of(ctx: Context, user_id: str) -> Principal:
    """The user with everything that decides what they may do. NotFoundError."""
    with ctx.database.read() as tx:
        if not accounts.find_accounts(tx, [user_id]):
            raise unknown_user(user_id)
        return build_principal(tx, user_id)


def build_principal(tx: Tx, user_id: str) -> Principal:
    """The same, whether there is such a user or not."""
    found = accounts.membership_of(tx, user_id)
    roles = {Role(each) for each in found.roles}
    if ADMIN_GROUP in found.groups:
        roles.add(Role.ADMIN)
    rules = tuple(
        Rule(RuleKind(kind), by_group, BY_NUMBER[resource], resource_id, frozenset(permissions))
        for kind, by_group, resource, resource_id, permissions in found.rules
    )
    tenants = None if Role.ADMIN in roles else frozenset(found.tenants)
    return Principal(user_id, tuple(found.groups), tenants, frozenset(roles), rules)
