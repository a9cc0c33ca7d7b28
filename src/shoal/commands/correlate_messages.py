"""Correlates messages: with nodes that wait for them, or with definitions that they start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shoal.commands.context import Context
from shoal.commands.correlate_targets import trigger_of
from shoal.commands.direct import Aim, move_directly
from shoal.commands.start_instances import start_instances
from shoal.commands.texts import checked
from shoal.errors import ConflictError, InputError
from shoal.filters import InstanceFilter, VariableCondition
from shoal.store.database import Tx
from shoal.store.queries import subscriptions
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.subscriptions import Subscription
from shoal.values import TypedValue, ValueType

Variables = Mapping[str, TypedValue]


@dataclass(frozen=True, slots=True)
class Message:
    """A message and whom it is for. What is not said does not matter."""

    name: str
    business_key: str | None = None
    """Instances with this business key; a started instance gets it."""
    correlation_variables: Variables = field(default_factory=dict)
    """Instances that have these variables with these values (Camunda 7: correlationKeys)."""
    instance_ids: tuple[str, ...] | None = None
    definition_id: str | None = None
    """Only start events of this definition."""
    tenant_id: str | None = None
    without_tenant: bool = False
    variables: Variables = field(default_factory=dict)
    local_variables: Variables = field(default_factory=dict)
    triggered_variables: Variables = field(default_factory=dict)
    """For the scope that the event begins (Camunda 7: processVariablesToTriggeredScope)."""
    start_only: bool = False
    """Do not look at waiting nodes."""
    wait_only: bool = False
    """Do not start anything."""


@dataclass(frozen=True, slots=True)
class Correlated:
    """Where a message arrived. ``started``: it began the instance; else ``node_id`` waited for it."""

    instance_id: str
    started: bool
    definition_id: str | None = None
    node_id: str | None = None


def correlate_message(ctx: Context, message: Message) -> Correlated:
    """Correlate with exactly one: a waiting node, or else a definition.

    ConflictError (Camunda 7: MismatchingMessageCorrelationException) when none or several match; InputError
    without a name; SuspendedError, VariableTypeError, ExecutionError: what followed failed.
    """
    waiting, starting = _matches(ctx, message)
    if len(waiting) > 1 or (not waiting and len(starting) > 1):
        several = f"{len(waiting)} executions" if waiting else f"{len(starting)} process definitions"
        raise ConflictError(
            f"Cannot correlate message '{message.name}': {several} match; one was wanted", matches=several
        )
    if waiting:
        errors = _trigger(ctx, message, waiting)
        for error in errors.values():
            raise error
        return _arrived(waiting[0])
    if not starting:
        raise ConflictError(
            f"Cannot correlate message '{message.name}': no process definition or execution matches the parameters",
            matches="none",
        )
    return _start(ctx, message, starting[0])


def correlate_all(ctx: Context, message: Message) -> list[Correlated]:
    """Correlate with every waiting node and every definition that match, be there none.

    One that fails does not keep the others from it; the first error is raised in the end, and its
    ``details["correlated"]`` says how many got the message. InputError without a name.
    """
    waiting, starting = _matches(ctx, message)
    errors = _trigger(ctx, message, waiting)
    done = [_arrived(each) for each in waiting if each.id not in errors]
    done += [_start(ctx, message, each) for each in starting]
    for error in errors.values():
        if isinstance(error, ConflictError):
            continue  # it stopped waiting meanwhile
        if hasattr(error, "details"):
            error.details = {**error.details, "correlated": len(done)}
        raise error
    return done


def _matches(ctx: Context, message: Message) -> tuple[list[Subscription], list[Subscription]]:
    if not message.name:
        raise InputError("No message name supplied", field="messageName")
    checked("messageName", message.name)
    checked("businessKey", message.business_key)
    checked("tenantId", message.tenant_id)
    waiting: list[Subscription] = []
    starting: list[Subscription] = []
    with ctx.database.read() as tx:
        if not message.start_only and message.definition_id is None:
            waiting = subscriptions.waiting_instances(
                tx, "message", message.name, conditions=conditions(_instances(message))
            )
        if not message.wait_only and message.instance_ids is None:
            starting = [
                each
                for each in subscriptions.starting_definitions(tx, "message", message.name)
                if _may_start(message, each)
            ]
    return waiting, starting


def _instances(message: Message) -> InstanceFilter:
    return InstanceFilter.model_validate(
        {
            "ids": message.instance_ids,
            "business_key": message.business_key,
            "tenant_id_in": None if message.tenant_id is None else (message.tenant_id,),
            "without_tenant": True if message.without_tenant else None,
            "variables": tuple(_condition(*each) for each in message.correlation_variables.items()) or None,
        }
    )


def _condition(name: str, value: TypedValue) -> VariableCondition:
    if value.type in (ValueType.JSON, ValueType.OBJECT, ValueType.BYTES, ValueType.FILE, ValueType.XML):
        raise InputError(f"correlationKeys: '{name}' of type {value.type.value} cannot be compared", field=name)
    return VariableCondition(name=name, value=value.value)


def _may_start(message: Message, subscription: Subscription) -> bool:
    if message.definition_id is not None and subscription.definition_id != message.definition_id:
        return False
    if message.without_tenant:
        return subscription.tenant_id is None
    return message.tenant_id is None or subscription.tenant_id == message.tenant_id


def _trigger(ctx: Context, message: Message, waiting: Sequence[Subscription]) -> dict[str, Exception]:
    by_id = {each.id: each for each in waiting}

    def locate(tx: Tx, keys: Sequence[str]) -> dict[str, Aim | Exception]:
        still = subscriptions.existing_subscriptions(tx, keys)
        aims: dict[str, Aim | Exception] = {}
        for key in keys:
            if key in still:
                stimulus = trigger_of(
                    by_id[key], message.variables, message.local_variables, message.triggered_variables
                )
                aims[key] = Aim(by_id[key].instance_id or "", stimulus)
            else:
                aims[key] = ConflictError(
                    f"Cannot correlate message '{message.name}': process instance "
                    f"'{by_id[key].instance_id}' does not wait for it any more"
                )
        return aims

    return move_directly(ctx, list(by_id), locate)


def _start(ctx: Context, message: Message, subscription: Subscription) -> Correlated:
    started = start_instances(
        ctx,
        definition_id=subscription.definition_id,
        business_key=message.business_key,
        variables={**message.variables, **message.local_variables, **message.triggered_variables},
        start_event_id=subscription.activity_id,
    )
    return Correlated(started[0], True, subscription.definition_id)


def _arrived(subscription: Subscription) -> Correlated:
    return Correlated(subscription.instance_id or "", False, node_id=subscription.node_id)
