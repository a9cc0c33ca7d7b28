"""Users: created, changed, removed; their passwords and their tokens."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import ConflictError, InputError, NotFoundError
from shoal.ids import new_id
from shoal.people.passwords import hashed
from shoal.people.texts import chosen_id
from shoal.store.database import Tx
from shoal.store.queries import accounts
from shoal.store.queries.accounts import Account, Token
from shoal.validation import refuse_unknown

_PREFIX = "shoal_"
_PROFILE = ("first_name", "last_name", "email")


class IssuedToken(NamedTuple):
    """A new token. ``secret`` is shown this once; only its hash is kept."""

    token: Token
    secret: str


def create_user(
    ctx: Context,
    user_id: str,
    *,
    password: str | None = None,
    first_name: str | None = None,
    last_name: str | None = None,
    email: str | None = None,
) -> None:
    """A new user. ConflictError: there is one of that id. InputError: a text that cannot be."""
    chosen_id("id", user_id)
    profile = _profile({"first_name": first_name, "last_name": last_name, "email": email})
    password_hash = None if password is None else hashed(password)
    with ctx.database.write() as tx:
        tx.dialect.lock_names(tx.connection, [f"shoal.user:{user_id}"])
        if accounts.find_accounts(tx, [user_id]):
            raise ConflictError(f"there is a user '{user_id}' already", user_id=user_id)
        row = {"id": user_id, "password_hash": password_hash, "failed_logins": 0, "created_at": clock.now()}
        accounts.insert_account(tx, row | profile)


def change_user(ctx: Context, user_id: str, *, password: str | None = None, **profile: str | None) -> None:
    """Change ``first_name``, ``last_name`` or ``email``, and the password if there is one.

    NotFoundError; InputError.
    """
    refuse_unknown(profile, _PROFILE, "change_user")
    values: dict[str, Any] = _profile(profile)
    if password is not None:
        values |= {"password_hash": hashed(password), "failed_logins": 0, "locked_until": None}
    with ctx.database.write() as tx:
        if values and not accounts.change_account(tx, user_id, **values):
            raise unknown_user(user_id)


def set_password(ctx: Context, user_id: str, password: str) -> None:
    """Give a user another password, and let them try again at once. NotFoundError; InputError."""
    password_hash = hashed(password)
    with ctx.database.write() as tx:
        if not accounts.change_account(
            tx, user_id, password_hash=password_hash, failed_logins=0, locked_until=None
        ):
            raise unknown_user(user_id)


def unlock_user(ctx: Context, user_id: str) -> None:
    """Let somebody who gave wrong passwords try again at once. NotFoundError."""
    with ctx.database.write() as tx:
        if not accounts.change_account(tx, user_id, failed_logins=0, locked_until=None):
            raise unknown_user(user_id)


def delete_user(ctx: Context, user_id: str) -> None:
    """Remove a user with everything that they were given. What they did stays. NotFoundError."""
    with ctx.database.write() as tx:
        if not accounts.delete_account(tx, user_id):
            raise unknown_user(user_id)


def issue_token(ctx: Context, user_id: str, name: str, *, lifetime: timedelta | None = None) -> IssuedToken:
    """A new bearer token of a user, for ``lifetime``; None: until it is revoked.

    NotFoundError: no such user. ConflictError: they have a token of that name. InputError.
    """
    if not name:
        raise InputError("name: a token needs a name", field="name")
    checked("name", name)
    if lifetime is not None and not timedelta(0) < lifetime <= timedelta(days=36_500):
        raise InputError("lifetime: more than nothing and at most 36,500 days", field="lifetime")
    now = clock.now()
    expires_at = None if lifetime is None else now + lifetime
    secret = _PREFIX + secrets.token_urlsafe(32)
    token = Token(new_id(), user_id, name, now, expires_at)
    with ctx.database.write() as tx:
        existing_user(tx, user_id)
        tx.dialect.lock_names(tx.connection, [f"shoal.token:{user_id}"])
        if any(each.name == name for each in accounts.tokens_of(tx, user_id)):
            raise ConflictError(f"user '{user_id}' has a token '{name}' already", user_id=user_id, name=name)
        accounts.insert_token(
            tx,
            {
                "id": token.id,
                "account_id": user_id,
                "name": name,
                "digest": digest_of(secret),
                "created_at": now,
                "expires_at": expires_at,
            },
        )
    return IssuedToken(token, secret)


def revoke_token(ctx: Context, user_id: str, name: str) -> None:
    """Let a token be worth nothing from now on. NotFoundError."""
    with ctx.database.write() as tx:
        if not accounts.delete_token(tx, user_id, name):
            raise NotFoundError(f"user '{user_id}' has no token '{name}'", user_id=user_id, name=name)


def list_tokens(ctx: Context, user_id: str) -> list[Token]:
    """The tokens of a user, without their secrets. NotFoundError."""
    with ctx.database.read() as tx:
        existing_user(tx, user_id)
        return accounts.tokens_of(tx, user_id)


def digest_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def find_user(tx: Tx, user_id: str) -> Account | None:
    """The user; None if there is none."""
    return accounts.find_accounts(tx, [user_id]).get(user_id)


def existing_user(tx: Tx, user_id: str) -> Account:
    """The user. NotFoundError."""
    found = find_user(tx, user_id)
    if found is None:
        raise unknown_user(user_id)
    return found


def unknown_user(user_id: str) -> NotFoundError:
    """The error for a user who does not exist."""
    return NotFoundError(f"there is no user '{user_id}'", user_id=user_id)


def _profile(said: dict[str, Any]) -> dict[str, str | None]:
    return {name: checked(name, text) for name, text in said.items()}


def locked_until(failed_logins: int, now: datetime) -> datetime:
    """When the next try is possible. Camunda 7: 3 seconds at first, twice as long each time, at most a minute."""
    return now + timedelta(seconds=min(60, 3 * 2 ** min(failed_logins - 1, 10)))
