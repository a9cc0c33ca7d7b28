"""Builds the closures of operators; each takes a context and returns a value.

Responsible for evaluation order, short circuits and the fast paths. What the operators mean is
in `arithmetic` and `comparison`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from shoal.expressions.coercion import to_boolean
from shoal.expressions.comparison import empty
from shoal.expressions.context import Context

Run = Callable[[Context], Any]
Binary = Callable[[Any, Any], Any]

_PLAIN: dict[str, Binary] = {
    "<": operator.lt,
    "lt": operator.lt,
    ">": operator.gt,
    "gt": operator.gt,
    "<=": operator.le,
    "le": operator.le,
    ">=": operator.ge,
    "ge": operator.ge,
    "==": operator.eq,
    "eq": operator.eq,
    "!=": operator.ne,
    "ne": operator.ne,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def constant(value: Any) -> Run:
    """Return a closure that always gives `value`."""
    return lambda _context: value


def binary_with_constant(symbol: str, apply: Binary, left: Run, right: Any) -> Run:
    """Return `left symbol right` for a right side known when compiling."""
    plain = _PLAIN.get(symbol)
    kind = type(right)
    # two integers need no coercion, nor do two strings that are compared
    if plain is None or not (kind is int or (kind is str and symbol not in "+-*")):
        return lambda context: apply(left(context), right)

    def run(context: Context) -> Any:
        value = left(context)
        return plain(value, right) if type(value) is kind else apply(value, right)

    return run


def binary(first: Run, rest: Sequence[tuple[Binary, Run]]) -> Run:
    """Return `first op a op b ...`, grouped from the left."""
    if len(rest) == 1:
        apply, right = rest[0]
        return lambda context: apply(first(context), right(context))
    steps = tuple(rest)

    def run(context: Context) -> Any:
        value = first(context)
        for apply, right in steps:
            value = apply(value, right(context))
        return value

    return run


def conjunction(operands: Sequence[Run]) -> Run:
    """Return `a && b && ...`, which stops at the first false."""
    if len(operands) == 2:
        left, right = operands

        def run(context: Context) -> bool:
            value = left(context)
            if value is not True and not to_boolean(value):
                return False
            value = right(context)
            return True if value is True else to_boolean(value)

        return run
    several = tuple(operands)
    return lambda context: all(to_boolean(each(context)) for each in several)


def disjunction(operands: Sequence[Run]) -> Run:
    """Return `a || b || ...`, which stops at the first true."""
    several = tuple(operands)

    def run(context: Context) -> bool:
        for each in several:
            value = each(context)
            if value is True or to_boolean(value):
                return True
        return False

    return run


def negation(operand: Run) -> Run:
    """Return `!operand`."""
    return lambda context: not to_boolean(operand(context))


def emptiness(operand: Run) -> Run:
    """Return `empty operand`."""
    return lambda context: empty(operand(context))


def choice(condition: Run, then: Run, otherwise: Run) -> Run:
    """Return `condition ? then : otherwise`; only the chosen side is evaluated."""
    return lambda context: then(context) if to_boolean(condition(context)) else otherwise(context)
