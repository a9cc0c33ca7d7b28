"""EL type coercion (EL 2.2 specification, section 1.18) for Python values.

Responsible for turning one value into the type an operator or a method needs. The operators
themselves are in `arithmetic` and `comparison`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson

from shoal.expressions.errors import EvaluationFailure

Number = int | float | Decimal

_INTEGER = re.compile(r"[+-]?[0-9]{1,400}")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")


def type_name(value: Any) -> str:
    """Return how messages call the type of `value`."""
    if value is None:
        return "null"
    names = {str: "String", bool: "Boolean", int: "Long", float: "Double", dict: "Map"}
    return names.get(type(value)) or type(value).__name__.capitalize()


def cannot_coerce(value: Any, target: str) -> EvaluationFailure:
    """Return the failure for a `value` that is no `target`; the caller raises it."""
    shown = repr(value)
    shown = shown if len(shown) <= 80 else shown[:80] + "..."
    return EvaluationFailure(f"Cannot coerce {shown} of type {type_name(value)} to {target}")


def to_boolean(value: Any) -> bool:
    """Coerce to Boolean: null and "" are false, a string is true if it reads "true"."""
    if value is True or value is False:
        return bool(value)
    if value is None:
        return False
    if isinstance(value, str):
        return value.lower() == "true"
    raise cannot_coerce(value, "Boolean")


def to_integer(value: Any) -> int:
    """Coerce to Long: null and "" are 0, fractions are cut off."""
    if type(value) is int:
        return value
    if value is None or value == "":
        return 0
    if isinstance(value, str):
        if _INTEGER.fullmatch(value):
            return int(value)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            return int(value)
        except (ValueError, OverflowError):
            raise cannot_coerce(value, "Long") from None
    raise cannot_coerce(value, "Long")


def to_float(value: Any) -> float:
    """Coerce to Double: null and "" are 0."""
    if type(value) is float:
        return value
    if value is None or value == "":
        return 0.0
    if isinstance(value, str):
        if _FLOAT.fullmatch(value.strip()):
            return float(value)
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise cannot_coerce(value, "Double") from None
    raise cannot_coerce(value, "Double")


def to_decimal(value: Any) -> Decimal:
    """Coerce to BigDecimal: null and "" are 0, floats go through their shortest text."""
    if isinstance(value, Decimal):
        return value
    if value is None or value == "":
        return Decimal(0)
    if isinstance(value, str):
        if _FLOAT.fullmatch(value):
            return Decimal(value)
    elif isinstance(value, float):
        return Decimal(repr(value))
    elif isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise cannot_coerce(value, "BigDecimal")


def to_text(value: Any) -> str:
    """Coerce to String.

    null is "", floats read as in Java ("1.0E10"), dates as ISO 8601 with milliseconds, lists and
    maps as JSON, bytes as UTF-8.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime):
        return date_text(value)
    if isinstance(value, dict | list | tuple):
        return json_text(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def date_text(value: datetime) -> str:
    """Return ISO 8601 with milliseconds, "Z" for UTC (Joda's DateTime.toString)."""
    text = value.isoformat(timespec="milliseconds")
    return text[:-6] + "Z" if value.tzinfo is not None and text.endswith("+00:00") else text


def json_text(value: Any) -> str:
    """Return compact JSON; values JSON does not know appear as their EL text."""
    try:
        return orjson.dumps(value, default=to_text, option=orjson.OPT_PASSTHROUGH_DATETIME).decode()
    except orjson.JSONEncodeError as error:
        raise EvaluationFailure(f"Cannot write the value as JSON: {error}") from None


def epoch_milliseconds(value: datetime) -> int:
    """Return milliseconds since 1970; a date without a zone counts as UTC."""
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    difference = aware - datetime(1970, 1, 1, tzinfo=UTC)
    return (difference.days * 86_400 + difference.seconds) * 1000 + difference.microseconds // 1000


def _float_text(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = repr(value)
        return text if "e" not in text else format(Decimal(text), "f")
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    kept = "".join(map(str, digits)).rstrip("0") or "0"
    power = int(exponent) + len(digits) - 1
    return f"{'-' if sign else ''}{kept[0]}.{kept[1:] or '0'}E{power}"
