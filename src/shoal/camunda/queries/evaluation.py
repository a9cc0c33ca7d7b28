"""Expressions in queries: ``${currentUser()}``, ``${dateTime().plusDays(2)}``. They see who asks, and the time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.errors import FilterRejectedError
from shoal.expressions import ExpressionError, compile_expression


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
    try:
        value = compile_expression(text).evaluate(asker)
    except ExpressionError as error:
        raise FilterRejectedError(f"{field}: {error}", field=field) from None
    if value is None:
        # a condition that is not said would match everything
        raise FilterRejectedError(f"{field}: '{text[:80]}' has no value", field=field)
    return value
