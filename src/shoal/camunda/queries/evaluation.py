"""Expressions in queries: ``${currentUser()}``, ``${dateTime().plusDays(2)}``. They see who asks, and the time.

Whoever may read tasks may send them, so they can do no more than that: the methods are those of dates and of the
list of groups. A method of strings, such as ``matches``, could keep the whole server busy for ever.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.errors import FilterRejectedError
from shoal.expressions import ExpressionError, compile_expression
from shoal.expressions.methods.dates import DATE_METHODS
from shoal.validation import listed

_LONGEST = 2000
_CALL = re.compile(r"\.\s*(\w+)\s*\(")
_METHODS = frozenset(DATE_METHODS) | {"contains", "get", "isEmpty", "size"}


@dataclass(frozen=True)
class Asker:
    """Who asks; nobody, where the server asks nobody for credentials."""

    user_id: str | None = None
    groups: tuple[str, ...] = ()

    def resolve(self, name: str) -> Any:
        """What the functions of expressions need; there are no variables."""
        return {"currentUser": self.user_id, "currentUserGroups": list(self.groups)}[name]

    def now(self) -> datetime:
        """The time."""
        return clock.now()


def evaluated(field: str, text: str, asker: Asker) -> Any:
    """The value of an expression. FilterRejectedError names the field."""
    if len(text) > _LONGEST:
        raise FilterRejectedError(f"{field}: an expression has at most {_LONGEST} characters", field=field)
    refused = [name for name in _CALL.findall(text) if name not in _METHODS]
    if refused:
        allowed = listed(sorted(_METHODS))
        raise FilterRejectedError(
            f"{field}: {refused[0]}() cannot be called in a query; allowed: {allowed}", field=field
        )
    try:
        value = compile_expression(text).evaluate(asker)
    except ExpressionError as error:
        raise FilterRejectedError(f"{field}: {error}", field=field) from None
    if value is None:
        # a condition that is not said would match everything
        raise FilterRejectedError(f"{field}: '{text[:80]}' has no value", field=field)
    return value
