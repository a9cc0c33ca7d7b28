"""Methods called on values: finds the table for the kind of value and calls the method.

Models written for Camunda 7 call Java's methods; each kind of value has its own table beside
this file. Everything that is not a value of a known kind is a bean.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from shoal.expressions.errors import EvaluationFailure
from shoal.expressions.methods.beans import call_bean
from shoal.expressions.methods.booleans import BOOLEAN_METHODS
from shoal.expressions.methods.bytearrays import BYTES_METHODS
from shoal.expressions.methods.dates import DATE_METHODS
from shoal.expressions.methods.lists import COLLECTION_METHODS, LIST_METHODS
from shoal.expressions.methods.maps import MAP_METHODS
from shoal.expressions.methods.nulls import NULL_METHODS
from shoal.expressions.methods.numbers import NUMBER_METHODS
from shoal.expressions.methods.strings import STRING_METHODS

Methods = Mapping[str, Callable[..., Any]]

_BY_TYPE: dict[type, tuple[str, Methods]] = {
    str: ("a string", STRING_METHODS),
    bool: ("a boolean", BOOLEAN_METHODS),
    int: ("a number", NUMBER_METHODS),
    float: ("a number", NUMBER_METHODS),
    Decimal: ("a number", NUMBER_METHODS),
    list: ("a list", LIST_METHODS),
    tuple: ("a list", COLLECTION_METHODS),
    set: ("a set", COLLECTION_METHODS),
    frozenset: ("a set", COLLECTION_METHODS),
    dict: ("a map", MAP_METHODS),
    datetime: ("a date", DATE_METHODS),
    bytes: ("bytes", BYTES_METHODS),
    type(None): ("null", NULL_METHODS),
}


def table_of(value: Any) -> tuple[str, Methods] | None:
    """Return what messages call the kind of `value` and its methods; None for a bean."""
    found = _BY_TYPE.get(type(value))
    if found is not None:
        return found
    for kind in type(value).__mro__[1:]:
        if kind in _BY_TYPE:
            return _BY_TYPE[kind]
    return None


def call_method(value: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """Call the method `name` of `value`. Raises EvaluationFailure if there is none."""
    table = table_of(value)
    if table is None:
        return call_bean(value, name, arguments)
    kind, methods = table
    method = methods.get(name)
    if method is not None:
        return method(value, *arguments)
    if isinstance(value, dict) and not arguments:
        for prefix in ("get", "is"):
            if name.startswith(prefix) and len(name) > len(prefix):
                rest = name[len(prefix) :]
                return value.get(rest[0].lower() + rest[1:], value.get(rest))
    if value is None:
        raise EvaluationFailure(f"Cannot call {name}(): the value before it is null")
    raise EvaluationFailure(f"{kind} has no method {name}(); supported are {', '.join(sorted(methods))}")
