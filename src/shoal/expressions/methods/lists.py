"""The methods of lists and other collections: java.util.List and Spin's array.

`add` and `remove` change the very list the variable holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import json_text, to_integer
from shoal.expressions.comparison import same
from shoal.expressions.errors import EvaluationFailure
from shoal.expressions.methods.json_nodes import JSON_METHODS


def _contains(value: Collection[Any], item: Any) -> bool:
    return any(same(each, item) for each in value)


def _get(value: Collection[Any], index: Any) -> Any:
    position = to_integer(index)
    if not 0 <= position < len(value):
        raise EvaluationFailure(f"get({position}) is outside of {len(value)} elements")
    return list(value)[position]


def _index_of(value: Collection[Any], item: Any) -> int:
    return next((index for index, each in enumerate(value) if same(each, item)), -1)


def _add(value: list[Any], first: Any, *rest: Any) -> bool | None:
    if not rest:
        value.append(first)
        return True
    position = to_integer(first)
    if len(rest) > 1 or not 0 <= position <= len(value):
        raise EvaluationFailure(f"add() at {position} is outside of {len(value)} elements")
    value.insert(position, rest[0])
    return None


def _remove(value: list[Any], item: Any) -> Any:
    if type(item) is int:
        if not 0 <= item < len(value):
            raise EvaluationFailure(f"remove({item}) is outside of {len(value)} elements")
        return value.pop(item)
    index = _index_of(value, item)
    if index >= 0:
        del value[index]
    return index >= 0


COLLECTION_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **JSON_METHODS,
        "size": len,
        "length": len,
        "isEmpty": lambda value: len(value) == 0,
        "contains": _contains,
        "containsAll": lambda value, items: all(_contains(value, each) for each in items),
        "get": _get,
        "indexOf": _index_of,
        "elements": list,
        "equals": same,
        "toString": lambda value: json_text(list(value)),
    }
)

LIST_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {**COLLECTION_METHODS, "add": _add, "remove": _remove}
)
