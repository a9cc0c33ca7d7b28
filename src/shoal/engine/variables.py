"""Variables as callers give them: plain values, or values with their type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.batch.variables import typed_variables
from shoal.values import TypedValue


def typed(variables: Mapping[str, Any] | None) -> dict[str, TypedValue]:
    """Every value with its type. VariableTypeError names the variable that cannot be stored.

    A type is said by a TypedValue, or as in JSON by an object of exactly ``type`` and ``value``.

    >>> typed({"amount": 250, "paid": False, "weight": {"type": "Long", "value": 3}})
    {'amount': TypedValue(Integer, 250), 'paid': TypedValue(Boolean, False), 'weight': TypedValue(Long, 3)}
    """
    return typed_variables(variables or {})
