"""Writes variables: into the scopes of the snapshot, into the effects and into the log of the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from shoal.errors import ConflictError
from shoal.kernel.effects import VariableRecord
from shoal.values import TypedValue, infer

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


def plain(typed: TypedValue) -> Any:
    """The value for user code, which may change it without changing the variable."""
    value = typed.value
    return copied(value) if type(value) is dict or type(value) is list else value


def set_variable(step: Step, node: Node, name: str, value: Any) -> None:
    """Set the variable in the nearest scope that has it, else in the instance.

    Plain Python values get the type that ``shoal.values.infer`` finds; it raises VariableTypeError.
    """
    owner = step.variables.owner(node, name)
    set_local(step, step.state.root if owner is None else owner, name, value, node)


def set_variables(step: Step, node: Node, values: Mapping[str, TypedValue]) -> None:
    """Set several, each in the nearest scope that has it, else in the instance."""
    for name, value in values.items():
        set_variable(step, node, name, value)


def set_local(step: Step, scope: Node, name: str, value: Any, source: Node) -> None:
    """Set the variable of exactly that scope. ``source`` is the activity instance that does it."""
    typed = value if isinstance(value, TypedValue) else infer(name, copied(value))
    scope_id = scope.id
    scopes = step.variables.scopes
    local = scopes.get(scope_id)
    if local is None:
        local = scopes[scope_id] = {}
    before = local.get(name)
    local[name] = typed
    if step.plan.observant:
        step.changes.append((scope, name, "create" if before is None else "update"))
    if typed.transient:
        if before is not None and not before.transient:
            raise ConflictError(f"variable '{name}' is stored; it cannot get a transient value", variable=name)
        step.transients.append((scope_id, name))
        return
    effects = step.effects
    key = (scope_id, name)
    created = before is None or before.transient
    if created and key in effects.variables_removed:
        effects.variables_removed.discard(key)
        created = False
    elif not created:
        earlier = effects.variables.get(key)
        created = earlier is not None and earlier.created
    record = VariableRecord(scope_id, name, typed, created, source.id)
    effects.variables[key] = record
    effects.variable_log.append(record)


def remove(step: Step, scope: Node | None, name: str) -> None:
    """Remove the variable of exactly that scope, if it is there."""
    if scope is None:
        return
    local = step.variables.scopes.get(scope.id)
    if local is None or name not in local:
        return
    gone = local.pop(name)
    if not local:
        del step.variables.scopes[scope.id]
    if step.plan.observant:
        step.changes.append((scope, name, "delete"))
    if gone.transient:
        return
    effects = step.effects
    key = (scope.id, name)
    written = effects.variables.pop(key, None)
    if written is None or not written.created:
        effects.variables_removed.add(key)


def forget_transients(step: Step) -> None:
    """Transient values end with the step."""
    scopes = step.variables.scopes
    for scope_id, name in step.transients:
        local = scopes.get(scope_id)
        if local is not None and name in local and local[name].transient:
            del local[name]
            if not local:
                del scopes[scope_id]


def copied(value: Any) -> Any:
    """A copy of a JSON value that shares no list and no map with it."""
    if type(value) is dict:
        return {key: copied(each) for key, each in value.items()}
    if type(value) is list:
        return [copied(each) for each in value]
    return value
