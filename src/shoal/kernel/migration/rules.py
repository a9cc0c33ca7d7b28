"""The rules that an instruction has to keep. Camunda 7: MigrationInstructionValidator, in its order and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from shoal.bpmn.events import BoundaryEvent, CompensateEvent, ConditionalEvent
from shoal.kernel.behaviors import registry
from shoal.kernel.migration.kinds import catches, event_of, is_synchronizing, kind_name, same_kind
from shoal.kernel.migration.pairs import Pair, Pairs
from shoal.kernel.migration.scopes import event_scope, has_trigger, scopes_around, timeout_listeners

Rule = Callable[[Pair, Pairs], Iterator[str]]


def failures_of(pair: Pair, pairs: Pairs, ignored: frozenset[Rule] = frozenset()) -> tuple[str, ...]:
    """Everything that is wrong with the pair within its plan."""
    return tuple(said for rule in RULES if rule not in ignored for said in rule(pair, pairs))


def executed(pair: Pair, pairs: Pairs) -> Iterator[str]:  # noqa: ARG001
    """The kernel has to execute both. This rule is not Camunda's."""
    for side, plan in (("Source", pair.source), ("Target", pair.target)):
        for fault in registry.faults_of(plan.model):
            yield f"{side} activity '{plan.id}' cannot be migrated: {fault.what}"


def same_behavior(pair: Pair, pairs: Pairs) -> Iterator[str]:  # noqa: ARG001
    """Both are of the same kind."""
    if not same_kind(pair.source, pair.target):
        source, target = kind_name(pair.source), kind_name(pair.target)
        yield f"Activities have incompatible types ({source} is not compatible with {target})"


def same_event_type(pair: Pair, pairs: Pairs) -> Iterator[str]:  # noqa: ARG001
    """Both catch the same type of event. Camunda 7 does not look at intermediate events."""
    if catches(pair.source) and catches(pair.target):
        source, target = pair.source.activity_type, pair.target.activity_type
        if source != target:
            yield f"Events are not of the same type ({source} != {target})"


def mapped_once(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """An element becomes one other."""
    several = pairs.all_from(pair.source.id)
    if len(several) > 1:
        listed = ", ".join(str(each.instruction) for each in several)
        yield f"There are multiple mappings for source activity id '{pair.source.id}': {listed}"


def no_new_body(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """No instance gets into a multi-instance body that has not been there before."""
    for scope in scopes_around(pair.target):
        if pairs.all_to(scope.id):
            return
        if scope.inner is not None:
            yield (
                f"Target activity '{pair.target.id}' is a descendant of multi-instance body '{scope.id}' that is "
                f"not mapped from the source process definition."
            )
            return


def no_new_inner(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """What a body repeats in the target comes from somewhere."""
    inner = pair.target.inner
    if inner is not None and not pairs.all_to(inner.id):
        yield "Must map the inner activity of a multi-instance body when the body is mapped"


def no_lost_inner(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """What a body repeats in the source goes somewhere."""
    inner = pair.source.inner
    if inner is not None and not pairs.all_from(inner.id):
        yield "Cannot remove the inner activity of a multi-instance body when the body is mapped"


def gateway(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """A gateway does not get more tokens than it has incoming flows: nothing would release them."""
    if not is_synchronizing(pair.target):
        return
    if pair.source.incoming > pair.target.incoming:
        yield (
            "The target gateway must have at least the same number of incoming sequence flows that the source "
            "gateway has"
        )
    scope = pair.source.scope
    if scope is not None and scope is not pairs.source.root and not pairs.all_from(scope.id):
        yield f"The gateway's flow scope '{scope.id}' must be mapped"
    if len(pairs.all_to(pair.target.id)) > 1:
        yield f"Only one gateway can be mapped to gateway '{pair.target.id}'"


def same_event_scope(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """What waits for the event in the source becomes what waits for it in the target."""
    if isinstance(pair.source.element, BoundaryEvent) and isinstance(event_of(pair.source), CompensateEvent):
        # the activity is done when its compensation is waited for
        return
    source, target = event_scope(pair.source), event_scope(pair.target)
    if source is None or source is pair.source.scope:
        return
    if target is None:
        # the listeners of a user task may all be gone in the target
        if not timeout_listeners(pair.source):
            yield (
                f"The source activity's event scope ({source.id}) must be mapped but the target activity has no "
                f"event scope"
            )
    elif pairs.target_of(source) is not target:
        yield (
            f"The source activity's event scope ({source.id}) must be mapped to the target activity's event "
            f"scope ({target.id})"
        )


def trigger_to_update(pair: Pair, pairs: Pairs) -> Iterator[str]:  # noqa: ARG001
    """Only what waits for an event can be told to wait for another."""
    if pair.instruction.update_event_trigger and not has_trigger(pair.source):
        yield "Cannot update event trigger because the activity does not define a persistent event trigger"


def ancestor_kept(pair: Pair, pairs: Pairs) -> Iterator[str]:
    """Whatever is inside of a scope that migrates stays inside of it."""
    for scope in scopes_around(pair.source):
        around = pairs.of(scope.id)
        if around is None:
            continue
        if not any(each is around.target for each in scopes_around(pair.target)):
            yield (
                f"The closest mapped ancestor '{around.source.id}' is mapped to scope '{around.target.id}' which "
                f"is not an ancestor of target scope '{pair.target.id}'"
            )
        return


def condition_updated(pair: Pair, pairs: Pairs) -> Iterator[str]:  # noqa: ARG001
    """A condition is that of the target."""
    if isinstance(event_of(pair.source), ConditionalEvent) and not pair.instruction.update_event_trigger:
        yield "Conditional event has to migrate with update event trigger."


RULES: tuple[Rule, ...] = (
    executed,
    same_behavior,
    same_event_type,
    mapped_once,
    no_new_body,
    no_new_inner,
    no_lost_inner,
    gateway,
    same_event_scope,
    trigger_to_update,
    ancestor_kept,
    condition_updated,
)
OF_REPETITION: frozenset[Rule] = frozenset({no_new_inner, no_lost_inner})
"""The rules that a body can only keep when the activity in it has been looked at as well."""
