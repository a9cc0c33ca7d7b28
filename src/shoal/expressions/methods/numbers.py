"""The methods of numbers: java.lang.Number and Spin's typed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import to_float, to_integer, to_text
from shoal.expressions.comparison import compare, same
from shoal.expressions.methods.json_nodes import JSON_METHODS


def _itself(value: Any) -> Any:
    return value


NUMBER_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **JSON_METHODS,
        "intValue": to_integer,
        "longValue": to_integer,
        "shortValue": to_integer,
        "doubleValue": to_float,
        "floatValue": to_float,
        "numberValue": _itself,
        "toString": to_text,
        "equals": same,
        "compareTo": compare,
    }
)
