"""Passwords: hashed with argon2, slowly on purpose; who was right a moment ago need not wait again."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from shoal.errors import InputError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""The least that OWASP recommends for argon2id."""
_AT_ONCE = threading.Semaphore(4)
_KEPT_SECONDS = 60.0
_KEPT = 1024
_LONGEST = 1024


def check_password(password: str) -> str:
    """The password itself. InputError if nobody can have it."""
    if not password or len(password) > _LONGEST or "\0" in password:
        raise InputError(f"password: 1 to {_LONGEST} characters without NUL", field="password")
    return password


def hashed(password: str) -> str:
    """What is stored of a password."""
    with _AT_ONCE:
        return _HASHER.hash(check_password(password).encode("utf-8", "surrogateescape"))


class PasswordCheck:
    """Compares passwords with hashes. What was right is known for a minute, as long as the hash is the same."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._right: OrderedDict[str, tuple[bytes, float]] = OrderedDict()
        self._changing = threading.Lock()

    @cached_property
    def _nobody(self) -> str:
        """What the passwords of those are compared with who do not exist."""
        return hashed(secrets.token_urlsafe())

    def was_right(self, password: str, password_hash: str | None) -> bool:
        """Whether it was right a moment ago; this takes no time."""
        return password_hash is not None and self._is_known(password_hash, self._given(password))

    def is_right(self, password: str, password_hash: str | None) -> bool:
        """Whether it is that password. Without a hash it never is, and that takes as long."""
        if self.was_right(password, password_hash):
            return True
        given = self._given(password)
        if not self._verify(password, password_hash or self._nobody) or password_hash is None:
            return False
        with self._changing:
            self._right[password_hash] = (given, time.monotonic() + _KEPT_SECONDS)
            self._right.move_to_end(password_hash)
            if len(self._right) > _KEPT:
                self._right.popitem(last=False)
        return True

    def _given(self, password: str) -> bytes:
        return hmac.digest(self._key, password.encode("utf-8", "surrogateescape"), hashlib.sha256)

    def _is_known(self, password_hash: str, given: bytes) -> bool:
        with self._changing:
            known, until = self._right.get(password_hash, (b"", 0.0))
        return time.monotonic() < until and hmac.compare_digest(known, given)

    def _verify(self, password: str, password_hash: str) -> bool:
        if len(password) > _LONGEST:
            return False
        try:
            with _AT_ONCE:
                return _HASHER.verify(password_hash, password.encode("utf-8", "surrogateescape"))
        except (Argon2Error, InvalidHashError):
            return False
