"""Scripts in Python, for installations that switch them on.

Python code is not isolated from the engine: it can do whatever the process can, and no limit
of time or memory holds. That is why `compile_script` refuses it unless told otherwise.
"""

from __future__ import annotations

import ast
import builtins
from types import CodeType
from typing import Any

from shoal.expressions.errors import BpmnError, EvaluationFailure, ScriptError
from shoal.expressions.execution_api import VIEW_METHODS
from shoal.expressions.functions import parse_json
from shoal.expressions.scripts.facade import ViewFacade
from shoal.expressions.scripts.script import Script, ScriptContext

LANGUAGE = "python"
_FILE = "<script>"


class PythonScript(Script):
    """A Python script, compiled once; its value is that of its last expression statement."""

    __slots__ = ("_body", "_names", "_value")

    def __init__(self, source: str) -> None:
        """Compile `source`. Raises ScriptError for syntax errors."""
        super().__init__(LANGUAGE, source)
        try:
            tree = ast.parse(source, _FILE)
            last = tree.body[-1] if tree.body else None
            value: CodeType | None = None
            if isinstance(last, ast.Expr):
                tree.body.pop()
                value = compile(ast.Expression(last.value), _FILE, "eval")
            self._body = compile(tree, _FILE, "exec")
            self._value = value
        except SyntaxError as error:
            raise ScriptError(LANGUAGE, error.msg or "invalid syntax", error.lineno) from None
        except (ValueError, RecursionError, MemoryError) as error:
            raise ScriptError(LANGUAGE, f"cannot be compiled: {error}") from None
        self._names = frozenset(_names(self._body)) | frozenset(_names(value))

    def run(self, context: ScriptContext) -> Any:
        scope: dict[str, Any] = {
            "__builtins__": builtins,
            "__name__": "script",
            "BpmnError": BpmnError,
            "S": lambda value: parse_json(None, value),
        }
        for name in self._names:
            try:
                value = context.resolve(name)
            except KeyError:
                continue
            methods = VIEW_METHODS.get(name)
            is_view = methods is not None and not isinstance(value, dict)
            scope[name] = ViewFacade(name, value) if is_view else value
        try:
            exec(self._body, scope)  # noqa: S102 - the purpose of this file; off by default
            if self._value is None:
                return None
            return eval(self._value, scope)  # noqa: S307 - as above
        except BpmnError:
            raise
        except (Exception, SystemExit) as error:
            reason = str(error) if isinstance(error, EvaluationFailure) else _described(error)
            raise ScriptError(LANGUAGE, reason, _line(error)) from error


def _names(code: CodeType | None) -> set[str]:
    if code is None:
        return set()
    names = set(code.co_names)
    for each in code.co_consts:
        if isinstance(each, CodeType):
            names |= _names(each)
    return names


def _described(error: BaseException) -> str:
    text = str(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _line(error: BaseException) -> int | None:
    line: int | None = None
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == _FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line
