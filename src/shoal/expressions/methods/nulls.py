"""The methods a JSON null answers; everything else on null fails."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

NULL_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        "isNull": lambda _value: True,
        "value": lambda value: value,
        "isValue": lambda _value: True,
        "isString": lambda _value: False,
        "isNumber": lambda _value: False,
        "isBoolean": lambda _value: False,
        "isArray": lambda _value: False,
        "isObject": lambda _value: False,
    }
)
