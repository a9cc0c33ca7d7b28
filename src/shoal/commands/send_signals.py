"""Sends a signal to everybody: nodes that wait for it, and definitions that it starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shoal.commands.begin_by_events import begin
from shoal.commands.context import Context
from shoal.commands.correlate_messages import Correlated
from shoal.commands.correlate_targets import trigger_of
from shoal.commands.texts import checked
from shoal.commands.wake_subscribers import raise_first_failure, wake
from shoal.errors import ConflictError, InputError
from shoal.filters import InstanceFilter
from shoal.ids import is_id
from shoal.store.queries import subscriptions
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.subscriptions import Subscription
from shoal.values import TypedValue


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal and what it carries."""

    name: str
    variables: Mapping[str, TypedValue] = field(default_factory=dict)
    """They go where they are, else to the instance."""
    node_id: str | None = None
    """Only this activity instance (Camunda 7: executionId); nothing is started then."""
    tenant_id: str | None = None
    without_tenant: bool = False


def send_signal(ctx: Context, signal: Signal) -> list[Correlated]:
    """Let everybody have it who waits for it, and start the definitions that it starts; where it arrived.

    Nobody need be there, unless ``node_id`` says who: ConflictError if that one does not wait for it. InputError
    without a name. One that fails does not keep the others from it; the first error is raised in the end, and its
    ``details["correlated"]`` says how many got the signal.
    """
    if not signal.name:
        raise InputError("No signal name supplied", field="signalName")
    checked("signalName", signal.name)
    checked("tenantId", signal.tenant_id)
    if signal.node_id is not None and (signal.tenant_id is not None or signal.without_tenant):
        raise InputError("A tenant cannot be given together with an execution", field="tenantId")
    waiting, starting = _receivers(ctx, signal)
    errors = wake(
        ctx, f"Cannot deliver signal '{signal.name}'", waiting, lambda each: trigger_of(each, signal.variables, {})
    )
    done = [
        Correlated(each.instance_id or "", False, node_id=each.node_id) for each in waiting if each.id not in errors
    ]
    started = begin(ctx, starting, signal.variables)
    done += [Correlated(found, True, each.definition_id) for found, each in zip(started, starting, strict=True)]
    raise_first_failure(errors, len(done))
    return done


def _receivers(ctx: Context, signal: Signal) -> tuple[list[Subscription], list[Subscription]]:
    if signal.node_id is not None:
        waiting = _at(ctx, signal, signal.node_id) if is_id(signal.node_id) else []
        if not waiting:
            raise ConflictError(
                f"Execution '{signal.node_id}' has not subscribed to a signal event with name '{signal.name}'"
            )
        return waiting, []
    tenants = None if signal.tenant_id is None else (signal.tenant_id,)
    of = InstanceFilter(tenant_id_in=tenants, without_tenant=True if signal.without_tenant else None)
    with ctx.database.read() as tx:
        waiting = subscriptions.waiting_instances(tx, "signal", signal.name, conditions=conditions(of))
        starting = [
            each
            for each in subscriptions.starting_definitions(tx, "signal", signal.name)
            if (not signal.without_tenant or each.tenant_id is None)
            and (signal.tenant_id is None or each.tenant_id == signal.tenant_id)
        ]
    return waiting, starting


def _at(ctx: Context, signal: Signal, node_id: str) -> list[Subscription]:
    with ctx.database.read() as tx:
        return subscriptions.waiting_instances(
            tx, "signal", signal.name, conditions=conditions(InstanceFilter()), node_id=node_id
        )
