"""Runs the code that a model refers to: registered callables, expressions, scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shoal.bpmn.extensions import Code, CodeKind
from shoal.errors import ExecutionError, means_stop, words_of
from shoal.expressions.errors import BpmnError, UnknownPropertyError
from shoal.kernel.context import ScriptContext
from shoal.kernel.execution import Execution

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step

_METHODS = ("execute", "notify")


def run_code(
    step: Step,
    node: Node,
    code: Code,
    event: str | None = None,
    task: Any = None,
    transition: str | None = None,
) -> Any:
    """Run it and return what it returns.

    A callable gets the ``execution`` (task listeners: the ``task``). A class is instantiated, an object's
    ``execute`` or ``notify`` is called; injected fields become its attributes, or keyword arguments of
    a function. Raises ExecutionError when nothing is registered under the name.
    """
    try:
        return _run(step, node, code, event, task, transition)
    except BpmnError:
        raise
    except ExecutionError as error:
        if error.element_id is not None:
            raise
        raise failed(step, node, error, transition) from error
    except BaseException as error:
        if means_stop(error):
            raise
        # whatever the code raised, be it an error of the engine or SystemExit, is a failure of the code
        raise failed(step, node, error, transition) from error


def target_of(step: Step, node: Node, code: Code) -> Any:
    """The object that the code names, made if it is a class. Raises ExecutionError when there is none."""
    target = _target(step, code, ScriptContext(step, node))
    return target() if isinstance(target, type) else target


def failed(step: Step, node: Node, error: BaseException, transition: str | None = None) -> ExecutionError:
    """The error of code that failed at the node; the caller raises it. Foreign errors are named by their type."""
    element = node.element or step.plan.model.id
    return ExecutionError(f"'{transition or element}': {words_of(error)}", element)


def _run(step: Step, node: Node, code: Code, event: str | None, task: Any, transition: str | None) -> Any:
    kind = code.kind
    if kind is CodeKind.EXPRESSION and code.expression is not None:
        # what is called in it may change what it gets
        return code.expression.evaluate(ScriptContext(step, node, event, task, transition))
    if kind is CodeKind.SCRIPT and code.script is not None:
        return code.script.run(ScriptContext(step, node, event, task, transition))
    context = ScriptContext(step, node, event, task, transition)
    target = _target(step, code, context)
    fields = {field.name: field.value.evaluate(context) for field in code.fields}
    argument = task if task is not None else Execution(step, node, event, transition)
    if isinstance(target, type):
        target = target()
    for method in _METHODS:
        bound = getattr(target, method, None)
        if callable(bound):
            for name, value in fields.items():
                setattr(target, name, value)
            return bound(argument)
    if not callable(target):
        raise ExecutionError(
            f"'{_name(code)}' is a {type(target).__name__}: neither a callable nor an object with execute()"
        )
    return target(argument, **fields)


def _target(step: Step, code: Code, context: ScriptContext) -> Any:
    if code.kind is CodeKind.CLASS:
        target: Any = step.host.callable(code.name or "")
    elif code.expression is None:
        target = None
    else:
        try:
            target = code.expression.evaluate(context)
        except UnknownPropertyError as error:
            raise _missing(error.name) from error
        if isinstance(target, str):
            target = step.host.callable(target)
    if target is None:
        raise _missing(_name(code))
    return target


def _name(code: Code) -> str:
    return code.name or (code.expression.text if code.expression is not None else "")


def _missing(name: str) -> ExecutionError:
    return ExecutionError(f"no callable registered under '{name}'")
