"""What JUEL expressions give: operators, coercion, properties, composite text."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shoal.expressions import (
    ExpressionEvaluationError,
    UnknownPropertyError,
    compile_expression,
)


class Bean:
    open_orders = 3
    _secret = "hidden"

    def do_it(self, *arguments: Any) -> list[Any]:
        return list(arguments)

    def getTitle(self) -> str:  # noqa: N802 - a bean written in Java's manner
        return "title"

    def explode(self) -> None:
        raise ValueError("boom")


VARIABLES: dict[str, Any] = {
    "amount": 1500,
    "approved": True,
    "id": 7,
    "name": "Ada",
    "nothing": None,
    "ratio": 0.5,
    "price": Decimal("10.25"),
    "order": {"items": [{"price": 2.5}, {"price": 4}], "customer": None, "first name": "Ada"},
    "many": [1, 2, 3],
    "bean": Bean(),
    "due": datetime(2024, 2, 1, tzinfo=UTC),
    "android": 1,
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("abc", "abc"),
        ("a\\${b}", "a${b}"),
        ("${amount > 1000 && approved}", True),
        ("#{amount}", 1500),
        ("Order ${id} of ${name}", "Order 7 of Ada"),
        ("<${nothing}>", "<>"),
        ("${ratio}|${approved}|${many}", "0.5|true|[1,2,3]"),
        ("${1 + 2 * 3}", 7),
        ("${(1 + 2) * 3}", 9),
        ("${10 - 3 - 2}", 5),
        ("${-amount}", -1500),
        ("${- -1}", 1),
        ("${7 / 2}", 3.5),
        ("${7 div 2}", 3.5),
        ("${1 / 0}", math.inf),
        ("${-1 / 0}", -math.inf),
        ("${7 mod 3}", 1),
        ("${-7 % 3}", -1),
        ("${7.5 % 2}", 1.5),
        ("${null + 1}", 1),
        ("${null + null}", 0),
        ("${'' + 1}", 1),
        ("${'5' + 1}", 6),
        ("${'1.5' + 1}", 2.5),
        ("${price + 1}", Decimal("11.25")),
        ("${price * 2 == 20.5}", True),
        ("${9223372036854775807}", 2**63 - 1),
        ("${.5}", 0.5),
        ("${1e3}", 1000.0),
        ("${'5' > 3}", True),
        ("${'10' == 10}", True),
        ("${'b' > 'a'}", True),
        ("${approved > 'tru'}", True),
        ("${'false' >= false}", True),
        ("${due > 'x'}", False),
        ("${true > false}", True),
        ("${1 lt 2 and 2 le 2 and 3 gt 2 and 3 ge 3 and 1 eq 1 and 1 ne 2}", True),
        ("${null == null}", True),
        ("${nothing == 1}", False),
        ("${nothing != 1}", True),
        ("${nothing > 1}", False),
        ("${nothing < 1}", False),
        ("${1 == 1.0}", True),
        ("${approved == 'true'}", True),
        ("${'TRUE' && true}", True),
        ("${'yes' || false}", False),
        ("${null || true}", True),
        ("${false && missing}", False),
        ("${true || missing}", True),
        ("${!approved}", False),
        ("${not approved or true}", True),
        ("${empty nothing}", True),
        ("${empty ''}", True),
        ("${empty many}", False),
        ("${not empty name}", True),
        ("${approved ? 'yes' : 'no'}", "yes"),
        ("${false ? 1 : true ? 2 : 3}", 2),
        ("${false ? missing : 3}", 3),
        ("${'it\\'s'}", "it's"),
        ('${"}"}', "}"),
        ("${'\\\\'}", "\\"),
        ("${order.items[1].price}", 4),
        ("${order['first name']}", "Ada"),
        ("${order.items['0'].price}", 2.5),
        ("${order.missing}", None),
        ("${order.customer.name}", None),
        ("${many[3]}", None),
        ("${many[id - 6]}", 2),
        ("${order.getItems().size()}", 2),
        ("${bean.openOrders}", 3),
        ("${bean.title}", "title"),
        ("${bean.doIt(1, name)}", [1, "Ada"]),
        ("${bean.do_it()}", []),
        ("${bean.getOpenOrders()}", 3),
        ("${due > now()}", True),
        ("${android + 1}", 2),
        ("${currentUser()}", None),
        ("${a.empty}", "kept"),
    ],
)
def test_an_expression_gives_what_el_promises(context_of: Any, text: str, expected: Any) -> None:
    context = context_of(**VARIABLES, a={"empty": "kept"})
    value = compile_expression(text).evaluate(context)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("${true + 1}", "Cannot coerce True of type Boolean to Long"),
        ("${'x' + 1}", "Cannot coerce 'x'"),
        ("${name == 5}", "Cannot coerce 'Ada'"),
        ("${due > 1}", "Cannot coerce"),
        ("${due > many}", "Cannot compare"),
        ("${1 && true}", "Cannot coerce 1 of type Long to Boolean"),
        ("${1 % 0}", "Remainder"),
        ("${name.foo}", "a string has no property 'foo'"),
        ("${name.foo()}", "a string has no method foo()"),
        ("${nothing.foo()}", "null"),
        ("${bean.nothing}", "Bean has no property 'nothing'"),
        ("${bean.nothing()}", "Bean has no method 'nothing'"),
        ("${bean._secret}", "no property"),
        ("${bean.__class__}", "no property"),
        ("${bean.__init__()}", "no method"),
        ("${execution.unknown}", "execution has no property 'unknown'"),
        ("${execution.getVariable()}", "takes 1 argument"),
    ],
)
def test_a_failing_evaluation_says_why(context_of: Any, text: str, reason: str) -> None:
    with pytest.raises(ExpressionEvaluationError) as caught:
        compile_expression(text).evaluate(context_of(**VARIABLES))
    assert reason in caught.value.reason
    assert caught.value.text == text


def test_an_unknown_variable_reads_as_in_camunda(context_of: Any) -> None:
    with pytest.raises(UnknownPropertyError) as caught:
        compile_expression("${x}").evaluate(context_of())
    assert caught.value.name == "x"
    assert str(caught.value) == "Unknown property used in expression: ${x}. Cause: Cannot resolve identifier 'x'"


def test_the_exception_of_a_bean_is_the_cause(context_of: Any) -> None:
    with pytest.raises(ExpressionEvaluationError, match="boom") as caught:
        compile_expression("${bean.explode()}").evaluate(context_of(bean=Bean()))
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_bare_name_gives_the_bean_itself(context_of: Any) -> None:
    bean = Bean()
    assert compile_expression("${bean}").evaluate(context_of(bean=bean)) is bean


def test_an_expression_knows_the_names_it_reads() -> None:
    expression = compile_expression("${a.b[c] > f ? S(d).prop(e) : 1} and ${g}")
    assert expression.variables == frozenset("abcdefg") - {"b"}
    assert not expression.is_literal
    assert expression.literal_value is None


def test_a_literal_knows_its_value() -> None:
    expression = compile_expression("abc")
    assert expression.is_literal
    assert expression.literal_value == "abc"
    assert expression.variables == frozenset()


def test_equal_texts_are_compiled_once() -> None:
    assert compile_expression("${once}") is compile_expression("${once}")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1e10, "1.0E10"),
        (1.5e-5, "1.5E-5"),
        (123456.75, "123456.75"),
        (0.001, "0.001"),
        (math.nan, "NaN"),
        (-math.inf, "-Infinity"),
        (Decimal("1.10"), "1.10"),
        (2**70, str(2**70)),
        (datetime(2024, 1, 2, tzinfo=UTC), "2024-01-02T00:00:00.000Z"),
        (b"ok", "ok"),
    ],
)
def test_values_become_text_as_in_java(context_of: Any, value: Any, text: str) -> None:
    assert compile_expression("=${v}").evaluate(context_of(v=value)) == f"={text}"
