"""The errors of expressions and scripts.

Responsible for naming what went wrong and for messages a modeller understands. Not responsible
for deciding what the engine does about them (retry, incident, boundary event).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shoal.errors import ExecutionError, InputError, ShoalError


class ExpressionError(ShoalError):
    """Base of everything that can be wrong with an expression."""


class ExpressionSyntaxError(ExpressionError, InputError):
    """The text cannot be compiled; `position` is the 0-based offset in `text`."""

    code = "expression.syntax"

    def __init__(self, text: str, position: int, reason: str) -> None:
        InputError.__init__(self, f"Invalid expression {_shortened(text)!r} at position {position}: {reason}")
        self.text = text
        self.position = position
        self.reason = reason


class UnknownFunctionError(ExpressionSyntaxError):
    """A function that does not exist is called, such as `${foo(1)}`; found when compiling."""

    def __init__(self, text: str, position: int, name: str, supported: Iterable[str]) -> None:
        self.name = name
        self.supported = tuple(sorted(supported))
        listed = ", ".join(f"{each}()" for each in self.supported)
        super().__init__(text, position, f"unknown function {name}(); supported are {listed}")


class UnknownMethodError(ExpressionSyntaxError):
    """A method that `execution` or `task` does not have is called; found when compiling."""

    def __init__(self, text: str, position: int, target: str, name: str, supported: Iterable[str]) -> None:
        self.target = target
        self.name = name
        self.supported = tuple(sorted(supported))
        listed = ", ".join(self.supported)
        super().__init__(text, position, f"{target} has no method {name}(); supported are {listed}")


class ExpressionEvaluationError(ExpressionError, ExecutionError):
    """Evaluation failed. The exception of a called bean, if any, is the `__cause__`."""

    code = "expression.evaluation"

    def __init__(self, text: str, reason: str) -> None:
        ExecutionError.__init__(self, f"Error while evaluating expression: {text}. Cause: {reason}")
        self.text = text
        self.reason = reason


class UnknownPropertyError(ExpressionEvaluationError):
    """No variable and no bean has this name.

    Camunda 7: "Unknown property used in expression: ${x}. Cause: Cannot resolve identifier 'x'".
    """

    def __init__(self, name: str, text: str | None = None) -> None:
        self.name = name
        self.text = text if text is not None else f"${{{name}}}"
        self.reason = f"Cannot resolve identifier '{name}'"
        ExecutionError.__init__(self, f"Unknown property used in expression: {self.text}. Cause: {self.reason}")


class EvaluationFailure(Exception):  # noqa: N818 - never leaves this package
    """Raised by the parts of an expression, which do not know the text they belong to.

    `Expression.evaluate` turns it into `ExpressionEvaluationError`.
    """


class UnknownNameFailure(EvaluationFailure):
    """The context has no such name; `Expression.evaluate` adds the text."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class BpmnError(Exception):
    """A business error thrown by a delegate or a script, to be caught by an error event.

    Camunda 7: org.camunda.bpm.engine.delegate.BpmnError.
    """

    def __init__(self, code: str, message: str | None = None, variables: Mapping[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.variables: dict[str, Any] = dict(variables or {})


class ScriptError(ExecutionError):
    """A script does not compile, threw an error or hit a limit; `line` is 1-based if known.

    `reason` is the error alone, `message` the whole sentence with language and line.
    """

    code = "script.failed"

    def __init__(self, language: str, message: str, line: int | None = None) -> None:
        where = "" if line is None else f" in line {line}"
        super().__init__(f"{language} script failed{where}: {message}")
        self.language = language
        self.reason = message
        self.line = line


class ScriptLanguageDisabledError(ScriptError):
    """The language exists but is switched off; the message names the setting."""


class ScriptLanguageUnsupportedError(ScriptError):
    """The engine does not speak this language; the message lists the ones it does."""

    def __init__(self, language: str, supported: Iterable[str]) -> None:
        self.supported = tuple(supported)
        super().__init__(language, f"the language is not supported; supported are {', '.join(self.supported)}")


def _shortened(text: str) -> str:
    return text if len(text) <= 200 else text[:200] + "..."
