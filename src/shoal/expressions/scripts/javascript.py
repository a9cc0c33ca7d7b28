"""Scripts in JavaScript, run by QuickJS with limits of time and memory.

Every run has an interpreter of its own, which is created, used and dropped in one thread: runs
share nothing, and threads need no locks. What a script reads is handed over before it runs; what
it writes to `execution` and `task` is applied in order after it ended, also when it ended with a
BpmnError, but not when it failed.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from typing import Any

import quickjs

from shoal.expressions.errors import BpmnError, EvaluationFailure, ScriptError
from shoal.expressions.execution_api import VIEW_METHODS, invoke
from shoal.expressions.scripts.javascript_host import program
from shoal.expressions.scripts.javascript_plan import collect, plan_for
from shoal.expressions.scripts.javascript_values import decode
from shoal.expressions.scripts.script import Script, ScriptContext

LANGUAGE = "javascript"
TIME_LIMIT_SECONDS = 5.0
MEMORY_LIMIT_BYTES = 64 * 1024 * 1024
STACK_LIMIT_BYTES = 1024 * 1024

_LINE = re.compile(r"<input>:(\d+)")
_PARSED = "parsed"
_INTERRUPTED = "InternalError: interrupted"
_NEARLY = 0.9


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What an interpreter said; it holds no object of the interpreter."""

    text: str
    failed: bool


class JavaScript(Script):
    """A JavaScript source, checked once; the value is that of its last expression statement."""

    __slots__ = ("_memory_limit", "_plan", "_source_literal", "_time_limit")

    def __init__(
        self,
        source: str,
        time_limit: float = TIME_LIMIT_SECONDS,
        memory_limit: int = MEMORY_LIMIT_BYTES,
    ) -> None:
        """Check the syntax of `source`. Raises ScriptError if it is wrong.

        `time_limit` is in seconds of processor time of the thread that runs the script; `memory_limit` is in
        bytes.
        """
        super().__init__(LANGUAGE, source)
        self._time_limit = time_limit
        self._memory_limit = memory_limit
        self._source_literal = json.dumps(source)
        self._plan = plan_for(source)
        # a program that throws at once is parsed as a whole, but none of it is run
        checked = json.dumps(f"throw '{_PARSED}';{source}")
        outcome = _interpret(f"(0, eval)({checked})", time_limit, memory_limit)
        if not outcome.text.startswith(_PARSED):
            raise _failure(outcome, time_limit, memory_limit)

    def run(self, context: ScriptContext) -> Any:
        data, views = collect(self._plan, context)
        code = program(data, self._source_literal, self._plan.parts)
        outcome = _interpret(code, self._time_limit, self._memory_limit)
        if outcome.failed:
            raise _failure(outcome, self._time_limit, self._memory_limit)
        try:
            result = decode(outcome.text)
        except (ValueError, OverflowError, RecursionError) as error:
            # a BigInt of thousands of digits, a date beyond the year 9999
            raise ScriptError(LANGUAGE, f"a value is out of range: {error}") from None
        if "error" in result:
            line = _line(result["stack"]) if result["stack"] else None
            raise ScriptError(LANGUAGE, self._explained(result["error"]), line)
        _apply(result["journal"], views)
        if "bpmn" in result:
            code, message = result["bpmn"]
            raise BpmnError(code, message or None)
        return result["result"]

    def _explained(self, error: str) -> str:
        if error == "null":
            # without memory for an error object QuickJS throws null
            return f"threw null, or needs more memory than {self._memory_limit // 1024} KiB"
        if error == "InternalError: out of memory":
            return f"needs more memory than {self._memory_limit // 1024} KiB"
        return error


def _interpret(code: str, time_limit: float, memory_limit: int) -> _Outcome:
    # QuickJS counts the processor time of the whole process, in which other threads have a share. A run that was
    # stopped before its own thread used up the time has changed nothing and is made again, with more of it.
    allowed = time_limit
    while True:
        began = time.thread_time()
        outcome = _interpret_once(code, allowed, memory_limit)
        used = time.thread_time() - began
        if used >= time_limit * _NEARLY or not (outcome.failed and outcome.text.startswith(_INTERRUPTED)):
            return outcome
        allowed *= 2


def _interpret_once(code: str, time_limit: float, memory_limit: int) -> _Outcome:
    # returns instead of raising: a traceback would keep the interpreter alive, and it must be
    # dropped by the thread that made it
    interpreter = quickjs.Context()
    interpreter.set_memory_limit(memory_limit)
    interpreter.set_time_limit(time_limit)
    interpreter.set_max_stack_size(STACK_LIMIT_BYTES)
    try:
        return _Outcome(str(interpreter.eval(code)), False)
    except (quickjs.JSException, UnicodeDecodeError) as error:
        return _Outcome(str(error), True)


def _failure(outcome: _Outcome, time_limit: float, memory_limit: int) -> ScriptError:
    text = outcome.text
    if text.startswith(_INTERRUPTED):
        return ScriptError(LANGUAGE, f"stopped after {time_limit:g} seconds of processor time")
    if text.startswith(("null", "InternalError: out of memory")):
        return ScriptError(LANGUAGE, f"needs more memory than {memory_limit // 1024} KiB")
    return ScriptError(LANGUAGE, text.split("\n", 1)[0], _line(text))


def _line(stack: str) -> int:
    # QuickJS leaves out the number of the first line
    found = _LINE.search(stack)
    return int(found[1]) if found else 1


def _apply(journal: list[tuple[str, str, list[Any]]], views: dict[str, Any]) -> None:
    for target, java_name, arguments in journal:
        member = VIEW_METHODS[target][java_name]
        try:
            invoke(views[target], java_name, member, tuple(arguments))
        except EvaluationFailure as failure:
            raise ScriptError(LANGUAGE, str(failure)) from None
