"""Correlates messages: with nodes that wait for them, or with definitions that they start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shoal.bpmn.events import MessageEvent
from shoal.commands.begin_by_events import begin
from shoal.commands.context import Context
from shoal.commands.correlate_targets import trigger_of
from shoal.commands.start_instances import find_definition
from shoal.commands.start_subscriptions import event_name
from shoal.commands.texts import checked
from shoal.commands.wake_subscribers import raise_first_failure, wake
from shoal.errors import ConflictError, InputError, NotFoundError, SuspendedError
from shoal.filters import InstanceFilter, VariableCondition
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import subscriptions
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.subscriptions import Subscription
from shoal.values import TypedValue, ValueType

Variables = Mapping[str, TypedValue]


@dataclass(frozen=True, slots=True)
class Message:
    """A message and whom it is for. What is not said does not matter."""

    name: str | None
    """None: whatever the message, if anything else is said about whom it is for. It starts nothing then."""
    business_key: str | None = None
    """Instances with this business key; a started instance gets it."""
    correlation_variables: Variables = field(default_factory=dict)
    """Instances that have these variables with these values (Camunda 7: correlationKeys)."""
    local_correlation_variables: Variables = field(default_factory=dict)
    """Waiting activities that have these variables themselves (Camunda 7: localCorrelationKeys)."""
    instance_ids: tuple[str, ...] | None = None
    node_id: str | None = None
    """Only this activity instance (Camunda 7: the execution of messageEventReceived)."""
    definition_id: str | None = None
    """Only start events of this definition, be it its newest version or not."""
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
        for error in _trigger(ctx, message, waiting).values():
            raise error
        return _arrived(waiting[0])
    if not starting:
        raise ConflictError(
            f"Cannot correlate message '{message.name}': no process definition or execution matches the parameters",
            matches="none",
        )
    return _start(ctx, message, starting)[0]


def correlate_all(ctx: Context, message: Message) -> list[Correlated]:
    """Correlate with every waiting node and every definition that match, be there none.

    One that fails does not keep the others from it; the first error is raised in the end, and its
    ``details["correlated"]`` says how many got the message. InputError without a name.
    """
    waiting, starting = _matches(ctx, message)
    errors = _trigger(ctx, message, waiting)
    done = [_arrived(each) for each in waiting if each.id not in errors]
    done += _start(ctx, message, starting)
    raise_first_failure(errors, len(done))
    return done


def _matches(ctx: Context, message: Message) -> tuple[list[Subscription], list[Subscription]]:
    _check(message)
    waiting: list[Subscription] = []
    starting: list[Subscription] = []
    with ctx.database.read() as tx:
        if (
            not message.start_only
            and message.definition_id is None
            and (message.node_id is None or is_id(message.node_id))
        ):
            local = [_condition(*each) for each in message.local_correlation_variables.items()]
            waiting = subscriptions.waiting_instances(
                tx,
                "message",
                message.name,
                conditions=conditions(_instances(message)),
                node_id=message.node_id,
                local_variables=local,
            )
        if not message.wait_only and message.instance_ids is None and message.node_id is None and message.name:
            if message.definition_id is not None:
                starting = _starts_of(ctx, tx, message.definition_id, message.name)
            else:
                starting = subscriptions.starting_definitions(tx, "message", message.name)
            starting = [each for each in starting if _is_of_tenant(message, each)]
    return waiting, starting


def _check(message: Message) -> None:
    if message.name == "" or (
        message.name is None
        and not message.business_key
        and not message.correlation_variables
        and not message.local_correlation_variables
        and message.instance_ids is None
        and message.node_id is None
    ):
        raise InputError(
            "No message name supplied; without a name, a business key, correlation variables or the ids of "
            "process instances have to say for whom the message is",
            field="messageName",
        )
    checked("messageName", message.name)
    checked("businessKey", message.business_key)
    checked("tenantId", message.tenant_id)


def _starts_of(ctx: Context, tx: Tx, definition_id: str, name: str) -> list[Subscription]:
    """The start event of that definition which the message starts, whatever its version."""
    try:
        definition = find_definition(tx, definition_id=definition_id)
    except (NotFoundError, SuspendedError):
        return []
    return [
        Subscription("", "message", name, None, None, event.id, definition.id, definition.tenant_id)
        for event in ctx.catalog.get(tx, definition.id).process.root.start_events
        if isinstance(event.definition, MessageEvent) and event_name(event.definition) == ("message", name)
    ]


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


def _is_of_tenant(message: Message, subscription: Subscription) -> bool:
    if message.without_tenant:
        return subscription.tenant_id is None
    return message.tenant_id is None or subscription.tenant_id == message.tenant_id


def _trigger(ctx: Context, message: Message, waiting: Sequence[Subscription]) -> dict[str, Exception]:
    what = "Cannot correlate message" + (f" '{message.name}'" if message.name else "")
    return wake(
        ctx,
        what,
        waiting,
        lambda each: trigger_of(each, message.variables, message.local_variables, message.triggered_variables),
    )


def _start(ctx: Context, message: Message, starting: Sequence[Subscription]) -> list[Correlated]:
    variables = {**message.variables, **message.local_variables, **message.triggered_variables}
    started = begin(ctx, starting, variables, business_key=message.business_key)
    return [
        Correlated(instance_id, True, each.definition_id)
        for instance_id, each in zip(started, starting, strict=True)
    ]


def _arrived(subscription: Subscription) -> Correlated:
    return Correlated(subscription.instance_id or "", False, node_id=subscription.node_id)
