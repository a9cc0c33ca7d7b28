"""The methods of booleans: java.lang.Boolean and Spin's typed value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import to_text
from shoal.expressions.comparison import same
from shoal.expressions.methods.json_nodes import JSON_METHODS

BOOLEAN_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **JSON_METHODS,
        "booleanValue": bool,
        "boolValue": bool,
        "toString": to_text,
        "equals": same,
    }
)
