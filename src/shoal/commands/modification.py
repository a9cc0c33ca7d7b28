"""What a modification says, and whether a model and an instance have what it names.

Camunda 7: process instance modification. Its texts are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shoal.bpmn.events import BoundaryEvent, CompensateEvent
from shoal.bpmn.gateways import EventBasedGateway
from shoal.bpmn.process import Process
from shoal.errors import InputError
from shoal.kernel import State, compile_plan
from shoal.kernel.plan import ProcessPlan
from shoal.kernel.state import Node, Phase
from shoal.kernel.stimulus import (
    CancelActivity,
    CancelNode,
    Instruction,
    StartAfter,
    StartBefore,
    StartingInstruction,
    StartTransition,
)

REASON = "Cancellation due to process instance modification"
"""Camunda 7's reason for the end of an instance in which a modification leaves nothing."""


@dataclass(frozen=True, slots=True)
class CancelAll(Instruction):
    """Cancel all that is at the element when it is the turn of the instruction.

    ``only_current``: only what was there before the first instruction (Camunda 7:
    cancelCurrentActiveActivityInstances).
    """

    activity_id: str
    only_current: bool = False


@dataclass(frozen=True, slots=True)
class CancelActivityInstance(Instruction):
    """Cancel one activity instance. The id of the process instance stands for all that is in it."""

    activity_instance_id: str


@dataclass(frozen=True, slots=True)
class CancelTransitionInstance(Instruction):
    """Cancel one token that stands before or after an asynchronous element."""

    transition_instance_id: str


@dataclass(frozen=True, slots=True)
class Modification:
    """Instructions for any number of instances, carried out in their order."""

    instructions: tuple[Instruction, ...]
    definition_id: str | None = None
    """Only instances of this definition; None: of whatever definition they are."""
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False
    annotation: str | None = None
    """Why, for those who look at what was done."""


def check_instructions(
    process: Process, instructions: Sequence[Instruction], *, only_starting: bool = False
) -> None:
    """InputError, with the index of the instruction and the field, if the model does not have what one names.

    ``only_starting``: nothing can be cancelled, because nothing is there yet.
    """
    if not instructions:
        what = "Restart" if only_starting else "Modification"
        raise InputError(f"{what} instructions cannot be empty", field="instructions")
    plan = compile_plan(process)
    for index, instruction in enumerate(instructions):
        if only_starting and not isinstance(instruction, StartingInstruction):
            raise wrong(instruction, index, "type", "only instructions that start something are allowed here")
        _check(plan, instruction, index)


def resolve_instructions(
    state: State, instance_id: str, instructions: Sequence[Instruction]
) -> tuple[Instruction, ...]:
    """The instructions as the kernel takes them. InputError if the instance does not have what one names."""
    found: list[Instruction] = []
    for index, instruction in enumerate(instructions):
        match instruction:
            case CancelAll(activity_id, only_current):
                if only_current:
                    found += [CancelNode(node.id) for node in state.nodes.values() if _is_at(node, activity_id)]
                else:
                    found.append(CancelActivity(activity_id))
            case CancelActivityInstance(node_id) if node_id == instance_id:
                found += [CancelNode(node.id) for node in state.nodes.values() if node.parent is state.root]
            case CancelActivityInstance(node_id):
                node = state.nodes.get(node_id)
                if node is None or node.phase in (Phase.BEFORE, Phase.AFTER, Phase.KEPT):
                    said = f"Activity instance '{node_id}' does not exist"
                    raise wrong(instruction, index, "activity_instance_id", said)
                found.append(CancelNode(node_id))
            case CancelTransitionInstance(node_id):
                node = state.nodes.get(node_id)
                if node is None or node.phase not in (Phase.BEFORE, Phase.AFTER):
                    said = f"Transition instance '{node_id}' does not exist"
                    raise wrong(instruction, index, "transition_instance_id", said)
                found.append(CancelNode(node_id))
            case StartingInstruction(ancestor_id=str(ancestor_id)) if state.find(ancestor_id) is None:
                said = f"Ancestor activity instance '{ancestor_id}' does not exist"
                raise wrong(instruction, index, "ancestor_id", said)
            case _:
                found.append(instruction)
    return tuple(found)


def wrong(instruction: Instruction, index: int, field: str, said: str) -> InputError:
    """The error for one instruction. Camunda 7: NotValidException."""
    return InputError(
        f"Cannot perform instruction: {_described(instruction)}; {said}",
        field=f"instructions[{index}].{field}",
        index=index,
    )


def _check(plan: ProcessPlan, instruction: Instruction, index: int) -> None:
    match instruction:
        case StartBefore(activity_id=activity_id):
            if activity_id not in plan.elements:
                said = f"Element '{activity_id}' does not exist in process '{plan.model.id}'"
                raise wrong(instruction, index, "activity_id", said)
            event = plan.elements[activity_id].element
            if isinstance(event, BoundaryEvent) and isinstance(event.definition, CompensateEvent):
                said = "a compensation boundary event cannot be started; start what it compensates with"
                raise wrong(instruction, index, "activity_id", said)
        case StartAfter(activity_id=activity_id):
            element = plan.elements.get(activity_id)
            said = f"Activity '{activity_id}' does not exist"
            if element is not None:
                # nobody takes the flows behind an event-based gateway: one of its events happens
                ways = 0 if isinstance(element.element, EventBasedGateway) else len(element.outgoing)
                if ways == 1:
                    return
                many = "activity has more than one outgoing sequence flow"
                said = many if ways else "activity has no outgoing sequence flow to take"
            raise wrong(instruction, index, "activity_id", said)
        case StartTransition(transition_id=transition_id):
            if transition_id not in plan.flows:
                said = f"Element '{transition_id}' does not exist in process '{plan.model.id}'"
                raise wrong(instruction, index, "transition_id", said)
        case CancelAll(activity_id=activity_id):
            if activity_id not in plan.elements:
                raise wrong(instruction, index, "activity_id", f"Activity '{activity_id}' does not exist")
        case CancelActivityInstance() | CancelTransitionInstance():
            return
        case _:
            raise InputError(f"{type(instruction).__name__} is no instruction", field=f"instructions[{index}]")


def _is_at(node: Node, activity_id: str) -> bool:
    return node.element == activity_id and node.phase is not Phase.KEPT


def _described(instruction: Instruction) -> str:
    match instruction:
        case StartBefore(activity_id=activity_id):
            return f"Start before activity '{activity_id}'"
        case StartAfter(activity_id=activity_id):
            return f"Start after activity '{activity_id}'"
        case StartTransition(transition_id=transition_id):
            return f"Start transition '{transition_id}'"
        case CancelAll(activity_id=activity_id):
            return f"Cancel all instances of activity '{activity_id}'"
        case CancelActivityInstance(activity_instance_id=node_id):
            return f"Cancel activity instance '{node_id}'"
        case CancelTransitionInstance(transition_instance_id=node_id):
            return f"Cancel transition instance '{node_id}'"
        case _:
            return type(instruction).__name__
