"""Where the tokens of one instance are: a tree of nodes, each with the waits that can wake it.

Holds no variables, no history and no model. What a node does is in ``behaviors``; how the tree becomes
bytes is in ``codec``.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shoal.kernel.plan import ElementPlan


class Phase(IntEnum):
    """What a node is doing. The numbers are part of the stored format."""

    ACTIVE = 0
    """The activity instance runs: it waits for something, or it is a scope with tokens in it."""
    BEFORE = 1
    """A job will enter the element (asyncBefore); there is no activity instance yet."""
    AFTER = 2
    """A job will leave the element (asyncAfter); its activity instance has ended."""
    JOINING = 3
    """The token waits at a parallel or inclusive gateway for the others."""
    KEPT = 4
    """The activity has ended; what it needs for its compensation is kept."""
    COMPENSATING = 5
    """A kept scope in which something is being undone; its activity instance has ended."""


class WaitKind(IntEnum):
    """What can wake a node. The numbers are part of the stored format."""

    TASK = 1
    EXTERNAL = 2
    JOB = 3
    SUBSCRIPTION = 4
    CHILD = 5


class Wait:
    """One row outside of the kernel that can wake a node."""

    __slots__ = ("element", "id", "kind", "name")

    kind: WaitKind
    id: str
    element: str | None
    """The event that it belongs to, when that is not the node's own element: a boundary event, say."""

    name: str | None
    """The name of the signal, if only the moment at which the waiting began could tell it."""

    def __init__(self, kind: WaitKind, wait_id: str, element: str | None = None, name: str | None = None) -> None:
        self.kind = kind
        self.id = wait_id
        self.element = element
        self.name = name

    def __repr__(self) -> str:
        return f"Wait({self.kind.name}, {self.id!r}, {self.element!r})"


class Node:
    """A token at an element, or a scope that contains tokens.

    While ``phase`` is ACTIVE or JOINING, ``id`` is the id of the activity instance and of its variable scope.
    """

    __slots__ = (
        "alive",
        "census",
        "children",
        "element",
        "extra",
        "flow",
        "id",
        "joins",
        "parent",
        "phase",
        "plan",
        "tokens",
        "waits",
    )

    id: str
    element: str
    plan: ElementPlan
    """The compiled element; set when the node is made, or when its state is bound to a plan."""
    parent: Node | None
    phase: Phase
    alive: bool
    children: dict[str, Node] | None
    tokens: int
    """How many paths are in this scope, those that are just on their way between two elements included."""
    waits: list[Wait] | None
    joins: dict[str, list[Node]] | None
    """Tokens that wait at the gateways of this scope, by gateway."""
    census: dict[str, int] | None
    """How many children stand at each element; kept only where an inclusive gateway asks for it."""
    flow: str | None
    """The sequence flow by which the token came (JOINING, BEFORE) or will leave (AFTER)."""
    extra: list[Any] | None
    """What the behaviour of the element has to remember; JSON values only."""

    def __init__(self, node_id: str, element: str, parent: Node | None) -> None:
        self.id = node_id
        self.element = element
        self.parent = parent
        self.phase = Phase.ACTIVE
        self.alive = True
        self.children = None
        self.tokens = 0
        self.waits = None
        self.joins = None
        self.census = None
        self.flow = None
        self.extra = None

    def __repr__(self) -> str:
        return f"Node({self.id!r}, {self.element!r}, {self.phase.name})"

    def wait(self, wait_id: str) -> Wait | None:
        """The wait with that id; None when the node has no such wait (any more)."""
        for wait in self.waits or ():
            if wait.id == wait_id:
                return wait
        return None


class State:
    """All nodes of one instance. The root stands for the instance itself."""

    __slots__ = ("bound", "hearers", "nodes", "root", "uncertain", "watchers")

    root: Node
    nodes: dict[str, Node]
    """All nodes but the root by id; a parent always comes before its children."""
    bound: object
    """The plan to which the nodes are bound, None after decoding."""
    uncertain: dict[str, Node]
    """Scopes in which a token waits at an inclusive gateway."""
    watchers: dict[str, Node]
    """Nodes that wait for a condition, by the ids of their waits."""
    hearers: dict[str, Node]
    """The same for signals."""

    def __init__(self) -> None:
        self.root = Node("", "", None)
        self.nodes = {}
        self.bound = None
        self.uncertain = {}
        self.watchers = {}
        self.hearers = {}

    def find(self, node_id: str) -> Node | None:
        """The node, or the root when ``node_id`` is the id of the instance; None if there is none."""
        root = self.root
        return root if node_id == root.id else self.nodes.get(node_id)
