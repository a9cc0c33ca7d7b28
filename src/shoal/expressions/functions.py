"""The functions an expression can call without a target, such as `now()`.

One table; what is not in it is refused when the expression is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import orjson

from shoal.expressions.context import Context
from shoal.expressions.errors import EvaluationFailure


@dataclass(frozen=True, slots=True)
class Function:
    """A function with a fixed number of arguments; the context comes first."""

    arguments: int
    call: Callable[..., Any]


def parse_json(_context: Context | None, value: Any) -> Any:
    """Camunda Spin's `S()` and `JSON()`: read text as JSON; other values stay as they are."""
    if not isinstance(value, str | bytes):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError as error:
        raise EvaluationFailure(f"The text is not JSON: {error}") from None


def _now(context: Context) -> datetime:
    return context.now()


def _current_user(context: Context) -> Any:
    try:
        return context.resolve("currentUser")
    except KeyError:
        return None


def _current_user_groups(context: Context) -> Any:
    try:
        return context.resolve("currentUserGroups")
    except KeyError:
        return []


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "now": Function(0, _now),
        "dateTime": Function(0, _now),
        "currentUser": Function(0, _current_user),
        "currentUserGroups": Function(0, _current_user_groups),
        "S": Function(1, parse_json),
        "JSON": Function(1, parse_json),
    }
)
