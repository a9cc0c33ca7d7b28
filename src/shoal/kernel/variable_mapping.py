"""Delegates that map the variables of a call activity. Camunda 7: DelegateVariableMapping.

A registered object, or its class, with ``map_input_variables(execution, variables)`` and
``map_output_variables(execution, sub_instance)``; either may be missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shoal.bpmn.extensions import Code
from shoal.errors import ExecutionError, means_stop
from shoal.kernel import writing
from shoal.kernel.code import failed, target_of
from shoal.kernel.execution import Execution
from shoal.values import TypedValue, infer

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


class MappingError(ExecutionError):
    """What a delegate raised. Camunda 7: no error event catches that."""


class CalledVariables:
    """The variables of the called instance, to be read only."""

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, TypedValue]) -> None:
        self._variables = variables

    def get_variable(self, name: str) -> Any:
        """The value; None when there is no such variable."""
        typed = self._variables.get(name)
        return None if typed is None else writing.plain(typed)

    def get_variables(self) -> dict[str, Any]:
        """All values."""
        return {name: writing.plain(typed) for name, typed in self._variables.items()}

    def has_variable(self, name: str) -> bool:
        """Whether there is such a variable, be it null."""
        return name in self._variables


def map_input(step: Step, node: Node, code: Code, variables: dict[str, TypedValue]) -> None:
    """Let the delegate change what is handed to the called instance: a dict of plain values."""
    told = {name: writing.plain(typed) for name, typed in variables.items()}
    _call(step, node, code, "map_input_variables", told)
    for name in variables.keys() - told.keys():
        del variables[name]
    for name, value in told.items():
        known = variables.get(name)
        # what was left alone keeps its type
        if known is None or type(value) is not type(known.value) or value != known.value:
            variables[name] = value if isinstance(value, TypedValue) else infer(name, writing.copied(value))


def map_output(step: Step, node: Node, code: Code, variables: Mapping[str, TypedValue]) -> None:
    """Let the delegate take over what it wants of the called instance."""
    _call(step, node, code, "map_output_variables", CalledVariables(variables))


def _call(step: Step, node: Node, code: Code, method: str, argument: Any) -> None:
    try:
        bound = getattr(target_of(step, node, code), method, None)
        if bound is not None:
            bound(Execution(step, node), argument)
    except BaseException as error:
        if means_stop(error):
            raise
        raise MappingError(failed(step, node, error).message, node.element) from error
