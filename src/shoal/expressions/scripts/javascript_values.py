"""Carries values between Python and JavaScript as JSON, without losing precision silently.

To JavaScript: integers beyond 2^53 become BigInt, dates become Date (milliseconds), bytes become
Uint8Array; a decimal becomes a number if the number reads the same. A value JavaScript cannot
hold is refused when the script touches it. To Python: whole numbers up to 2^53 become int, others
float; BigInt becomes int, Date an aware datetime in UTC, undefined and null become None.
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from shoal.expressions.coercion import epoch_milliseconds

_TAG = "$shoal"
_MAX_DEPTH = 200
_MAX_SAFE_INTEGER = 2**53 - 1
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _RefusedError(Exception):
    """The value cannot be a JavaScript value."""


def encode(value: Any) -> Any:
    """Return what JSON can carry; a value JavaScript cannot hold becomes a refusal."""
    try:
        return _encode(value, 0)
    except _RefusedError as refusal:
        return {_TAG: "refused", "v": str(refusal)}


def decode(text: str) -> Any:
    """Return the Python value of JSON that the JavaScript side packed."""
    return json.loads(text, object_hook=_revive)


def _encode(value: Any, depth: int) -> Any:
    if value is None or value is True or value is False or isinstance(value, str):
        return value
    if isinstance(value, int):
        if -_MAX_SAFE_INTEGER <= value <= _MAX_SAFE_INTEGER:
            return value
        return {_TAG: "int", "v": str(value)}
    if isinstance(value, float):
        return value if math.isfinite(value) else {_TAG: "float", "v": _float_name(value)}
    if depth > _MAX_DEPTH:
        raise _RefusedError(f"the value is nested deeper than {_MAX_DEPTH} levels")
    if isinstance(value, list | tuple):
        return [_encode(each, depth + 1) for each in value]
    if isinstance(value, dict):
        pairs = [(str(key), _encode(each, depth + 1)) for key, each in value.items()]
        return {_TAG: "map", "v": pairs} if _TAG in value else dict(pairs)
    if isinstance(value, datetime):
        return {_TAG: "date", "v": epoch_milliseconds(value)}
    if isinstance(value, bytes):
        return {_TAG: "bytes", "v": list(value)}
    if isinstance(value, Decimal):
        number = float(value)
        if math.isfinite(number) and Decimal(repr(number)) == value:
            return int(value) if number.is_integer() and abs(number) < 2**53 else number
        raise _RefusedError(f"the decimal {value} is not exact as a JavaScript number")
    raise _RefusedError(f"a {type(value).__name__} is not available in JavaScript")


def _float_name(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _revive(found: dict[str, Any]) -> Any:
    kind = found.get(_TAG)
    if kind is None:
        return found
    value = found["v"]
    if kind == "map":
        return dict(value)
    if kind == "int":
        return int(value)
    if kind == "float":
        return float(value)
    if kind == "date":
        return _EPOCH + timedelta(milliseconds=value)
    return bytes(value)
