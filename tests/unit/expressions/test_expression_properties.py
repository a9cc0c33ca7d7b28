"""Properties that hold for all expressions and all values."""

from __future__ import annotations

import math
import operator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shoal.expressions import ExpressionSyntaxError, compile_expression, compile_script

PIECES = ["${", "}", "#{", "a", ".", "(", ")", "[", "]", "'", '"', "\\", "1", "1.5", "+", "-", "!"]
PIECES += [" and ", " or ", "empty ", "?", ":", "==", "<", "now", "execution", "é", "\n", ",", "$"]


class NoNames:
    def resolve(self, name: str) -> Any:
        raise KeyError(name)

    def now(self) -> datetime:
        return datetime(2024, 1, 1, tzinfo=UTC)


class OneName(NoNames):
    def __init__(self, value: Any) -> None:
        self.value = value

    def resolve(self, name: str) -> Any:
        if name == "value":
            return self.value
        raise KeyError(name)


@st.composite
def arithmetic(draw: st.DrawFn, depth: int = 4) -> tuple[str, int]:
    if depth == 0 or draw(st.booleans()):
        number = draw(st.integers(0, 2**40))
        return str(number), number
    symbol, apply = draw(st.sampled_from([("+", operator.add), ("-", operator.sub), ("*", operator.mul)]))
    left, left_value = draw(arithmetic(depth - 1))
    right, right_value = draw(arithmetic(depth - 1))
    return f"({left} {symbol} {right})", apply(left_value, right_value)


@given(arithmetic())
def test_integer_arithmetic_is_exact(case: tuple[str, int]) -> None:
    text, expected = case
    assert compile_expression(f"${{{text}}}").evaluate(NoNames()) == expected


@given(st.integers(-(2**40), 2**40), st.integers(1, 2**20))
def test_quotient_and_remainder_are_those_of_java(dividend: int, divisor: int) -> None:
    expression = compile_expression("${value[0] / value[1]}")
    assert expression.evaluate(OneName([dividend, divisor])) == dividend / divisor
    remainder = compile_expression("${value[0] % value[1]}").evaluate(OneName([dividend, divisor]))
    assert remainder == int(math.fmod(dividend, divisor))


@given(st.one_of(st.integers(), st.floats(allow_nan=False)), st.integers())
def test_numbers_compare_by_value(left: float, right: int) -> None:
    for symbol, apply in [("<", operator.lt), (">=", operator.ge), ("==", operator.eq)]:
        expression = compile_expression(f"${{value[0] {symbol} value[1]}}")
        assert expression.evaluate(OneName([left, right])) is apply(left, right)


@given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join)))
@settings(max_examples=300)
def test_any_text_compiles_or_is_a_syntax_error(text: str) -> None:
    for candidate in (text, f"${{{text}}}"):
        position = _position_of_error(candidate)
        assert position is None or 0 <= position <= len(candidate)


def _position_of_error(text: str) -> int | None:
    try:
        compile_expression(text)
    except ExpressionSyntaxError as error:
        return error.position
    return None


@given(st.text().filter(lambda text: "${" not in text and "#{" not in text))
def test_text_without_expressions_stands_for_itself(text: str) -> None:
    assert compile_expression(text).evaluate(NoNames()) == text


@given(st.text())
def test_a_quoted_string_is_the_string(text: str) -> None:
    quoted = text.replace("\\", "\\\\").replace("'", "\\'")
    assert compile_expression(f"${{'{quoted}'}}").evaluate(NoNames()) == text


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False).filter(lambda number: not number.is_integer())
    | st.text()
    | st.binary(max_size=20)
    | st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)).map(  # noqa: DTZ001
        lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, fold=0)
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(VALUES)
@settings(max_examples=100, deadline=None)
def test_values_pass_through_javascript_unchanged(value: Any) -> None:
    returned = compile_script("js", "value").run(OneName(value))
    assert _with_types(returned) == _with_types(value)


def _with_types(value: Any) -> Any:
    # 1, 1.0 and True are equal in Python; the order of keys is JavaScript's own
    if isinstance(value, dict):
        return {key: _with_types(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_with_types(each) for each in value]
    return type(value), value
