"""Variables among the parameters of a batch: plain JSON values, or values with their type.

``{"amount": 250, "due": {"type": "Date", "value": "2026-01-31T12:00:00+01:00"}}``. An object with exactly
``type`` and ``value`` (and maybe ``valueInfo``) is a typed value; a Json value that looks like one is written as
``{"type": "Json", "value": {...}}``.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator

from shoal.errors import VariableTypeError
from shoal.values import TypedValue, ValueType, infer

_INTEGERS = {ValueType.SHORT: 2**15, ValueType.INTEGER: 2**31, ValueType.LONG: 2**63}
_TYPED = ({"type", "value"}, {"type", "value", "valueInfo"})


def typed_variables(variables: Mapping[str, Any]) -> dict[str, TypedValue]:
    """The values with their types. VariableTypeError names the variable that does not fit."""
    return {name: _typed(name, value) for name, value in variables.items()}


def _typed(name: str, value: Any) -> TypedValue:
    if not isinstance(value, Mapping) or set(value) not in _TYPED:
        if isinstance(value, float) and not math.isfinite(value):
            raise _wrong(name, ValueType.DOUBLE, "a finite number")
        return infer(name, value)
    try:
        kind = ValueType(value["type"])
    except ValueError:
        known = ", ".join(each.value for each in ValueType)
        raise VariableTypeError(
            f"variable '{name}': there is no type '{value['type']}'; supported: {known}", variable=name
        ) from None
    plain = value["value"]
    info = dict(value.get("valueInfo") or {})
    transient = info.pop("transient", False) is True
    if plain is None:
        return TypedValue(ValueType.NULL, None, transient=transient)
    return TypedValue(kind, _fitting(name, kind, plain), info or None, transient)


def _fitting(name: str, kind: ValueType, value: Any) -> Any:
    match kind:
        case ValueType.NULL:
            raise _wrong(name, kind, "null")
        case ValueType.BOOLEAN if not isinstance(value, bool):
            raise _wrong(name, kind, "true or false")
        case ValueType.SHORT | ValueType.INTEGER | ValueType.LONG:
            limit = _INTEGERS[kind]
            if isinstance(value, bool) or not isinstance(value, int) or not -limit <= value < limit:
                raise _wrong(name, kind, f"a whole number of at least -{limit} and less than {limit}")
        case ValueType.DOUBLE:
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise _wrong(name, kind, "a finite number")
            return float(value)
        case ValueType.STRING | ValueType.XML if not isinstance(value, str):
            raise _wrong(name, kind, "a text")
        case ValueType.DATE:
            return _date(name, value)
        case ValueType.BYTES | ValueType.FILE:
            return _bytes(name, kind, value)
    return value


def _date(name: str, value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise _wrong(name, ValueType.DATE, "an ISO 8601 text with a time zone") from None
    if found.tzinfo is None:
        raise _wrong(name, ValueType.DATE, "an ISO 8601 text with a time zone")
    return found


def _bytes(name: str, kind: ValueType, value: Any) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise _wrong(name, kind, "Base64 text") from None


def _wrong(name: str, kind: ValueType, expected: str) -> VariableTypeError:
    return VariableTypeError(f"variable '{name}': a value of type {kind} is {expected}", variable=name)


def _as_json(value: Any) -> Any:
    """Values that only Python has, in the form that JSON has for them."""
    if not isinstance(value, Mapping):
        return value
    return {name: _plain(each) for name, each in value.items()}


def _plain(value: Any) -> Any:
    match value:
        case TypedValue():
            plain = value.value
            if isinstance(plain, datetime):
                plain = plain.isoformat()
            elif isinstance(plain, bytes | bytearray):
                plain = base64.b64encode(plain).decode()
            typed = {"type": value.type.value, "value": plain}
            info = {**(value.info or {}), **({"transient": True} if value.transient else {})}
            return typed | {"valueInfo": info} if info else typed
        case datetime():
            return {"type": ValueType.DATE.value, "value": value.isoformat()}
        case bytes() | bytearray():
            return {"type": ValueType.BYTES.value, "value": base64.b64encode(value).decode()}
        case Decimal():
            return float(value)
        case _:
            return value


VariableMap = Annotated[dict[str, Any], BeforeValidator(_as_json)]
"""Variables by name, as they are kept with the batch."""
