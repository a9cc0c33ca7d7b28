"""Whether a conditional start event of a process lets an instance begin, before there is one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shoal.bpmn.events import ConditionalEvent, Event
from shoal.bpmn.process import Process
from shoal.errors import ExecutionError, means_stop, words_of
from shoal.kernel import conditions
from shoal.kernel.compilation import compile_plan
from shoal.kernel.effects import Effects
from shoal.kernel.host import Host
from shoal.kernel.moving import bind
from shoal.kernel.snapshot import InstanceFacts, new_snapshot
from shoal.kernel.step import Step
from shoal.values import TypedValue


def holds_at_start(
    process: Process,
    event_id: str,
    facts: InstanceFacts,
    variables: Mapping[str, TypedValue],
    host: Host,
    now: datetime,
) -> bool:
    """Whether the condition of the start event is true with these variables. Nothing is started.

    Camunda 7: an event that names a variable needs that variable; names that do not exist make it false.
    Raises ExecutionError when the condition cannot be evaluated, or is neither true nor false.
    """
    plan = compile_plan(process)
    event = plan.elements[event_id]
    definition = event.element.definition if isinstance(event.element, Event) else None
    if not isinstance(definition, ConditionalEvent):
        raise LookupError(f"'{event_id}' has no condition")
    if definition.variable_name and definition.variable_name not in variables:
        return False
    snapshot = new_snapshot(facts)
    bind(snapshot.state, plan)
    snapshot.variables.scopes[facts.id] = dict(variables)
    step = Step(plan, snapshot, host, now, Effects())
    try:
        return conditions.is_true(step, snapshot.state.root, event)
    except BaseException as error:
        if means_stop(error) or isinstance(error, ExecutionError):
            raise
        raise ExecutionError(f"'{event_id}': {words_of(error)}", event_id) from error
