"""Variables as callers give them: plain Python values, or typed ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.values import TypedValue, infer


def typed(variables: Mapping[str, Any] | None) -> dict[str, TypedValue]:
    """Every value with its type. VariableTypeError names the variable that cannot be stored.

    >>> typed({"amount": 250, "paid": False})
    {'amount': TypedValue(Integer, 250), 'paid': TypedValue(Boolean, False)}
    """
    return {name: infer(name, value) for name, value in (variables or {}).items()}
