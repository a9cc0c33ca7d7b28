"""Expressions as models of Camunda 7 write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import service

from shoal.errors import ExecutionError, ShoalError

KNOWN: dict[str, Any] = {
    "n": 7,
    "d": 2.5,
    "s": "text",
    "yes": True,
    "nothing": None,
    "items": ["a", "b", "c"],
    "order": {"customer": {"name": "ann"}, "lines": [{"price": 10}, {"price": 20}], "due date": "now"},
    "when": datetime(2030, 5, 1, tzinfo=UTC),
    "blank": "",
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${n + 1}", 8),
        ("${n / 2}", 3.5),
        ("${n div 2}", 3.5),
        ("${n % 4}", 3),
        ("${n mod 4}", 3),
        ("${-n}", -7),
        ("${'1' + '2'}", 3),
        ("${n + '3'}", 10),
        ("${n + d}", 9.5),
        ("${n == 7 && yes}", True),
        ("${n eq 7 and not yes}", False),
        ("${n gt 5 or nothing == null}", True),
        ("${n >= 7 ? 'big' : 'small'}", "big"),
        ("${n ne 7}", False),
        ("${'b' > 'a'}", True),
        ("${n == '7'}", True),
        ("${empty nothing}", True),
        ("${empty blank}", True),
        ("${!empty items}", True),
        ("${empty items ? 0 : items.size()}", 3),
        ("${nothing == null}", True),
        ("${items[1]}", "b"),
        ("${items['1']}", "b"),
        ("${order.customer.name}", "ann"),
        ("${order['customer']['name']}", "ann"),
        ("${order['due date']}", "now"),
        ("${order.lines[1].price + order.lines[0].price}", 30),
        ("${order.missing}", None),
        ("${items.contains('b')}", True),
        ("${s.length()}", 4),
        ("${s.toUpperCase()}", "TEXT"),
        ("${s.substring(1, 3)}", "ex"),
        ("${s.concat('!').startsWith('te')}", True),
        ("Hello ${s}!", "Hello text!"),
        ("${n}${n}", "77"),
        ("#{n}", 7),
        ("${execution.getVariable('n')}", 7),
        ("${execution.hasVariable('absent')}", False),
        ("${execution.getVariable('absent')}", None),
        ("${execution.processBusinessKey}", "order-1"),
        ("${execution.processInstanceId == null}", False),
        ("${execution.currentActivityId}", "t"),
        ("${execution.getVariables().size() > 3}", True),
        ("${nothing + 1}", 1),
        ("${true && false || true}", True),
        ("${(1 + 2) * 3}", 9),
        ("${1.5e3}", 1500.0),
        ('${"double"}', "double"),
        ("${'it\\'s'}", "it's"),
        ("${n lt 10 ? (yes ? 'a' : 'b') : 'c'}", "a"),
        ("${order.containsKey('lines')}", True),
        ("${order.get('customer').name}", "ann"),
        ("${dateTime().plusDays(1).toDate() != null}", True),
        ("${now() != null}", True),
    ],
)
def test_the_value(play: Any, text: Any, value: Any) -> None:
    quoted = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    body = service("t", f'camunda:expression="{quoted}" camunda:resultVariable="found"')
    found = play("s > t > after > e", body=body, **KNOWN).value("found")
    assert found == value
    assert isinstance(found, type(value))


@pytest.mark.parametrize(
    "text", ["${absent}", "${empty absent}", "${absent == null}", "${s.nonsense()}", "${n.x.y}"]
)
def test_what_is_not_known_fails(play: Any, text: Any) -> None:
    with pytest.raises(ExecutionError):
        play("s > t > e", body=service("t", f'camunda:expression="{text}"'), **KNOWN)


@pytest.mark.parametrize("text", ["${", "${1 +}", "${a b}", "${}"])
def test_what_cannot_be_read_is_refused_with_the_model(play: Any, text: Any) -> None:
    with pytest.raises(ShoalError):
        play("s > t > e", body=service("t", f'camunda:expression="{text}"'))


def test_beans_have_methods_and_properties(play: Any, host: Any) -> None:
    class Bean:
        rate = 3

        def times(self, number: int) -> int:
            return number * self.rate

    host.callables["bean"] = Bean()
    body = service("t", 'camunda:expression="${bean.times(n) + bean.rate}" camunda:resultVariable="found"')
    assert play("s > t > after > e", body=body, n=2).value("found") == 9


def test_a_call_may_set_a_variable(play: Any) -> None:
    body = service("t", "camunda:expression=\"${execution.setVariable('y', n + 1)}\"")
    assert play("s > t > after > e", body=body, n=2).value("y") == 3


def test_a_variable_hides_a_bean(play: Any, host: Any) -> None:
    host.callables["n"] = object()
    body = service("t", 'camunda:expression="${n}" camunda:resultVariable="found"')
    assert play("s > t > after > e", body=body, n=2).value("found") == 2
