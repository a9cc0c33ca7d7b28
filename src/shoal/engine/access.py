"""What a method of the engine asks of who calls it, and how the log of operations calls it.

Each public method of a facade has ``@allowed(...)``. The plain engine belongs to whoever opened it and asks
nothing; ``engine.acting_as`` asks (see ``acting``), and refuses what has no such line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from shoal.people.permissions import Need, Permission

TASK_WORKER = "TaskWorker"
OPERATOR = "Operator"
ADMIN = "Admin"

Arguments = Mapping[str, Any]
Value = str | int | bool | Callable[[Arguments], Any] | None
"""A value of the log: itself, or made of the arguments."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry of the log, in Camunda 7's words.

    ``properties``: each becomes a row with its new value. ``each``: the argument of keywords of which each becomes
    a row. ``names``: columns by the argument that says them, where its name does not say it itself.
    """

    operation: str
    entity: str
    category: str = OPERATOR
    properties: Mapping[str, Value] = field(default_factory=dict)
    each: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """What a method asks. ``needs``: other ways in which its permission is met, which depend on the arguments."""

    permission: Permission
    logged: Callable[[Arguments], Logged] | Logged | None = None
    needs: Callable[[Arguments], tuple[Need, ...]] | None = None


_ACCESS = "__access__"
Method = TypeVar("Method", bound=Callable[..., Any])


def allowed(
    permission: Permission,
    logged: Callable[[Arguments], Logged] | Logged | None = None,
    *,
    needs: Callable[[Arguments], tuple[Need, ...]] | None = None,
) -> Callable[[Method], Method]:
    """Say what a method asks of who calls it; on a property, below ``@property``. Reads are not logged."""

    def mark(method: Method) -> Method:
        if hasattr(method, _ACCESS):
            # the outer one would count, and the other would be thought to
            raise TypeError(f"{method.__name__} says twice what it asks for")
        setattr(method, _ACCESS, Access(permission, logged, needs))
        return method

    return mark


def access_of(attribute: Any) -> Access | None:
    """What a method or a property asks; None if nobody said."""
    function = attribute.fget if isinstance(attribute, property) else attribute
    return getattr(function, _ACCESS, None)
