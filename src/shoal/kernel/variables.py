"""The variables of one instance by scope, and how a name is found along the chain of scopes.

Writing goes through the step (``kernel.writing``), which also records the effects.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from shoal.kernel.state import Node
from shoal.values import TypedValue


class Variables:
    """Values by scope id and name. A scope without variables has no entry."""

    __slots__ = ("scopes",)

    scopes: dict[str, dict[str, TypedValue]]

    def __init__(self, scopes: dict[str, dict[str, TypedValue]] | None = None) -> None:
        """Take ``scopes`` over: the kernel changes them."""
        self.scopes = {} if scopes is None else scopes

    def local(self, scope_id: str) -> Mapping[str, TypedValue]:
        """The variables of that very scope."""
        return self.scopes.get(scope_id, {})

    def find(self, node: Node, name: str) -> TypedValue | None:
        """The value that ``name`` has at the node: its own, or that of the nearest scope around it."""
        scopes = self.scopes
        at: Node | None = node
        while at is not None:
            scope = scopes.get(at.id)
            if scope is not None and name in scope:
                return scope[name]
            at = at.parent
        return None

    def owner(self, node: Node, name: str) -> Node | None:
        """The nearest scope that has the variable."""
        scopes = self.scopes
        at: Node | None = node
        while at is not None:
            scope = scopes.get(at.id)
            if scope is not None and name in scope:
                return at
            at = at.parent
        return None

    def visible(self, node: Node) -> dict[str, TypedValue]:
        """Everything that the node sees, nearer scopes hiding farther ones."""
        found: dict[str, TypedValue] = {}
        for scope in self.chain(node):
            for name, value in scope.items():
                found.setdefault(name, value)
        return found

    def chain(self, node: Node) -> Iterator[Mapping[str, TypedValue]]:
        """The scopes with variables, from the node outwards."""
        at: Node | None = node
        while at is not None:
            scope = self.scopes.get(at.id)
            if scope is not None:
                yield scope
            at = at.parent
