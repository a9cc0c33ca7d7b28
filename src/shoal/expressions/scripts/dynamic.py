"""Scripts whose source is told by an expression when they run. Camunda 7: a source that begins like one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shoal.expressions.errors import ExpressionEvaluationError, ExpressionSyntaxError, ScriptError
from shoal.expressions.expression import compile_expression
from shoal.expressions.scripts.script import Script, ScriptContext


class DynamicScript(Script):
    """The value of an expression, compiled each time it is another."""

    __slots__ = ("_compile", "_expression")

    def __init__(self, language: str, source: str, compile_source: Callable[[str], Script]) -> None:
        """Compile the expression. Raises ScriptError if it is none."""
        super().__init__(language, source)
        self._compile = compile_source
        try:
            self._expression = compile_expression(source.strip())
        except ExpressionSyntaxError as error:
            raise ScriptError(language, str(error)) from error

    def run(self, context: ScriptContext) -> Any:
        try:
            source = self._expression.evaluate(context)
        except ExpressionEvaluationError as error:
            raise ScriptError(self.language, str(error)) from error
        if not isinstance(source, str):
            raise ScriptError(self.language, f"'{self.source.strip()}' yields {source!r}, which is no source")
        return self._compile(source).run(context)


def is_dynamic(source: str) -> bool:
    """Whether the source is an expression that tells the source."""
    return source.lstrip().startswith(("${", "#{"))
