"""Compiled expressions: the text of an attribute, ready to be evaluated many times.

Responsible for composing literal text with expressions, for the cache and for the limits that
protect the process. The language itself is in `compiler` and its neighbours.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from shoal.errors import means_stop, words_of
from shoal.expressions.coercion import to_text
from shoal.expressions.context import Context
from shoal.expressions.errors import (
    BpmnError,
    EvaluationFailure,
    ExpressionEvaluationError,
    ExpressionSyntaxError,
    UnknownNameFailure,
    UnknownPropertyError,
)
from shoal.expressions.operators import Run, constant
from shoal.expressions.parser import parse
from shoal.expressions.template import Literal, split_template

MAX_BYTES = 64 * 1024
_CACHED_EXPRESSIONS = 16_384


class Expression:
    """An immutable compiled expression; safe to share between threads."""

    __slots__ = ("_run", "is_literal", "literal_value", "text", "variables")

    text: str
    """The text as it was compiled."""
    is_literal: bool
    """True if the text contains no `${...}`."""
    literal_value: str | None
    """The value of a literal (with `\\${` as `${`); None if it is no literal."""
    variables: frozenset[str]
    """The top-level names it reads, implicit objects and beans included."""

    def __init__(self, text: str, run: Run, variables: frozenset[str], literal_value: str | None) -> None:
        self.text = text
        self.variables = variables
        self.is_literal = literal_value is not None
        self.literal_value = literal_value
        self._run = run

    def evaluate(self, context: Context) -> Any:
        """Return the value of the expression.

        Raises UnknownPropertyError for a name the context does not know and
        ExpressionEvaluationError for everything else that fails, with the exception of a bean as
        its cause. A BpmnError thrown by a bean passes unchanged.
        """
        try:
            return self._run(context)
        except UnknownNameFailure as failure:
            raise UnknownPropertyError(failure.name, self.text) from None
        except BpmnError:
            raise
        except BaseException as error:
            # a bean that calls sys.exit() fails; it does not end the thread that runs it
            if means_stop(error):
                raise
            reason = str(error) if isinstance(error, EvaluationFailure) else words_of(error)
            raise ExpressionEvaluationError(self.text, reason) from error

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


@lru_cache(maxsize=_CACHED_EXPRESSIONS)
def compile_expression(text: str) -> Expression:
    """Compile a literal, a single `${...}` or `#{...}`, or text around several of them.

    A single expression keeps the type of its value; composite text gives a string. Equal texts
    share one Expression. Raises ExpressionSyntaxError, or its kinds UnknownFunctionError and
    UnknownMethodError.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise ExpressionSyntaxError(text, MAX_BYTES, f"longer than {MAX_BYTES} bytes")
    parts = split_template(text)
    if len(parts) == 1 and isinstance(parts[0], Literal):
        value = parts[0].text
        return Expression(text, constant(value), frozenset(), value)
    runs: list[Run] = []
    names: frozenset[str] = frozenset()
    for part in parts:
        if isinstance(part, Literal):
            runs.append(constant(part.text))
        else:
            node = parse(part.source, text, part.position)
            runs.append(node.run)
            names |= node.names
    return Expression(text, runs[0] if len(runs) == 1 else _concatenation(runs), names, None)


def _concatenation(runs: list[Run]) -> Run:
    several = tuple(runs)
    return lambda context: "".join([to_text(run(context)) for run in several])
