"""Which script languages there are, and Python and JUEL among them."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.expressions import (
    BpmnError,
    Script,
    ScriptError,
    ScriptLanguageDisabledError,
    ScriptLanguageUnsupportedError,
    compile_script,
)


@pytest.mark.parametrize("name", ["javascript", "JavaScript", "js", "ECMAScript", "nashorn", "graal.js"])
def test_javascript_has_many_names(context_of: Any, name: str) -> None:
    assert compile_script(name, "1 + 1").run(context_of()) == 2


@pytest.mark.parametrize("name", ["groovy", "ruby", "freemarker", ""])
def test_other_languages_are_refused_with_the_supported_ones(name: str) -> None:
    with pytest.raises(ScriptLanguageUnsupportedError, match="javascript, juel"):
        compile_script(name, "1")


def test_python_is_off_unless_it_is_switched_on() -> None:
    with pytest.raises(ScriptLanguageDisabledError, match="SHOAL_PYTHON_SCRIPTS=true"):
        compile_script("python", "1")


def test_a_juel_script_is_an_expression(context_of: Any) -> None:
    assert compile_script("juel", " ${a + 1} ").run(context_of(a=1)) == 2
    with pytest.raises(ScriptError, match="juel"):
        compile_script("juel", "${1 +}")
    with pytest.raises(ScriptError, match="Cannot resolve identifier 'b'"):
        compile_script("juel", "${b}").run(context_of())


def test_the_source_may_be_told_by_an_expression(context_of: Any) -> None:
    told = compile_script("javascript", " ${source} ")
    assert told.run(context_of(source="1 + 1")) == 2
    assert told.run(context_of(source="a * 3", a=2)) == 6
    with pytest.raises(ScriptError, match="Cannot resolve identifier 'source'"):
        told.run(context_of())
    with pytest.raises(ScriptError, match="no source"):
        told.run(context_of(source=7))
    with pytest.raises(ScriptError, match="SyntaxError"):
        told.run(context_of(source="1 +"))
    with pytest.raises(ScriptError, match="javascript"):
        compile_script("javascript", "${1 +}")
    with pytest.raises(ScriptError, match="python"):
        compile_script("python", "${source}", python_enabled=True)


def _python(source: str) -> Script:
    return compile_script("python", source, python_enabled=True)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a + 1", 2),
        ("b = a\nb", 1),
        ("b = a", None),
        ("def f():\n    return a\nf()", 1),
        ("execution.getVariable('a')", 1),
        ("execution.businessKey + execution.business_key", "order-7order-7"),
        ("execution.get_variable('a')", 1),
        ("task.getExecution().getId()", "execution-1"),
        ("S('[1]')", [1]),
        ("import math\nmath.floor(1.5)", 1),
    ],
)
def test_a_python_script_gives_its_last_expression(context_of: Any, source: str, expected: Any) -> None:
    assert _python(source).run(context_of(a=1)) == expected


def test_a_python_script_writes_through_execution_and_task(context_of: Any) -> None:
    context = context_of()
    _python("execution.setVariable('x', {'a': 1})\ntask.assignee = 'ada'").run(context)
    assert context.execution.writes == [("x", {"a": 1})]
    assert context.task.assignee == "ada"


def test_a_python_script_can_throw_a_bpmn_error(context_of: Any) -> None:
    with pytest.raises(BpmnError) as caught:
        _python("raise BpmnError('E1', 'why')").run(context_of())
    assert (caught.value.code, caught.value.message) == ("E1", "why")


@pytest.mark.parametrize(
    ("source", "reason", "line"),
    [
        ("x = 1\nx.nope", "AttributeError", 2),
        ("\n\nraise ValueError('bad')", "ValueError: bad", 3),
        ("def f():\n    1 / 0\n\nf()", "ZeroDivisionError", 2),
        ("raise SystemExit", "SystemExit", 1),
        ("execution.nope()", "has no member 'nope'", 1),
        ("execution.getVariable()", "takes 1 argument", 1),
    ],
)
def test_a_failing_python_script_says_why_and_where(context_of: Any, source: str, reason: str, line: int) -> None:
    with pytest.raises(ScriptError) as caught:
        _python(source).run(context_of())
    assert reason in caught.value.reason
    assert caught.value.line == line


def test_wrong_python_is_found_when_compiling() -> None:
    with pytest.raises(ScriptError) as caught:
        _python("a = 1\nif")
    assert caught.value.line == 2
