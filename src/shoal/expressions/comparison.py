"""Equality, order and emptiness in EL 2.2 (specification, sections 1.8 and 1.10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from shoal.expressions.coercion import (
    cannot_coerce,
    to_boolean,
    to_decimal,
    to_float,
    to_integer,
    to_text,
    type_name,
)
from shoal.expressions.errors import EvaluationFailure

Comparison = Callable[[Any, Any], bool]


def equal(left: Any, right: Any) -> bool:
    """`left == right`; numbers compare by value, a string beside a number is read as one.

    null equals only null. Raises EvaluationFailure if the string is no number.
    """
    kind = type(left)
    if kind is type(right) and (kind is str or kind is int or kind is bool):
        return bool(left == right)
    if left is None or right is None:
        return left is right
    numbers = _as_numbers(left, right)
    if numbers is not None:
        return bool(numbers[0] == numbers[1])
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, str) or isinstance(right, str):
        return to_text(left) == to_text(right)
    return bool(left == right)


def same(left: Any, right: Any) -> bool:
    """Java's `equals` for method calls: no coercion between types, but 1 equals 1.0."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def compare(left: Any, right: Any) -> int:
    """Return -1, 0 or 1 for two values that are not null (2: not comparable, such as NaN).

    A string beside something that is no number is compared with its text (EL 2.2, section 1.8.1). Raises
    EvaluationFailure for values that have no common order.
    """
    numbers = _as_numbers(left, right)
    if numbers is not None:
        left, right = numbers
    elif isinstance(left, str) or isinstance(right, str):
        left, right = to_text(left), to_text(right)
    elif not any(isinstance(left, kind) and isinstance(right, kind) for kind in (bool, datetime)):
        raise EvaluationFailure(f"Cannot compare {type_name(left)} with {type_name(right)}")
    try:
        if left < right:
            return -1
        if left > right:
            return 1
        return 0 if left == right else 2
    except TypeError as error:
        raise EvaluationFailure(f"Cannot compare: {error}") from None


def less(left: Any, right: Any) -> bool:
    """`left < right`; false if either is null."""
    return left is not None and right is not None and compare(left, right) == -1


def greater(left: Any, right: Any) -> bool:
    """`left > right`; false if either is null."""
    return left is not None and right is not None and compare(left, right) == 1


def less_or_equal(left: Any, right: Any) -> bool:
    """`left <= right`; null <= null is true, null beside anything else false."""
    if left is None or right is None:
        return left is right
    return compare(left, right) in (-1, 0)


def greater_or_equal(left: Any, right: Any) -> bool:
    """`left >= right`; null >= null is true, null beside anything else false."""
    if left is None or right is None:
        return left is right
    return compare(left, right) in (0, 1)


def unequal(left: Any, right: Any) -> bool:
    """`left != right`."""
    return not equal(left, right)


def empty(value: Any) -> bool:
    """`empty value`: null, "", and lists and maps without elements are empty."""
    if value is None:
        return True
    if isinstance(value, str | list | dict | tuple | set | frozenset | bytes):
        return len(value) == 0
    return False


def _as_numbers(left: Any, right: Any) -> tuple[Any, Any] | None:
    if not (_is_number(left) or _is_number(right)):
        return None
    for each in (left, right):
        if isinstance(each, bool) or not isinstance(each, int | float | Decimal | str):
            raise cannot_coerce(each, "Number")
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        return to_decimal(left), to_decimal(right)
    if isinstance(left, float) and isinstance(right, int):
        return left, right
    if isinstance(left, int) and isinstance(right, float):
        return left, right
    if isinstance(left, float) or isinstance(right, float):
        return to_float(left), to_float(right)
    return to_integer(left), to_integer(right)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


RELATIONS: dict[str, Comparison] = {
    "<": less,
    "lt": less,
    ">": greater,
    "gt": greater,
    "<=": less_or_equal,
    "le": less_or_equal,
    ">=": greater_or_equal,
    "ge": greater_or_equal,
}
EQUALITIES: dict[str, Comparison] = {"==": equal, "eq": equal, "!=": unequal, "ne": unequal}
