"""Camunda Spin's questions to a JSON node, which every value answers.

Responsible for the methods that are the same for all kinds of values. `prop`, `elements` and
the typed values are in the tables of the kinds that have them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _itself(value: Any) -> Any:
    return value


JSON_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "isNull": lambda _value: False,
        "isString": lambda value: isinstance(value, str),
        "isNumber": _is_number,
        "isBoolean": lambda value: isinstance(value, bool),
        "isArray": lambda value: isinstance(value, list),
        "isObject": lambda value: isinstance(value, dict),
        "isValue": lambda value: not isinstance(value, list | dict),
        "value": _itself,
        "unwrap": _itself,
    }
)
