"""`execution` and `task` under their Java names, for scripts that run in this process.

Which names there are is decided by the table in `execution_api`.
"""

from __future__ import annotations

from typing import Any

from shoal.expressions.execution_api import VIEW_METHODS, invoke, property_member


class ViewFacade:
    """Wraps a view: `getVariable(...)`, `businessKey` and the view's own snake_case members."""

    __slots__ = ("_target", "_view")

    def __init__(self, target: str, view: Any) -> None:
        object.__setattr__(self, "_target", target)
        object.__setattr__(self, "_view", view)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        target: str = self._target
        view = self._view
        member = VIEW_METHODS[target].get(name)
        if member is not None:
            found = member

            def call(*arguments: Any) -> Any:
                value = invoke(view, name, found, arguments)
                nested = found.name == "execution" and value is not None
                return ViewFacade("execution", value) if nested else value

            return call
        read = property_member(target, name)
        if read is not None:
            value = getattr(view, read.name)
            return ViewFacade("execution", value) if read.name == "execution" and value is not None else value
        if any(each.name == name for each in VIEW_METHODS[target].values()):
            return getattr(view, name)
        raise AttributeError(f"{target} has no member '{name}'")

    def __setattr__(self, name: str, value: Any) -> None:
        setter = VIEW_METHODS[self._target].get(f"set{name[:1].upper()}{name[1:]}")
        if setter is None or setter.arguments != (1,):
            raise AttributeError(f"{self._target} has no member '{name}' that can be set")
        invoke(self._view, name, setter, (value,))
