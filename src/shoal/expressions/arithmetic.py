"""The arithmetic operators of EL 2.2 (specification, section 1.7).

Integers are exact; unlike Java's long they do not wrap around beyond 64 bits.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from decimal import Decimal, DecimalException
from typing import Any

from shoal.expressions.coercion import Number, to_decimal, to_float, to_integer
from shoal.expressions.errors import EvaluationFailure

Binary = Callable[[Any, Any], Any]


def add(left: Any, right: Any) -> Number:
    """`left + right`; null counts as 0, strings are read as numbers."""
    return _apply(operator.add, left, right)


def subtract(left: Any, right: Any) -> Number:
    """`left - right`; null counts as 0, strings are read as numbers."""
    return _apply(operator.sub, left, right)


def multiply(left: Any, right: Any) -> Number:
    """`left * right`; null counts as 0, strings are read as numbers."""
    return _apply(operator.mul, left, right)


def divide(left: Any, right: Any) -> Number:
    """`left / right`, always floating; dividing by zero gives Infinity or NaN as in Java."""
    if left is None and right is None:
        return 0
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        try:
            return to_decimal(left) / to_decimal(right)
        except DecimalException:
            raise EvaluationFailure("Division by zero or beyond the range of decimals") from None
    dividend, divisor = to_float(left), to_float(right)
    if divisor == 0:
        if dividend == 0 or math.isnan(dividend):
            return math.nan
        return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)
    return dividend / divisor


def remainder(left: Any, right: Any) -> Number:
    """`left % right` with the sign of the dividend, as in Java."""
    if type(left) is int and type(right) is int:
        dividend, divisor = left, right
    else:
        if left is None and right is None:
            return 0
        if any(isinstance(each, Decimal) or _is_floating(each) for each in (left, right)):
            a, b = to_float(left), to_float(right)
            return math.nan if b == 0 or math.isinf(a) else math.fmod(a, b)
        dividend, divisor = to_integer(left), to_integer(right)
    if divisor == 0:
        raise EvaluationFailure("Remainder of a division by zero")
    size = abs(dividend) % abs(divisor)
    return -size if dividend < 0 else size


def negate(value: Any) -> Number:
    """`-value`; null gives 0."""
    if isinstance(value, Decimal):
        return -value
    if isinstance(value, str) and value == "":
        return 0
    return -to_float(value) if _is_floating(value) else -to_integer(value)


def _apply(apply: Binary, left: Any, right: Any) -> Number:
    result: Number
    if type(left) is int and type(right) is int:
        result = apply(left, right)
    elif isinstance(left, Decimal) or isinstance(right, Decimal):
        try:
            result = apply(to_decimal(left), to_decimal(right))
        except DecimalException:
            raise EvaluationFailure("The result is beyond the range of decimals") from None
    elif _is_floating(left) or _is_floating(right):
        result = apply(to_float(left), to_float(right))
    else:
        result = apply(to_integer(left), to_integer(right))
    return result


def _is_floating(value: Any) -> bool:
    if isinstance(value, str):
        return "." in value or "e" in value or "E" in value
    return isinstance(value, float)


SUMS: dict[str, Binary] = {"+": add, "-": subtract}
PRODUCTS: dict[str, Binary] = {
    "*": multiply,
    "/": divide,
    "div": divide,
    "%": remainder,
    "mod": remainder,
}
