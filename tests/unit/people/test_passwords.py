"""Passwords: stored hashed, compared slowly the first time only."""

from __future__ import annotations

import pytest

from shoal.errors import InputError
from shoal.people import passwords
from shoal.people.passwords import PasswordCheck, hashed


def test_only_the_right_one_is_right() -> None:
    check, kept = PasswordCheck(), hashed("correct horse")
    assert kept.startswith("$argon2id$")
    assert "horse" not in kept
    assert hashed("correct horse") != kept
    for _ in range(2):
        assert check.is_right("correct horse", kept)
        assert not check.is_right("battery staple", kept)
    assert not check.is_right("correct horse", hashed("another"))
    assert not check.is_right("correct horse", None)
    assert not check.is_right("correct horse", "no hash")
    assert not check.is_right("x" * 100_000, kept)


def test_who_was_right_a_moment_ago_does_not_wait_again(monkeypatch: pytest.MonkeyPatch) -> None:
    check, kept = PasswordCheck(), hashed("correct horse")
    assert check.is_right("correct horse", kept)

    def verify(*_said: object) -> bool:
        raise AssertionError("compared again")

    monkeypatch.setattr(check, "_verify", verify)
    assert check.is_right("correct horse", kept)
    with pytest.raises(AssertionError):
        check.is_right("battery staple", kept)
    later = passwords.time.monotonic() + 61
    monkeypatch.setattr(passwords.time, "monotonic", lambda: later)
    with pytest.raises(AssertionError):
        check.is_right("correct horse", kept)


@pytest.mark.parametrize("password", ["", "x" * 1025, "a\0b"], ids=["empty", "long", "nul"])
def test_what_cannot_be_a_password(password: str) -> None:
    with pytest.raises(InputError):
        hashed(password)
