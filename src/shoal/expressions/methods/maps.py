"""The methods of maps: java.util.Map and Spin's object.

`put` and `remove` change the very map the variable holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import json_text, to_text
from shoal.expressions.comparison import same
from shoal.expressions.errors import EvaluationFailure
from shoal.expressions.methods.json_nodes import JSON_METHODS


def _put(value: dict[Any, Any], key: Any, item: Any) -> Any:
    previous = value.get(key)
    value[key] = item
    return previous


def _prop(value: dict[Any, Any], name: Any, *item: Any) -> Any:
    key = to_text(name)
    if item:
        value[key] = item[0]
        return value
    if key not in value:
        raise EvaluationFailure(f"Unable to find '{key}' in the JSON object")
    return value[key]


MAP_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **JSON_METHODS,
        "get": lambda value, key: value.get(key),
        "getOrDefault": lambda value, key, other: value.get(key, other),
        "containsKey": lambda value, key: key in value,
        "containsValue": lambda value, item: any(same(each, item) for each in value.values()),
        "size": len,
        "isEmpty": lambda value: not value,
        "keySet": list,
        "values": lambda value: list(value.values()),
        "put": _put,
        "remove": lambda value, key: value.pop(key, None),
        "prop": _prop,
        "hasProp": lambda value, name: to_text(name) in value,
        "fieldNames": list,
        "equals": same,
        "toString": json_text,
    }
)
