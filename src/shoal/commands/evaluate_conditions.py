"""Evaluates the conditional start events of definitions, and starts an instance for each that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shoal import clock
from shoal.bpmn.events import ConditionalEvent
from shoal.commands.begin_by_events import begin
from shoal.commands.context import Context
from shoal.commands.correlate_messages import Correlated
from shoal.commands.start_instances import find_definition
from shoal.commands.start_subscriptions import CONDITION
from shoal.commands.texts import checked
from shoal.errors import ConflictError, SuspendedError
from shoal.ids import new_id
from shoal.kernel import InstanceFacts, holds_at_start
from shoal.store.database import Tx
from shoal.store.queries import subscriptions
from shoal.store.queries.subscriptions import Subscription
from shoal.values import TypedValue


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Variables, and which definitions are asked. What is not said does not matter."""

    variables: Mapping[str, TypedValue] = field(default_factory=dict)
    """What the conditions see, and what the started instances get."""
    business_key: str | None = None
    definition_id: str | None = None
    """Only this definition, be it its newest version or not."""
    tenant_id: str | None = None
    without_tenant: bool = False


def evaluate_conditions(ctx: Context, evaluation: Evaluation) -> list[Correlated]:
    """Start an instance at each conditional start event whose condition holds, all in one transaction.

    Camunda 7: an event that names a variable is asked only if that variable is given; one whose condition knows a
    name that does not exist does not hold. ConflictError: nobody has such an event; NotFoundError: no such
    definition; ExecutionError: a condition, or what followed, failed, and nothing was started.
    """
    checked("businessKey", evaluation.business_key)
    checked("tenantId", evaluation.tenant_id)
    with ctx.database.read() as tx:
        asked = _asked(ctx, tx, evaluation)
        models = ctx.catalog.get_many(tx, {each.definition_id or "" for each in asked})
    now = clock.now()
    starts: list[Subscription] = []
    for each in asked:
        model = models[each.definition_id or ""]
        facts = InstanceFacts(new_id(), model.definition_id, model.key, evaluation.business_key, model.tenant_id)
        if holds_at_start(model.process, each.activity_id, facts, evaluation.variables, ctx.host, now):
            starts.append(each)
    ids = begin(ctx, starts, evaluation.variables, business_key=evaluation.business_key)
    return [Correlated(found, True, each.definition_id) for found, each in zip(ids, starts, strict=True)]


def _asked(ctx: Context, tx: Tx, evaluation: Evaluation) -> list[Subscription]:
    if evaluation.definition_id is not None:
        try:
            definition = find_definition(tx, definition_id=evaluation.definition_id)
        except SuspendedError:
            return []
        events = ctx.catalog.get(tx, definition.id).process.root.start_events
        found = [
            Subscription("", *CONDITION, None, None, event.id, definition.id, definition.tenant_id)
            for event in events
            if isinstance(event.definition, ConditionalEvent)
        ]
        if not found:
            raise ConflictError(
                f"Process definition with id '{definition.id}' does not declare conditional start event"
            )
        return found
    found = subscriptions.starting_definitions(tx, *CONDITION)
    if evaluation.without_tenant:
        found = [each for each in found if each.tenant_id is None]
    elif evaluation.tenant_id is not None:
        found = [each for each in found if each.tenant_id == evaluation.tenant_id]
    if not found:
        raise ConflictError("No subscriptions were found during evaluation of the conditional start events.")
    return found
