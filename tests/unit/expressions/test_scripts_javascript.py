"""JavaScript scripts: values, the documented API, errors, limits, isolation."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from shoal.expressions import BpmnError, ScriptError, compile_script
from shoal.expressions.scripts.javascript import JavaScript


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("amount * 2", 3000),
        ("var x = 1; x + 1", 2),
        ("if (approved) { 'yes' } else { 'no' }", "yes"),
        ("undefined", None),
        ("null", None),
        ("", None),
        ("true", True),
        ("[1, 2.5, null, undefined]", [1, 2.5, None, None]),
        ("({a: {b: [true]}})", {"a": {"b": [True]}}),
        ("2 ** 53 - 1", 2**53 - 1),
        ("1e300", 1e300),
        ("big", 2**60),
        ("typeof big", "bigint"),
        ("big + 1n", 2**60 + 1),
        ("price", 10.25),
        ("when.getTime()", 1_706_659_200_000),
        ("when", datetime(2024, 1, 31, tzinfo=UTC)),
        ("raw", b"\x00\xff"),
        ("raw[1]", 255),
        ("nested.__proto__", 1),
        ("tagged", {"$shoal": "int", "v": "1"}),
        ("new Map([['a', 1]])", {"a": 1}),
        ("new Set([1, 2])", [1, 2]),
        ("S('{\"a\": 1}').a", 1),
        ("JSON.parse('[1]')", [1]),
        ("now()", datetime(2024, 1, 31, 12, tzinfo=UTC)),
        ("let amount = 5; amount", 5),
        ("amount = 7; amount", 7),
        ("'\\u0000\\u2028😀'", "\x00\u2028😀"),
        ("print(1); console.log(2)", None),
        ("org", "acme"),
        ("typeof missing", "undefined"),
    ],
)
def test_the_value_of_a_script_is_its_last_expression(context_of: Any, source: str, expected: Any) -> None:
    context = context_of(
        amount=1500,
        approved=True,
        big=2**60,
        price=Decimal("10.25"),
        when=datetime(2024, 1, 31, tzinfo=UTC),
        raw=b"\x00\xff",
        nested={"__proto__": 1},
        tagged={"$shoal": "int", "v": "1"},
        org="acme",
    )
    value = compile_script("javascript", source).run(context)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("execution.getVariable('a')", 1),
        ("var n = 'a'; execution.getVariable(n)", 1),
        ("execution.getVariable('missing')", None),
        ("execution.hasVariable('a')", True),
        ("execution.getVariables()", {"a": 1}),
        ("execution.getVariableNames()", ["a"]),
        ("execution.getVariableLocal('a')", 1),
        ("execution.getBusinessKey() + execution.businessKey", "order-7order-7"),
        ("execution.getCurrentActivityName()", "Check the order"),
        ("execution.setVariable('b', 2); execution.getVariable('b') + b", 4),
        ("execution.removeVariable('a'); execution.hasVariable('a')", False),
        ("task.getAssignee()", None),
        ("task.setAssignee('ada'); task.assignee", "ada"),
        ("task.getExecution().getProcessInstanceId()", "instance-1"),
    ],
)
def test_execution_and_task_have_their_java_names(context_of: Any, source: str, expected: Any) -> None:
    assert compile_script("js", source).run(context_of(a=1)) == expected


def test_writes_are_applied_in_order_with_the_values_of_that_moment(context_of: Any) -> None:
    context = context_of()
    source = """
        var order = {lines: [1]};
        execution.setVariable('first', order);
        order.lines.push(2n ** 70n);
        execution.setVariables({second: order});
        task.priority = 10;
        task.addCandidateGroup('sales');
    """
    compile_script("js", source).run(context)
    assert context.execution.writes == [
        ("first", {"lines": [1]}),
        ("second", {"lines": [1, 2**70]}),
    ]
    assert context.task.priority == 10
    assert context.task.groups == ["sales"]


@pytest.mark.parametrize(
    "thrown",
    ["new BpmnError('E1', 'why')", "new org.camunda.bpm.engine.delegate.BpmnError('E1', 'why')"],
)
def test_a_thrown_bpmn_error_surfaces_with_the_writes_before_it(context_of: Any, thrown: str) -> None:
    context = context_of()
    with pytest.raises(BpmnError) as caught:
        compile_script("js", f"execution.setVariable('a', 1); throw {thrown}").run(context)
    assert (caught.value.code, caught.value.message) == ("E1", "why")
    assert context.execution.writes == [("a", 1)]


@pytest.mark.parametrize(
    ("source", "reason", "line"),
    [
        ("\n\nnope()", "'nope' is not defined", 3),
        ("\nthrow new Error('bad')", "Error: bad", 2),
        ("throw 'text'", "text", None),
        ("throw {a: 1}", '{"a":1}', None),
        ("new java.util.ArrayList()", "not available in scripts: java.util.ArrayList", 1),
        ("Java.type('java.util.List')", "java.util.List", 1),
        ("execution.setVariable('a', function () {})", "cannot be stored", 1),
        ("execution.foo()", "not a function", 1),
        ("exact", "not exact", 1),
        ("10n ** 5000n", "out of range", None),
        ("new Date(8.64e15)", "out of range", None),
        ("bean", "not available in JavaScript", 1),
        ("var o = {}; o.o = o; o", "nested deeper", 1),
        ("(function f() { return f() + 1 })()", "stack overflow", 1),
    ],
)
def test_a_failing_script_says_why_and_where_and_writes_nothing(
    context_of: Any, source: str, reason: str, line: int | None
) -> None:
    context = context_of(exact=Decimal("1.12345678901234567890"), bean=object())
    with pytest.raises(ScriptError) as caught:
        compile_script("js", source).run(context)
    assert reason in caught.value.reason
    assert caught.value.line == line
    assert context.execution.writes == []


def test_a_syntax_error_is_found_when_compiling() -> None:
    with pytest.raises(ScriptError, match="SyntaxError") as caught:
        compile_script("js", "var a = 1;\nlet b c")
    assert caught.value.line == 2


def test_compiling_runs_nothing() -> None:
    compile_script("js", "while (true) {}")


def test_a_script_is_stopped_at_the_time_limit(context_of: Any) -> None:
    with pytest.raises(ScriptError, match=r"stopped after 0\.05 seconds"):
        JavaScript("try { while (true) {} } catch (e) {}", time_limit=0.05).run(context_of())


def test_busy_threads_do_not_use_up_the_time_of_a_script(context_of: Any) -> None:
    source = "let sum = 0; for (let i = 0; i < 1e6; i++) sum += i; sum"
    began = time.thread_time()
    JavaScript(source, time_limit=60).run(context_of())
    enough = 3 * (time.thread_time() - began)
    stop = threading.Event()

    def be_busy() -> None:
        while not stop.is_set():
            JavaScript(source, time_limit=60).run(context_of())

    threads = [threading.Thread(target=be_busy) for _ in range(6)]
    for thread in threads:
        thread.start()
    try:
        assert JavaScript(source, time_limit=enough).run(context_of()) == 499999500000
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def test_the_limits_are_those_that_were_compiled_in(context_of: Any) -> None:
    with pytest.raises(ScriptError, match=r"stopped after 0\.05 seconds"):
        compile_script("js", "for (;;) {}", time_limit=0.05).run(context_of())
    with pytest.raises(ScriptError, match="needs more memory than 2048 KiB"):
        compile_script("js", "for (var a = [];;) a.push('x' + a.length)", memory_limit=2 * 1024 * 1024).run(
            context_of()
        )


@pytest.mark.parametrize("source", ["'x'.repeat(1e9)", "var a = []; for (;;) a.push('x' + a.length)"])
def test_a_script_is_stopped_at_the_memory_limit(context_of: Any, source: str) -> None:
    with pytest.raises(ScriptError, match="needs more memory than 4096 KiB"):
        JavaScript(source, memory_limit=4 * 1024 * 1024).run(context_of())


def test_runs_share_nothing(context_of: Any) -> None:
    compile_script("js", "leak = 1; Array.prototype.leak = 2; Object.prototype.x = 3").run(context_of())
    probe = compile_script("js", "[typeof leak, typeof [].leak, typeof ({}).x]")
    assert probe.run(context_of()) == ["undefined"] * 3


@pytest.mark.parametrize("name", ["fetch", "require", "process", "std", "os", "XMLHttpRequest"])
def test_a_script_reaches_neither_network_nor_files(context_of: Any, name: str) -> None:
    assert compile_script("js", f"typeof {name}").run(context_of()) == "undefined"


def test_one_script_runs_in_many_threads(context_of: Any) -> None:
    script = compile_script("js", "execution.setVariable('double', n * 2); n + 1")

    def run(number: int) -> tuple[Any, Any]:
        context = context_of(n=number)
        return script.run(context), context.variables["double"]

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(run, range(100)))
    assert results == [(number + 1, number * 2) for number in range(100)]
