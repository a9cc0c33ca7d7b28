"""Reading `a.b` and `a[b]` (EL 2.2: the map, list, array and bean resolvers)."""

from __future__ import annotations

from typing import Any

from shoal.expressions.coercion import to_integer, to_text
from shoal.expressions.errors import EvaluationFailure
from shoal.expressions.methods import table_of
from shoal.expressions.methods.beans import read_bean


def read_property(value: Any, name: str) -> Any:
    """Return `value.name`.

    null gives null, a key that a map does not have gives null. Raises EvaluationFailure if any
    other value has no such property.
    """
    if type(value) is dict:
        return value.get(name)
    if value is None:
        return None
    if isinstance(value, dict):
        return value.get(name)
    table = table_of(value)
    if table is None:
        return read_bean(value, name)
    kind, methods = table
    for prefix in ("get", "is"):
        getter = methods.get(f"{prefix}{name[:1].upper()}{name[1:]}")
        if getter is not None and name not in ("", "get", "is"):
            return getter(value)
    raise EvaluationFailure(f"{kind} has no property '{name}'")


def read_index(value: Any, key: Any) -> Any:
    """Return `value[key]`; an index outside of the list gives null, as in EL."""
    if value is None or key is None:
        return None
    if isinstance(value, dict):
        try:
            return value.get(key)
        except TypeError:
            raise EvaluationFailure("A list or map cannot be the key of a map") from None
    if isinstance(value, list | tuple):
        index = to_integer(key)
        return value[index] if 0 <= index < len(value) else None
    return read_property(value, to_text(key))
