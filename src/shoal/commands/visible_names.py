"""What an expression may refer to outside of a step: variables that are visible from a node, and beans."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shoal.commands.context import Context
from shoal.commands.load import Loaded


class VisibleNames:
    """The names at a node of a loaded instance."""

    def __init__(self, ctx: Context, instance: Loaded, node_id: str | None, now: datetime) -> None:
        self._ctx = ctx
        self._scopes = instance.snapshot.variables.scopes
        self._now = now
        self._path: list[str] = []
        node = instance.snapshot.state.find(node_id) if node_id is not None else None
        while node is not None:
            self._path.append(node.id)
            node = node.parent
        if instance.id not in self._path:
            self._path.append(instance.id)

    def resolve(self, name: str) -> Any:
        """The value behind a name; KeyError if there is none."""
        for scope_id in self._path:
            if name in (scope := self._scopes.get(scope_id) or {}):
                return scope[name].value
        bean = self._ctx.host.callable(name)
        if bean is None:
            raise KeyError(name)
        return bean

    def now(self) -> datetime:
        """The time at which the expression is evaluated."""
        return self._now
