"""What the kernel asks of an element: the one contract behind which all behaviours are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import EventDefinition
from shoal.errors import ConflictError, Fault
from shoal.kernel.plan import ElementPlan
from shoal.kernel.state import Node, Wait
from shoal.kernel.stimulus import Complete, Stimulus, Trigger

if TYPE_CHECKING:
    from shoal.kernel.step import Step

Kind = tuple[type[FlowNode], type[EventDefinition] | None]
Handles = Mapping[Kind, str]
"""Camunda 7's names of activity types, by element and event definition."""


class Behavior:
    """What a token does at one element. Made once per element and plan, and shared by all instances."""

    handles: ClassVar[Handles] = {}
    """The elements that this class executes, with Camunda 7's name of their activity type."""

    is_concurrent: ClassVar[bool] = True
    """Whether there may be several tokens in the scope at the same time."""

    __slots__ = ("plan",)

    plan: ElementPlan

    def __init__(self, plan: ElementPlan) -> None:
        self.plan = plan

    @classmethod
    def faults(cls, element: FlowNode) -> Iterator[Fault]:  # noqa: ARG003
        """What of the element this class does not execute, so that it is refused at deployment."""
        yield from ()

    def execute(self, step: Step, node: Node) -> None:
        """The activity instance has begun: do the work, then ``step.leave``, or open waits and return."""
        step.leave(node)

    def complete(self, step: Step, node: Node, stimulus: Complete) -> None:  # noqa: ARG002
        """The work was done outside. Raises ConflictError when the element does not wait for that."""
        raise refused(node, "completed", stimulus)

    def trigger(self, step: Step, node: Node, wait: Wait, stimulus: Trigger) -> None:  # noqa: ARG002
        """The node's own event came (not that of a boundary event or event sub-process)."""
        raise refused(node, "triggered", stimulus)

    def cancel(self, step: Step, node: Node) -> None:
        """The activity instance is about to be cancelled; what is inside of it has been cancelled already."""

    def failed(self, step: Step, node: Node, message: str | None, details: str | None) -> bool:  # noqa: ARG002
        """The work failed outside. Whether the model makes a BPMN error of that."""
        return False

    def path_ended(self, step: Step, scope: Node) -> None:  # noqa: ARG002
        """A token inside of the scope is gone; ``scope.tokens`` says how many are left."""
        raise LookupError(f"'{scope.element}' is no scope")


def refused(node: Node, what: str, stimulus: Stimulus) -> ConflictError:
    """The error of a stimulus that the element cannot take; the caller raises it."""
    return ConflictError(
        f"'{node.element}' cannot be {what}: it does not wait for that",
        element_id=node.element,
        node_id=node.id,
        stimulus=type(stimulus).__name__,
    )
