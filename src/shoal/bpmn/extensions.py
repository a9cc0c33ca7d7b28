"""Camunda 7's extension elements that change behaviour: listeners, mappings, retry cycles, fields."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shoal.expressions import Expression, Script


class CodeKind(StrEnum):
    """How a model names the code that is to run."""

    CLASS = "class"
    DELEGATE_EXPRESSION = "delegateExpression"
    EXPRESSION = "expression"
    SCRIPT = "script"


@dataclass(frozen=True, slots=True)
class FieldInjection:
    """camunda:field of a delegate."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Code:
    """Code that a model refers to.

    CLASS: ``name`` is the registered name (Camunda 7: the Java class name). DELEGATE_EXPRESSION:
    ``expression`` yields a registered callable. EXPRESSION: ``expression`` is evaluated, its value is the
    result. SCRIPT: ``script`` is run.
    """

    kind: CodeKind
    name: str | None = None
    expression: Expression | None = None
    script: Script | None = None
    fields: tuple[FieldInjection, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """An execution listener (start, end, take), or what a task listener has in common with it."""

    event: str
    code: Code


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """The value side of an input or output parameter: one of the members is set, or none for null."""

    expression: Expression | None = None
    script: Script | None = None
    list_items: tuple[ParameterValue, ...] | None = None
    map_entries: tuple[tuple[Expression, ParameterValue], ...] | None = None


@dataclass(frozen=True, slots=True)
class Parameter:
    """camunda:inputParameter / camunda:outputParameter."""

    name: str
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class InputOutput:
    """camunda:inputOutput of an activity or event. Its presence makes the element a variable scope."""

    inputs: tuple[Parameter, ...] = ()
    outputs: tuple[Parameter, ...] = ()


@dataclass(frozen=True, slots=True)
class VariableMapping:
    """One camunda:in / camunda:out of a call activity or of a thrown signal."""

    source: str | None = None
    source_expression: Expression | None = None
    target: str | None = None
    all_variables: bool = False
    business_key: Expression | None = None
    local: bool = False


@dataclass(frozen=True, slots=True)
class RetryCycle:
    """camunda:failedJobRetryTimeCycle: how often and after which pauses a failed job is tried again.

    ``attempts`` is the number of tries in all. ``intervals`` are ISO 8601 durations; the last one is used
    for all further tries. ``expression`` is set instead when the model says ``${...}``.
    """

    attempts: int = 3
    intervals: tuple[str, ...] = ()
    expression: Expression | None = None
