"""Scripts in the language "juel": the source is one expression."""

from __future__ import annotations

from typing import Any

from shoal.expressions.errors import ExpressionEvaluationError, ExpressionSyntaxError, ScriptError
from shoal.expressions.expression import compile_expression
from shoal.expressions.scripts.script import Script, ScriptContext

LANGUAGE = "juel"


class JuelScript(Script):
    """An expression in the place of a script."""

    __slots__ = ("_expression",)

    def __init__(self, source: str) -> None:
        """Compile `source`. Raises ScriptError if it is no valid expression."""
        super().__init__(LANGUAGE, source)
        try:
            self._expression = compile_expression(source.strip())
        except ExpressionSyntaxError as error:
            raise ScriptError(LANGUAGE, str(error)) from error

    def run(self, context: ScriptContext) -> Any:
        try:
            return self._expression.evaluate(context)
        except ExpressionEvaluationError as error:
            raise ScriptError(LANGUAGE, str(error)) from error
