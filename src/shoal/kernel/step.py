"""One step of one instance: tokens move from element to element until every one of them waits.

A worklist instead of recursion: whatever has to happen next is pushed, the path that was taken last goes on
first (Camunda 7: depth first). What a token does at an element is in ``behaviors``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.errors import ExecutionError
from shoal.expressions.errors import BpmnError
from shoal.kernel import (
    choosing,
    compensation,
    conditions,
    ending,
    inclusive,
    preparing,
    raising,
    tree,
    waiting,
    writing,
)
from shoal.kernel.effects import ActivityRecord, Effects, JobKind, UserTaskRecord
from shoal.kernel.host import Host
from shoal.kernel.listening import run_take_listeners
from shoal.kernel.plan import ElementPlan, FlowPlan, ProcessPlan
from shoal.kernel.snapshot import InstanceFacts, Snapshot
from shoal.kernel.state import Node, Phase, State
from shoal.kernel.variables import Variables
from shoal.values import TypedValue

Work = tuple[Callable[[Any, Any, Any], None], Any, Any, Any]


class Step:
    """The machine that behaviours act on."""

    __slots__ = (
        "at",
        "budget",
        "caller_catches",
        "caller_interrupts",
        "cancelling",
        "changes",
        "concluded",
        "effects",
        "host",
        "instance",
        "is_held",
        "new_id",
        "now",
        "own_of_ended",
        "plan",
        "skip_listeners",
        "skip_mappings",
        "stack",
        "state",
        "suspended",
        "transients",
        "user_tasks",
        "variables",
    )

    plan: ProcessPlan
    instance: InstanceFacts
    state: State
    suspended: bool
    variables: Variables
    effects: Effects
    host: Host
    now: datetime
    new_id: Callable[[], str]
    stack: list[Work]
    at: Node
    """The node at which something happens right now: where errors come from."""
    changes: list[Any]
    """Changes of variables at which conditional events have not looked yet."""
    concluded: set[str]
    """Nodes whose end listeners have begun: an error of one does not call them again."""
    caller_catches: Callable[[str | Collection[str]], bool] | None
    caller_interrupts: Callable[[str], bool | None] | None
    cancelling: str | None
    """Why something is being cancelled right now. Camunda 7: "deleted", or the reason given from outside."""
    transients: list[tuple[str, str]]
    user_tasks: dict[str, UserTaskRecord]
    own_of_ended: Mapping[str, TypedValue]
    """The variables of the instance of a repeated activity that has ended last."""
    is_held: bool
    """The instance does not end yet, be it without tokens: more are to come."""
    skip_listeners: bool
    """Camunda 7: skipCustomListeners of a cancellation."""
    skip_mappings: bool
    budget: int

    def __init__(self, plan: ProcessPlan, snapshot: Snapshot, host: Host, now: datetime, effects: Effects) -> None:
        self.plan = plan
        self.instance = snapshot.instance
        self.state = snapshot.state
        self.suspended = snapshot.suspended
        self.variables = snapshot.variables
        self.effects = effects
        self.host = host
        self.now = now
        self.new_id = host.new_id
        self.stack = []
        self.at = snapshot.state.root
        self.changes = []
        self.transients = []
        self.caller_catches = snapshot.caller_catches
        self.caller_interrupts = snapshot.caller_interrupts
        self.cancelling = None
        self.concluded = set()
        self.user_tasks = snapshot.user_tasks
        self.own_of_ended = {}
        self.is_held = False
        self.skip_listeners = False
        self.skip_mappings = False
        self.budget = host.max_steps

    def run(self) -> None:
        """Work until nothing is left to do but to wait."""
        stack = self.stack
        while True:
            try:
                while stack:
                    act, one, two, three = stack.pop()
                    act(one, two, three)
                    if self.changes:
                        conditions.check(self)
                if not self.state.uncertain or not inclusive.settle(self):
                    return
            except BpmnError as error:
                self.later(raising.handle, self, self.at, error)
            except ExecutionError as error:
                if not raising.handle_failure(self, self.at, error):
                    raise

    def later(self, act: Callable[[Any, Any, Any], None], one: Any, two: Any = None, three: Any = None) -> None:
        """Do this next, before anything that was pushed earlier."""
        self.stack.append((act, one, two, three))

    def enter(self, plan: ElementPlan, parent: Node, flow: FlowPlan | None) -> None:
        """A token, which ``parent.tokens`` counts already, arrives at an element."""
        if not parent.alive:
            return
        self.spend(plan)
        if flow is not None and flow.listeners and not run_take_listeners(self, flow, parent):
            return
        if plan.interrupts:
            # Camunda 7: before the end event begins, and before its job if it is asynchronous
            ending.cancel_children(self, parent)
            parent.tokens = 1
        node = Node(self.new_id(), plan.id, parent)
        node.plan = plan
        if flow is not None and plan.incoming > 1:
            node.flow = flow.id
        self.attach(node)
        if plan.async_before:
            node.phase = Phase.BEFORE
            waiting.open_job(self, node, JobKind.ASYNC_BEFORE, plan, None)
        else:
            self.begin(node)

    def enter_with(self, plan: ElementPlan, parent: Node, flow: FlowPlan | None, own: Mapping[str, Any]) -> None:
        """The same for a token that brings variables of its own along."""
        self.spend(plan)
        if flow is not None and flow.listeners and not run_take_listeners(self, flow, parent):
            return
        node = Node(self.new_id(), plan.id, parent)
        node.plan = plan
        if flow is not None:
            node.flow = flow.id
        self.attach(node)
        for name, value in own.items():
            writing.set_local(self, node, name, value, node)
        if plan.async_before:
            node.phase = Phase.BEFORE
            waiting.open_job(self, node, JobKind.ASYNC_BEFORE, plan, None)
        else:
            self.begin(node)

    def spend(self, plan: ElementPlan) -> None:
        """Count one more element. Raises ExecutionError when there are too many for a process that ends."""
        self.budget -= 1
        if self.budget < 0:
            raise ExecutionError(
                f"stopped after {self.host.max_steps} elements without waiting; "
                f"the process seems to run in an endless loop through '{plan.id}'",
                plan.id,
            )

    def attach(self, node: Node) -> None:
        """Make the node part of the state."""
        parent = node.parent
        self.state.nodes[node.id] = node
        if node.plan.counted:
            node.census = {}
        if parent is not None:
            if parent.children is None:
                parent.children = {}
            parent.children[node.id] = node
            if parent.census is not None and node.phase is not Phase.KEPT:
                parent.census[node.element] = parent.census.get(node.element, 0) + 1

    def begin(self, node: Node) -> None:
        """The activity instance starts."""
        plan = node.plan
        self.at = node
        around = tree.home_of(node)
        record = ActivityRecord(node.id, around.id if around is not None else "", plan.id, plan.activity_type)
        self.effects.activities[node.id] = record
        if plan.plain_entry or preparing.prepare(self, node):
            plan.behavior.execute(self, node)

    def leave(self, node: Node, flows: Sequence[FlowPlan] | None = None) -> None:
        """The activity instance is done: end it and move on by ``flows`` (None: as its model says)."""
        plan = node.plan
        parent = node.parent
        if parent is None:
            raise LookupError("the instance itself has no way out")
        self.at = node
        if self.changes:
            # Camunda 7: conditional events come before the activity is left
            conditions.check(self)
            if not node.alive or node.tokens > 0:
                return
        if flows is None:
            # Camunda 7: conditions are evaluated before end listeners and output mappings run
            flows = choosing.choose(self, node) if plan.branching else plan.outgoing
        if not plan.plain_exit:
            ending.conclude(self, node)
        if parent.plan.inner is plan:
            self.own_of_ended = self.variables.local(node.id)
        if plan.keeps:
            compensation.close_or_keep(self, node)
        else:
            ending.close(self, node, False)
        if plan.async_after:
            self._park_after(plan, parent, flows)
        else:
            self.take(parent, flows)

    def take(self, scope: Node, flows: Sequence[FlowPlan]) -> None:
        """A token that ``scope`` counts goes on by every one of the flows; by none: its path ends."""
        count = len(flows)
        if count == 1:
            flow = flows[0]
            self.stack.append((self.enter, flow.target, scope, flow))
        elif count == 0:
            self.stack.append((self.path_ended, scope, None, None))
        else:
            scope.tokens += count - 1
            for flow in reversed(flows):
                self.stack.append((self.enter, flow.target, scope, flow))

    def path_ended(self, scope: Node, _two: object = None, _three: object = None) -> None:
        """A token of the scope is gone."""
        if scope.alive:
            scope.tokens -= 1
            if scope.phase is Phase.COMPENSATING:
                compensation.path_ended(self, scope)
            else:
                scope.plan.behavior.path_ended(self, scope)

    def resume(self, node: Node) -> None:
        """The asynchronous continuation of the node is due."""
        if node.phase is Phase.BEFORE:
            node.phase = Phase.ACTIVE
            self.begin(node)
            return
        parent = node.parent
        flow = node.flow
        if node.id in self.variables.scopes:
            self.own_of_ended = self.variables.scopes.pop(node.id)
            self.effects.scopes_ended.add(node.id)
        tree.detach(self, node)
        if parent is not None:
            self.take(parent, (self.plan.flows[flow],) if flow else ())

    def _park_after(self, plan: ElementPlan, scope: Node, flows: Sequence[FlowPlan]) -> None:
        """Camunda 7: one job for every flow that is taken."""
        scope.tokens += max(len(flows), 1) - 1
        for flow in flows or (None,):
            node = Node(self.new_id(), plan.id, scope)
            node.plan = plan
            node.phase = Phase.AFTER
            node.flow = flow.id if flow is not None else None
            self.attach(node)
            if scope.plan.inner is plan and scope.plan.behavior.is_concurrent:
                # the completion condition will ask for them
                for name, value in self.own_of_ended.items():
                    writing.set_local(self, node, name, value, node)
            waiting.open_job(self, node, JobKind.ASYNC_AFTER, plan, None)
