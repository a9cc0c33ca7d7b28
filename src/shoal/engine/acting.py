"""The engine in the hands of a user: asked for a permission, narrowed to tenants, and logged.

``engine.acting_as(principal)`` returns an object with the same attributes. A call of one of its methods asks for
the one permission that the method declares (``access``), and does nothing without it. What it then reads and
changes is narrowed by the store (``store.tenancy``). A method that changes something declares its entry in the log,
which is written with the first thing that the method writes. What declares nothing is refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Hashable, Mapping
from copy import copy
from functools import cache, partial
from typing import TYPE_CHECKING, Any, cast

from shoal.commands.context import Context
from shoal.engine.access import Access, Arguments, Logged, Value, access_of
from shoal.engine.batch import Batch
from shoal.errors import ForbiddenError
from shoal.ids import is_id
from shoal.people.operations import Entry
from shoal.people.permissions import Permission
from shoal.people.principal import Principal
from shoal.store.queries.user_operations import place_of
from shoal.store.queries.variable_scopes import instance_of_scope

if TYPE_CHECKING:
    from shoal.engine.batches import Batches

_CONTEXT = "_context"
_IDS = frozenset(
    {
        "instance_id",
        "definition_id",
        "deployment_id",
        "task_id",
        "job_id",
        "job_definition_id",
        "batch_id",
        "incident_id",
        "scope_id",
    }
)
"""Arguments that name what an operation is about."""
_SCOPE = "scope_id"
_NO_COLUMN = frozenset({"incident_id", _SCOPE})
_MANY = "instance_ids"


class Actor:
    """Who acts, and with what."""

    def __init__(self, context: Context, principal: Principal) -> None:
        self.principal = principal
        self.context = context.acting(principal.user_id, principal.tenants)
        self._whole = context
        self._logs = context.settings.history_level.keeps_everything

    def check(self, access: Access, arguments: Arguments) -> None:
        """ForbiddenError unless the method may be called."""
        others = access.needs(arguments) if access.needs is not None else ()
        self.principal.require(access.permission, *others)

    def call(self, acting: Acting, target: Any, name: str, access: Access, /, *args: Any, **kwargs: Any) -> Any:
        """Call the method of the target, if its permission is there, and log it."""
        arguments: dict[str, Any] = {}
        if access.logged is not None or access.needs is not None:
            arguments = dict(
                _signature(cast("Hashable", type(target)), name).bind(target, *args, **kwargs).arguments
            )
            arguments |= _keywords(arguments, type(target), name)
        self.check(access, arguments)
        entry = self._entry(access, target, arguments) if access.logged is not None and self._logs else None
        context = self.context
        if entry is not None:
            context = self._whole.acting(self.principal.user_id, self.principal.tenants, entry.before_commit)
        seen = target
        if hasattr(target, _CONTEXT):
            seen = copy(target)
            seen._context = context
        result = getattr(seen, name)(*args, **kwargs)
        if entry is not None:
            entry.finish(self._whole)
        return self._handed_out(acting, seen, result)

    def _handed_out(self, acting: Acting, target: Any, result: Any) -> Any:
        """What the method returned; what can be used to go on is in the hands of the same user."""
        if result is target:
            return acting
        for each in result if isinstance(result, list | tuple) else (result,):
            if isinstance(each, Batch):
                each.handed_to(cast("Batches", acting))
        if hasattr(result, _CONTEXT):
            return Acting(self, result)
        return result

    def _entry(self, access: Access, target: Any, arguments: Arguments) -> Entry:
        logged = access.logged(arguments) if callable(access.logged) else access.logged
        assert logged is not None  # noqa: S101 - asked by who calls
        said = _said(logged, target, arguments)
        columns: dict[str, Any] = {
            "user_id": self.principal.user_id,
            "operation_type": logged.operation,
            "entity_type": logged.entity,
            "category": logged.category,
            "annotation": arguments.get("annotation"),
        }
        columns |= self._places(said)
        columns |= {name: value for name, value in said.items() if name not in _NO_COLUMN}
        many = arguments.get(_MANY)
        properties = [(name, _value(value, arguments)) for name, value in logged.properties.items()]
        if isinstance(many, list | tuple | set | frozenset):
            properties = [("nrOfInstances", len(set(many))), ("async", False), *properties]
        if logged.each is not None:
            properties += list((arguments.get(logged.each) or {}).items())
        return Entry(columns, [(name, value) for name, value in properties if value is not None])

    def _places(self, said: Mapping[str, Any]) -> dict[str, Any]:
        """Where those things are that the operation names; only what the user can see."""
        found: dict[str, Any] = {}
        with self.context.database.read() as tx:
            for name, value in said.items():
                if name == _SCOPE:
                    instance_id = instance_of_scope(tx, value)
                    found |= {} if instance_id is None else place_of(tx, "instance_id", instance_id)
                elif is_id(value):
                    found |= place_of(tx, name, value)
        return found


class Acting:
    """One facade of the engine in the hands of a user."""

    __slots__ = ("_actor", "_target")

    def __init__(self, actor: Actor, target: Any) -> None:
        self._actor = actor
        self._target = target

    def __repr__(self) -> str:
        return f"<{type(self._target).__name__} for {self._actor.principal.user_id}>"

    def __getattr__(self, name: str) -> Any:
        target, actor = self._target, self._actor
        declared = inspect.getattr_static(type(target), name, None)
        access = access_of(declared)
        if access is None:
            inner = None if name.startswith("_") else vars(target).get(name)
            if hasattr(inner, _CONTEXT):
                return Acting(actor, inner)
            if declared is None:
                raise AttributeError(f"{type(target).__name__} has no attribute '{name}'")
            raise ForbiddenError(f"{type(target).__name__}.{name} is not offered to users", user_id=self._user_id)
        if isinstance(declared, property):
            actor.check(access, {})
            return getattr(target, name)
        return partial(actor.call, self, target, name, access)

    @property
    def _user_id(self) -> str:
        return self._actor.principal.user_id


class ActingEngine:
    """What ``engine.acting_as`` returns: the attributes of the engine, each in the hands of the user."""

    def __init__(self, engine: Any, context: Context, principal: Principal) -> None:
        self._engine = engine
        self._actor = Actor(context, principal)
        self.settings = engine.settings

    def __repr__(self) -> str:
        return f"<Engine for {self.principal.user_id}>"

    @property
    def principal(self) -> Principal:
        """Who acts."""
        return self._actor.principal

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        found = vars(self._engine).get(name)
        if hasattr(found, _CONTEXT):
            acting = Acting(self._actor, found)
            setattr(self, name, acting)
            return acting
        declared = inspect.getattr_static(type(self._engine), name, None)
        if found is None and declared is None:
            raise AttributeError(f"the engine has no attribute '{name}'")
        access = access_of(declared) or Access(Permission.ADMINISTER)
        self._actor.check(access, {})
        return getattr(self._engine, name)


@cache
def _signature(kind: Hashable, name: str) -> inspect.Signature:
    return inspect.signature(getattr(kind, name))


def _keywords(arguments: Mapping[str, Any], kind: type, name: str) -> dict[str, Any]:
    """What was said by ``**keywords``, by its names."""
    said: dict[str, Any] = {}
    for parameter in _signature(kind, name).parameters.values():
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            said |= arguments.get(parameter.name, {})
    return said


def _said(logged: Logged, target: Any, arguments: Arguments) -> dict[str, Any]:
    """The columns that the arguments say; those of a builder are its own attributes."""
    named = {name: arguments.get(name) for name in _IDS}
    named |= {name: value for name in _IDS if (value := vars(target).get(f"_{name}")) is not None}
    named |= {column: arguments.get(name) for name, column in logged.names.items()}
    for name in logged.names:
        if name not in logged.names.values():
            named.pop(name, None)
    return {name: value for name, value in named.items() if isinstance(value, str) and _fits(name, value)}


def _fits(column: str, value: str) -> bool:
    """Whether the column can hold it; what cannot be an id names nothing, and the method will say so."""
    return is_id(value) if column != "job_definition_id" else "\0" not in value


def _value(value: Value, arguments: Arguments) -> Any:
    return value(arguments) if callable(value) else value
