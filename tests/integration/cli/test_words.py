"""What the command says of itself: its version, its flags, and who asked."""

from __future__ import annotations

import getpass
import json
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import pytest
from pydantic import BaseModel

from shoal.cli.options import model_parameters
from shoal.filters import InstanceFilter, JobFilter, VariableCondition
from shoal.filters.definitions import DefinitionFilter


def test_the_version(shoal: Any) -> None:
    ended = shoal("--version")
    assert (ended.returncode, ended.stdout) == (0, f"shoal {version('shoal')}\n")


def test_flags_read_well() -> None:
    flags = [each.annotation.__metadata__[0].default for each in model_parameters(InstanceFilter)]
    assert "--with-incident/--without-incident" in flags
    assert "--without-tenant/--with-tenant" in flags
    assert "--running/--not-running" in flags
    assert not any("--no-with" in each for each in flags)


@pytest.mark.parametrize("model", [InstanceFilter, JobFilter, DefinitionFilter, VariableCondition])
def test_every_field_of_a_filter_is_described(model: type[BaseModel]) -> None:
    assert [name for name, field in model.model_fields.items() if not field.description] == []


def test_who_asked_is_the_user_of_the_system_unless_said(shoal: Any, model: Callable[[str], str]) -> None:
    shoal("deploy", model("plain"))
    me = getpass.getuser()
    for said, who in (((), me), (("--started-by", "ada"), "ada")):
        order = shoal("start", "plain", *said).stdout.strip()
        (found,) = json.loads(shoal("instances", "--ids", order, "--json").stdout)
        assert found["started_by"] == who
    for said, who in (((), me), (("--created-by", "ada"), "ada")):
        made = shoal("batch", "create", "suspend-instances", "--ids", order, "--suspended", *said, "--json")
        assert json.loads(made.stdout)["created_by"] == who


def test_unknown_parts_of_a_filter_are_named_together_with_the_known_ones(shoal: Any) -> None:
    ended = shoal("batch", "create", "suspend-instances", "--filter", '{"colour": "red"}')
    assert ended.returncode == 2
    assert "colour: there is no such field; allowed: ids, definition_id" in ended.stderr


@pytest.mark.parametrize("limit", ["-1", "0", "1000000000000"])
def test_limits_are_checked(shoal: Any, limit: str) -> None:
    for command in (("instances",), ("batch", "list")):
        ended = shoal(*command, "--limit", limit)
        assert ended.returncode == 2
        assert "--limit" in ended.stderr
