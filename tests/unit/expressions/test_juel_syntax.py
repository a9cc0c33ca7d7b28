"""What the compiler refuses, and where it points."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.expressions import (
    ExpressionSyntaxError,
    UnknownFunctionError,
    UnknownMethodError,
    compile_expression,
)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("${", 0),
        ("a ${b", 2),
        ("${}", 2),
        ("${1 +}", 5),
        ("${1 2}", 4),
        ("${a..b}", 4),
        ("${a ? b}", 7),
        ("${'open}", 2),
        ("${'bad \\n escape'}", 7),
        ("${9223372036854775808}", 2),
        ("${a @ b}", 4),
        ("x ${1} ${)}", 9),
        ("${a instanceof b}", 4),
    ],
)
def test_wrong_syntax_is_refused_with_its_position(text: str, position: int) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        compile_expression(text)
    assert caught.value.position == position
    assert caught.value.text == text


@pytest.mark.parametrize(
    "text",
    [
        "${" + "(" * 300 + "1" + ")" * 300 + "}",
        "${" + "!" * 60_000 + "true}",
        "${" + "a[" * 300 + "1" + "]" * 300 + "}",
        "${" + "a?b:" * 300 + "c}",
        "${" + "S(" * 300 + "1" + ")" * 300 + "}",
        "x" * 70_000,
        "ä" * 40_000,
        "${" + "(" * 60_000,
        "${" * 30_000,
    ],
)
def test_excessive_expressions_are_refused_as_syntax(text: str) -> None:
    with pytest.raises(ExpressionSyntaxError):
        compile_expression(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${" + "1+" * 20_000 + "1}", 20_001),
        ("${" + "true&&" * 10_000 + "true}", True),
        ("${" + "(" * 190 + "1" + ")" * 190 + "}", 1),
        ("${" + "-" * 190 + "1}", 1),
        ("${m" + ".m" * 20_000 + "}", None),
    ],
)
def test_long_and_reasonably_deep_expressions_work(context_of: Any, text: str, expected: Any) -> None:
    context = context_of(m={})
    assert compile_expression(text).evaluate(context) == expected


def test_an_unknown_function_is_named_with_the_supported_ones() -> None:
    with pytest.raises(UnknownFunctionError, match=r"unknown function foo\(\).*now\(\)") as caught:
        compile_expression("${foo(1)}")
    assert caught.value.name == "foo"
    assert "now" in caught.value.supported


@pytest.mark.parametrize("target", ["execution", "task"])
def test_an_unknown_method_of_an_implicit_object_is_found_when_compiling(target: str) -> None:
    with pytest.raises(UnknownMethodError, match=r"getVaraible\(\)") as caught:
        compile_expression(f"${{{target}.getVaraible('x')}}")
    assert caught.value.target == target
    assert "getVariable" in caught.value.supported


def test_a_function_with_too_many_arguments_is_refused() -> None:
    with pytest.raises(ExpressionSyntaxError, match="takes 0"):
        compile_expression("${now(1)}")
