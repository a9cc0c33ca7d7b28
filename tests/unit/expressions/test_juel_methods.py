"""The Java methods that values answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.expressions import ExpressionEvaluationError, compile_expression

JSON = '{"a": {"n": 5, "t": "x", "b": true, "z": null, "l": [1, 2]}}'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s.length()", 5),
        ("s.isEmpty()", False),
        ("s.empty", False),
        ("s.equals('Hello')", True),
        ("s.equalsIgnoreCase('hELLO')", True),
        ("s.contains('ell')", True),
        ("s.startsWith('He')", True),
        ("s.endsWith('lo')", True),
        ("s.toUpperCase().toLowerCase()", "hello"),
        ("' x '.trim()", "x"),
        ("s.substring(1)", "ello"),
        ("s.substring(1, 3)", "el"),
        ("s.indexOf('l')", 2),
        ("s.replace('l', 'L')", "HeLLo"),
        ("s.replaceAll('(l+)', '<$1>')", "He<ll>o"),
        ("'a,b,,'.split(',')", ["a", "b"]),
        ("',a'.split(',')", ["", "a"]),
        ("'a,b,c'.split(',', 2)", ["a", "b,c"]),
        ("s.matches('H.*o')", True),
        ("s.concat(1)", "Hello1"),
        ("s.charAt(1)", "e"),
        ("l.size()", 3),
        ("l.isEmpty()", False),
        ("l.contains(2)", True),
        ("l.contains('2')", False),
        ("l.get(1)", 2),
        ("l.indexOf(3)", 2),
        ("l.add(4)", True),
        ("l.remove(0)", 1),
        ("m.get('k')", 1),
        ("m.containsKey('k')", True),
        ("m.size()", 1),
        ("m.isEmpty()", False),
        ("m.keySet()", ["k"]),
        ("m.values()", [1]),
        ("m.put('n', 2)", None),
        ("m.k", 1),
        ("n.intValue()", 2),
        ("n.longValue()", 2),
        ("n.doubleValue()", 2.75),
        ("n.toString()", "2.75"),
        ("n.equals(2.75)", True),
        ("n.compareTo(3)", -1),
        ("d.getTime()", 1_706_659_200_000),
        ("d.time", 1_706_659_200_000),
        ("d.toString()", "2024-01-31T00:00:00.000Z"),
        ("d.before(now())", True),
        ("d.after(now())", False),
        ("d.plusDays(1)", datetime(2024, 2, 1, tzinfo=UTC)),
        ("d.minusDays('31')", datetime(2023, 12, 31, tzinfo=UTC)),
        ("d.plusHours(25)", datetime(2024, 2, 1, 1, tzinfo=UTC)),
        ("d.plusMinutes(1)", datetime(2024, 1, 31, 0, 1, tzinfo=UTC)),
        ("d.plusSeconds(1)", datetime(2024, 1, 31, 0, 0, 1, tzinfo=UTC)),
        ("d.plusWeeks(1)", datetime(2024, 2, 7, tzinfo=UTC)),
        ("d.plusMonths(1)", datetime(2024, 2, 29, tzinfo=UTC)),
        ("d.plusYears(1).toDate()", datetime(2025, 1, 31, tzinfo=UTC)),
        ("d.minusMonths(2)", datetime(2023, 11, 30, tzinfo=UTC)),
        ("dateTime().plusHours(1)", datetime(2024, 1, 31, 13, tzinfo=UTC)),
        ("S(j).prop('a').prop('n').numberValue()", 5),
        ("JSON(j).prop('a').prop('t').stringValue()", "x"),
        ("S(j).prop('a').prop('b').boolValue()", True),
        ("S(j).prop('a').prop('z').isNull()", True),
        ("S(j).prop('a').prop('l').elements().get(1).value()", 2),
        ("S(j).prop('a').hasProp('q')", False),
    ],
)
def test_a_method_answers_as_in_java(context_of: Any, text: str, expected: Any) -> None:
    day = datetime(2024, 1, 31, tzinfo=UTC)
    context = context_of(s="Hello", l=[1, 2, 3], m={"k": 1}, n=2.75, d=day, j=JSON)
    value = compile_expression(f"${{{text}}}").evaluate(context)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "'a'.substring(2)",
        "'a'.charAt(1)",
        "'a'.matches('(')",
        "l.get(3)",
        "S('{')",
        "S('{}').prop('x')",
        "S('{\"x\": 1}').prop('x').stringValue()",
        "now().plusYears(9000)",
        "'a'.length(1)",
    ],
)
def test_a_method_that_fails_is_an_evaluation_error(context_of: Any, text: str) -> None:
    with pytest.raises(ExpressionEvaluationError):
        compile_expression(f"${{{text}}}").evaluate(context_of(l=[1]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("execution.getVariable('a')", 1),
        ("execution.hasVariable('b')", False),
        ("execution.processBusinessKey", "order-7"),
        ("execution.getProcessInstanceId()", "instance-1"),
        ("execution.id", "execution-1"),
        ("execution.getVariables().size()", 1),
        ("task.assignee", None),
        ("task.execution.businessKey", "order-7"),
        ("task.getExecution().getVariable('a')", 1),
        ("task.name.length()", 7),
    ],
)
def test_the_implicit_objects_have_their_java_names(context_of: Any, text: str, expected: Any) -> None:
    assert compile_expression(f"${{{text}}}").evaluate(context_of(a=1)) == expected


def test_an_expression_can_write_variables_and_task_attributes(context_of: Any) -> None:
    context = context_of(who="ada")
    compile_expression("${execution.setVariable('x', 1 + 1)}").evaluate(context)
    compile_expression("${task.setAssignee(who)}").evaluate(context)
    compile_expression("${task.addCandidateGroup('sales')}").evaluate(context)
    assert context.execution.writes == [("x", 2)]
    assert context.task.assignee == "ada"
    assert context.task.groups == ["sales"]


def test_a_process_variable_hides_an_implicit_object(context_of: Any) -> None:
    context = context_of(task={"name": "mine", "foo": 2})
    assert compile_expression("${task.name}").evaluate(context) == "mine"
    assert compile_expression("${task.foo}").evaluate(context) == 2
