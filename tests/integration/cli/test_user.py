"""``shoal user``."""

from __future__ import annotations

from typing import Any


def test_users_are_added_listed_changed_and_removed(shoal: Any) -> None:
    assert shoal("user", "tenant", "north", "--name", "The north").returncode == 0
    added = shoal(
        "user",
        "add",
        "mary",
        "--password-stdin",
        "--first-name",
        "Mary",
        "--role",
        "operator",
        "--role",
        "deployer",
        "--tenant",
        "north",
        given="a secret\n",
    )
    assert (added.returncode, added.stdout) == (0, "Added user mary.\n")
    (listed,) = shoal.json("user", "list")
    assert (listed["id"], listed["first_name"], listed["has_password"]) == ("mary", "Mary", True)
    assert (listed["roles"], listed["tenants"]) == (["deployer", "operator"], ["north"])
    assert "a secret" not in str(listed)
    assert shoal("user", "role", "mary", "operator", "--take").returncode == 0
    assert shoal("user", "role", "mary", "viewer").returncode == 0
    assert shoal.json("user", "list")[0]["roles"] == ["deployer", "viewer"]
    assert shoal("user", "list").stdout == "mary\tMary\t\t\tdeployer viewer\tnorth\tyes\n"
    assert shoal("user", "password", "mary", "--password-stdin", given="another\n").returncode == 0
    assert shoal("user", "remove", "mary").stdout == "Removed user mary.\n"
    assert shoal.json("user", "list") == []


def test_a_token_is_shown_once(shoal: Any) -> None:
    shoal("user", "add", "robot", "--no-password")
    issued = shoal("user", "token", "robot", "ci", "--days", "3")
    assert issued.returncode == 0
    assert issued.stdout.startswith("shoal_")
    assert shoal("user", "token", "robot", "ci").returncode == 4
    assert shoal("user", "token", "robot", "ci", "--revoke").returncode == 0
    assert shoal("user", "token", "robot", "ci", "--revoke").returncode == 3
    assert shoal.json("user", "token", "robot", "ci")["secret"].startswith("shoal_")


def test_what_cannot_be_is_refused_and_changes_nothing(shoal: Any) -> None:
    shoal("user", "add", "mary", "--no-password")
    assert shoal("user", "add", "mary", "--no-password").returncode == 4
    assert shoal("user", "add", "a/b", "--no-password").returncode == 2
    assert shoal("user", "add", "john").returncode == 2
    assert shoal("user", "add", "john", "--password-stdin", given="\n").returncode == 2
    assert shoal("user", "add", "john", "--no-password", "--role", "king").returncode == 2
    assert shoal("user", "add", "john", "--no-password", "--tenant", "nowhere").returncode == 2
    assert shoal("user", "remove", "nobody").returncode == 3
    assert shoal("user", "role", "nobody", "viewer").returncode == 3
    assert [each["id"] for each in shoal.json("user", "list")] == ["mary"]
