"""Events that undo what has been done: compensation events, and the cancel end event of a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from shoal.bpmn.activities import SubProcess
from shoal.bpmn.events import CancelEvent, CompensateEvent, EndEvent, Event, IntermediateThrowEvent
from shoal.errors import ExecutionError
from shoal.kernel import compensation, ending
from shoal.kernel.behaviors.contract import Behavior, Handles
from shoal.kernel.interrupting import start_catcher
from shoal.kernel.state import Node

if TYPE_CHECKING:
    from shoal.kernel.step import Step


class CompensationThrowBehavior(Behavior):
    """Undoes, waits until that is done, goes on. Camunda 7: waits in any case."""

    __slots__ = ()

    handles: ClassVar[Handles] = {
        (IntermediateThrowEvent, CompensateEvent): "intermediateCompensationThrowEvent",
        (EndEvent, CompensateEvent): "compensationEndEvent",
    }

    def execute(self, step: Step, node: Node) -> None:
        """Begin to undo."""
        element = self.plan.element
        definition = element.definition if isinstance(element, Event) else None
        reference = definition.activity_ref if isinstance(definition, CompensateEvent) else None
        scope = node.parent
        kept = [] if scope is None else compensation.collect(scope, reference)
        if kept:
            compensation.undo(step, node, kept)
        else:
            step.leave(node)

    def path_ended(self, step: Step, scope: Node) -> None:
        """Go on when all is undone."""
        if scope.tokens == 0:
            step.leave(scope)


class CancelEndBehavior(Behavior):
    """Cancels the transaction: what runs in it is cancelled, what is done is undone, then its cancel boundary
    event is taken."""

    __slots__ = ()

    handles: ClassVar[Handles] = {(EndEvent, CancelEvent): "cancelEndEvent"}

    def execute(self, step: Step, node: Node) -> None:
        """Cancel the others, begin to undo."""
        scope = node.parent
        element = None if scope is None else scope.plan.element
        if scope is None or not isinstance(element, SubProcess) or not element.is_transaction:
            raise ExecutionError(f"'{node.element}' is not directly in a transaction", node.element)
        ending.cancel_children(step, scope, node)
        kept = compensation.collect(scope, None)
        if kept:
            compensation.undo(step, node, kept)
        else:
            self._cancelled(step, node)

    def path_ended(self, step: Step, scope: Node) -> None:
        """Leave the transaction when all is undone."""
        if scope.tokens == 0:
            self._cancelled(step, scope)

    def _cancelled(self, step: Step, node: Node) -> None:
        transaction = node.parent
        if transaction is None:
            raise LookupError(f"'{node.element}' is in no transaction")
        around = transaction
        # the boundary event of a repeated transaction is attached to the body
        while around.parent is not None and not around.plan.boundaries and around.parent.plan.inner is around.plan:
            around = around.parent
        for event in around.plan.boundaries:
            if isinstance(event.element, Event) and isinstance(event.element.definition, CancelEvent):
                # Camunda 7: the end event is cancelled with the transaction
                start_catcher(step, around, event)
                return
        raise ExecutionError(f"the transaction of '{node.element}' has no cancel boundary event", node.element)
