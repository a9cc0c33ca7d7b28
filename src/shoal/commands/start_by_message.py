"""Starts one instance of each given definition at the start event that waits for a message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from shoal import clock
from shoal.commands.advance import failure_of
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import write_rows
from shoal.commands.load import Loaded
from shoal.commands.move_chunk import move_each
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.commands.rows import ChunkRows
from shoal.commands.set_variables import Variables
from shoal.ids import is_id, new_id
from shoal.kernel import InstanceFacts, new_snapshot
from shoal.kernel.stimulus import Start
from shoal.store.database import Tx
from shoal.store.queries.definitions import find_definitions
from shoal.store.queries.subscriptions import Subscription, existing_subscriptions, starts_of_definitions

NO_SUCH_DEFINITION = Reason("not-found", "no such process definition")
NO_START_EVENT = Reason("not-waiting", "the message does not start the process definition")
SUSPENDED_DEFINITION = Reason("suspended", "the process definition is suspended")


@dataclass(slots=True)
class PreparedStarts:
    """The first half of a chunk: the new instances, in memory."""

    outcome: ChunkOutcome = field(default_factory=ChunkOutcome)
    rows: ChunkRows | None = None
    started: dict[str, tuple[str, str]] = field(default_factory=dict)
    """The new instance of each definition, and the subscription by which it was started."""


def unstartable(tx: Tx, definition_ids: Sequence[str], message: str) -> dict[str, Reason]:
    """Which of the definitions a message does not start, and why."""
    return _sorted_out(tx, definition_ids, message)[1]


def prepare_start_by_message(
    ctx: Context,
    definition_ids: Sequence[str],
    message: str,
    *,
    variables: Variables,
    business_key: str | None = None,
) -> PreparedStarts:
    """Start the new instances in memory; code of the models runs here.

    Skipped: not-found, not-waiting, suspended. Failed: a process failed before its first wait.
    """
    prepared = PreparedStarts()
    now = clock.now()
    with ctx.database.read() as tx:
        starts, prepared.outcome.skipped = _sorted_out(tx, definition_ids, message)
        models = ctx.catalog.get_many(tx, set(starts))
    work: list[tuple[Loaded, Sequence[Start]]] = []
    of: dict[str, str] = {}
    for definition_id, start in starts.items():
        model = models[definition_id]
        facts = InstanceFacts(new_id(), definition_id, model.key, business_key, model.tenant_id)
        of[facts.id] = definition_id
        work.append((Loaded(new_snapshot(facts), model), (Start(variables, start.activity_id),)))
    if not work:
        return prepared
    moved, failed = move_each(ctx, work, now)
    prepared.rows, unstorable = build_rows(ctx, moved, now)
    failed |= unstorable
    prepared.outcome.failed = {of[each]: failure_of(error) for each, error in failed.items() if each in of}
    prepared.started = {
        definition_id: (instance_id, starts[definition_id].id)
        for instance_id, definition_id in of.items()
        if instance_id not in failed
    }
    return prepared


def start_by_message(ctx: Context, tx: Tx, definition_ids: Sequence[str], prepared: PreparedStarts) -> ChunkOutcome:
    """Write the new instances. Put back: definitions that the message does not start any more."""
    wanted = set(definition_ids)
    known = prepared.outcome
    outcome = ChunkOutcome(
        skipped={each: reason for each, reason in known.skipped.items() if each in wanted},
        failed={each: failure for each, failure in known.failed.items() if each in wanted},
    )
    if prepared.rows is None:
        return outcome
    started = prepared.started
    still = existing_subscriptions(tx, [subscription_id for _, subscription_id in started.values()])
    good = [each for each in definition_ids if each in started and started[each][1] in still]
    prepared.rows.drop({instance_id for each, (instance_id, _) in started.items() if each not in good})
    write_rows(ctx, tx, prepared.rows)
    outcome.succeeded = good
    outcome.put_back = [each for each in definition_ids if each in started and each not in good]
    return outcome


def _sorted_out(
    tx: Tx, definition_ids: Sequence[str], message: str
) -> tuple[dict[str, Subscription], dict[str, Reason]]:
    found = find_definitions(tx, [each for each in definition_ids if is_id(each)])
    starting = {each.definition_id: each for each in starts_of_definitions(tx, "message", message, list(found))}
    left_out: dict[str, Reason] = {}
    starts: dict[str, Subscription] = {}
    for each in definition_ids:
        if each not in found:
            left_out[each] = NO_SUCH_DEFINITION
        elif each not in starting:
            left_out[each] = NO_START_EVENT
        elif found[each].suspended:
            left_out[each] = SUSPENDED_DEFINITION
        else:
            starts[each] = starting[each]
    return starts, left_out
