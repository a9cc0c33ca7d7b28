"""The code that models call by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

from shoal.commands.context import Context
from shoal.errors import InputError

Target = TypeVar("Target")


class Callables:
    """What ``engine.register`` is: by name, as a call or as a decorator."""

    def __init__(self, context: Context) -> None:
        self._host = context.host

    @overload
    def __call__(self, name: str) -> Callable[[Target], Target]: ...

    @overload
    def __call__(self, name: str, target: Target) -> Target: ...

    def __call__(self, name: str, target: Any = None) -> Any:
        """Let models call ``target`` as ``name``; replaces what was registered before.

        ``camunda:class="name"`` calls a function, or ``execute`` of a class, with the execution;
        ``camunda:delegateExpression="${name}"`` likewise; ``camunda:expression="${name.method(amount)}"``
        uses any object. InputError: it is asynchronous.

        >>> @engine.register("com.example.Greet")
        ... def greet(execution):
        ...     execution.set_variable("greeting", "hello")
        >>> engine.register("prices", {"apple": 3})
        {'apple': 3}
        """
        if not name:
            raise InputError("a callable needs a name", field="name")
        if target is not None:
            self._host.register(name, target)
            return target

        def decorate(decorated: Target) -> Target:
            self._host.register(name, decorated)  # type: ignore[arg-type]
            return decorated

        return decorate
