"""BPMN errors and escalations on their way outwards, to the first event that catches them.

Camunda 7: at every scope event sub-processes are asked before boundary events, and codes before catch-alls.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from shoal.bpmn.events import ErrorEvent, EscalationEvent, Event, EventDefinition
from shoal.errors import ExecutionError, ShoalError
from shoal.expressions.errors import BpmnError
from shoal.kernel import ending, writing
from shoal.kernel.behaviors.process import finish
from shoal.kernel.effects import EndState, ThrownEvent, UncaughtError
from shoal.kernel.interrupting import start_catcher
from shoal.kernel.listening import ListenerError
from shoal.kernel.plan import ElementPlan, event_subprocess_of, is_event_subprocess_start
from shoal.kernel.state import Node, Phase
from shoal.kernel.variable_mapping import MappingError

if TYPE_CHECKING:
    from shoal.kernel.step import Step


_EXCEPTIONS_OF_JAVA = frozenset({"java.lang.Throwable", "java.lang.Exception", "java.lang.RuntimeException"})
"""Models of Camunda 7 say so when they mean any exception."""


def throw(
    step: Step,
    source: Node,
    code: str | Collection[str],
    message: str | None,
    variables: Mapping[str, Any] | None = None,
) -> None:
    """A BPMN error comes from the node, or an exception, which has the names of its classes instead of a code.

    Camunda 7: when nothing catches it, the path ends as if it had reached a none end event. In a called instance
    the caller is asked first: the instance ends, and the error goes out with its effects.
    """
    while not source.alive and source.parent is not None:
        source = source.parent
    for name, value in (variables or {}).items():
        writing.set_variable(step, source, name, value)
    found = find(source, ErrorEvent, code)
    if found is not None:
        _catch(step, *found, code, message)
    elif not _goes_out(step, code, message):
        uncaught(step, source, code, message)


def _goes_out(step: Step, code: str | Collection[str], message: str | None) -> bool:
    """End the called instance with the error if the caller catches it. Whether it does."""
    asked = step.caller_catches
    if step.instance.super_node_id is None or (asked is not None and not asked(code)):
        return False
    step.effects.error = UncaughtError(code, message)
    finish(step, EndState.TERMINATED, f"BPMN error '{code}'" if isinstance(code, str) else message)
    return True


def _catch(step: Step, scope: Node, plan: ElementPlan, code: str | Collection[str], message: str | None) -> None:
    definition = _definition(plan)
    if isinstance(definition, ErrorEvent):
        if definition.code_variable:
            known = code if isinstance(code, str) else None
            writing.set_variable(step, scope, definition.code_variable, known)
        if definition.message_variable:
            writing.set_variable(step, scope, definition.message_variable, message)
    start_catcher(step, scope, plan)


def handle(step: Step, source: Node, error: BpmnError) -> None:
    """The same for an error that code has raised."""
    throw(step, source, error.code, error.message, error.variables)


def handle_failure(step: Step, source: Node, error: Exception) -> bool:
    """Let an error event that names the class of what code has raised catch it. Whether there is one.

    Camunda 7: the names of superclasses fit too; an event without a code catches no exceptions. In a called
    instance the caller is asked as well. What a BPMN error has caused is that error.
    """
    if isinstance(error, ListenerError | MappingError):
        return False
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, BpmnError):
            step.later(handle, step, source, cause)
            return True
        cause = cause.__cause__
    raised = error
    while isinstance(raised, ShoalError) and isinstance(raised.__cause__, Exception):
        raised = raised.__cause__
    if isinstance(raised, ShoalError):
        return False
    while not source.alive and source.parent is not None:
        source = source.parent
    names = names_of(type(raised))
    found = find(source, ErrorEvent, names)
    if found is None:
        return step.caller_catches is not None and _goes_out(step, names, str(raised))
    _catch(step, *found, names, str(raised))
    return True


def names_of(raised: type[BaseException]) -> Collection[str]:
    """What an error event may call exceptions of the class."""
    names = {
        name for each in raised.__mro__[:-1] for name in (each.__name__, f"{each.__module__}.{each.__qualname__}")
    }
    return frozenset(names | _EXCEPTIONS_OF_JAVA)


def throw_escalation(step: Step, source: Node, code: str) -> bool:
    """An escalation comes from the node, which goes on unless it is interrupted.

    When nothing catches it, it goes to the calling instance, which may interrupt this one; when no caller
    catches it either, nothing happens (Camunda 7). False then.
    """
    found = find(source, EscalationEvent, code)
    if found is None:
        if step.instance.super_node_id is None:
            return False
        interrupts = False if step.caller_interrupts is None else step.caller_interrupts(code)
        if interrupts is None:
            return False
        variables = dict(step.variables.local(step.state.root.id))
        step.effects.thrown.append(ThrownEvent("escalation", code, variables))
        if interrupts:
            finish(step, EndState.TERMINATED, f"escalation '{code}'")
        return True
    scope, plan = found
    definition = _definition(plan)
    if isinstance(definition, EscalationEvent) and definition.code_variable:
        writing.set_variable(step, scope, definition.code_variable, code)
    start_catcher(step, scope, plan)
    return True


def find(source: Node, kind: type[EventDefinition], code: str | Collection[str]) -> tuple[Node, ElementPlan] | None:
    """Who catches it: the node at which it is caught, and the catching event.

    Of several codes one has to fit; catch-alls do not count then.
    """
    at: Node | None = source
    came_from: Node | None = None
    while at is not None:
        # a token that is not in its activity is not guarded by the events attached to that
        for plan in at.plan.catchers if at.phase is Phase.ACTIVE or at.parent is None else ():
            if not _fits(_definition(plan), kind, code):
                continue
            # an event sub-process catches nothing that comes from itself or from the start of its own scope
            if is_event_subprocess_start(plan) and (
                came_from is None or came_from.plan is event_subprocess_of(plan)
            ):
                continue
            return at, plan
        came_from = at
        at = at.parent
    return None


def uncaught(step: Step, source: Node, code: str | Collection[str], message: str | None = None) -> None:
    """End the path on which an error was thrown that nobody catches."""
    parent = source.parent
    if parent is None:
        said = f" ({message})" if message else ""
        raise ExecutionError(
            f"nothing catches BPMN error '{code}'{said} of process '{source.plan.id}'", source.plan.id
        )
    if source.children:
        ending.cancel_children(step, source)
    if source.phase is Phase.ACTIVE:
        ending.conclude(step, source)
    step.own_of_ended = step.variables.local(source.id)
    ending.close(step, source, False)
    step.later(step.path_ended, parent)


def _definition(plan: ElementPlan) -> EventDefinition | None:
    return plan.element.definition if isinstance(plan.element, Event) else None


def _fits(definition: EventDefinition | None, kind: type[EventDefinition], code: str | Collection[str]) -> bool:
    codes = (None, "", code) if isinstance(code, str) else code
    if isinstance(definition, ErrorEvent):
        return kind is ErrorEvent and definition.error_code in codes
    if isinstance(definition, EscalationEvent):
        return kind is EscalationEvent and definition.escalation_code in codes
    return False
