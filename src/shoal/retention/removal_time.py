"""Gives the history of a chunk of instances, decisions or batches another removal time.

Camunda 7: absolute, cleared, or calculated again from what the settings and definitions say now:

=========  ==============  ============
strategy   running         ended
=========  ==============  ============
start      start + TTL     end + TTL
end        none            end + TTL
none       none            none
=========  ==============  ============

A decision counts from its evaluation. Without a time to live there is no removal time, and history stays for
ever. ``hierarchical``: every selected element stands for its root; the time is that of the root, for everything
below it. Where the root is gone already, the oldest that is left takes its place.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from shoal.batch.lifetime import days_to_live
from shoal.commands.context import Context
from shoal.commands.delete_decisions import NO_SUCH_DECISION
from shoal.commands.outcome import NOT_FOUND, ChunkOutcome, Reason
from shoal.errors import InputError
from shoal.ids import is_id
from shoal.settings import RemovalTimeStrategy
from shoal.store.database import Tx
from shoal.store.queries import hierarchies, removal_times
from shoal.store.queries.instances import existing_ids, load_headers, lock_headers

NO_SUCH_BATCH = Reason("not-found", "no such batch")


class RemovalTimeMode(StrEnum):
    """Where the time comes from."""

    ABSOLUTE = "absolute"
    CLEARED = "cleared"
    CALCULATED = "calculated"


def check_mode(mode: RemovalTimeMode, absolute: datetime | None) -> None:
    """InputError unless a time with a zone is given exactly for ``absolute``."""
    if (mode is RemovalTimeMode.ABSOLUTE) is (absolute is None):
        raise InputError("absolute_removal_time: given if, and only if, the mode is absolute", field="mode")
    if absolute is not None and absolute.tzinfo is None:
        raise InputError("absolute_removal_time: an instant with a time zone", field="absolute_removal_time")


def set_removal_time_of_instances(
    ctx: Context,
    tx: Tx,
    ids: Sequence[str],
    mode: RemovalTimeMode,
    absolute: datetime | None = None,
    *,
    hierarchical: bool = False,
    wait: bool = False,
) -> ChunkOutcome:
    """Set the removal time of instances, running or ended, with the decisions that they made.

    Skipped: not-found. Put back: somebody else holds the instance, or one of its hierarchy (unless ``wait``).
    """
    check_mode(mode, absolute)
    outcome = ChunkOutcome()
    wanted = [each for each in ids if is_id(each)]
    if hierarchical:
        headers = load_headers(tx, wanted)
        roots = {each: header.root_id for each, header in headers.items()}
        members = hierarchies.instances_below(tx, sorted(set(roots.values())))
        locked = lock_headers(tx, sorted(each for below in members.values() for each in below), skip=not wait)
        free = {root for root, below in members.items() if all(each in locked for each in below)}
        done = [each for each in wanted if roots.get(each) in free]
        existing: Collection[str] = headers
    else:
        done = list(lock_headers(tx, wanted, skip=not wait))
        existing = done if len(done) == len(wanted) else existing_ids(tx, wanted)
    _sort_out(outcome, ids, done, existing, NOT_FOUND)
    if mode is RemovalTimeMode.CALCULATED:
        strategy = ctx.settings.history_removal_time_strategy
        if strategy is RemovalTimeStrategy.NONE:
            absolute = None
        elif hierarchical:
            _calculate_hierarchies(tx, {root: members[root] for root in free}, strategy)
            return outcome
        else:
            from_start = strategy is RemovalTimeStrategy.START
            removal_times.calculate_of_instances(tx, done, from_start=from_start)
            return outcome
    if hierarchical:
        removal_times.set_below_roots(tx, sorted(free), absolute)
    else:
        removal_times.set_of_instances(tx, done, absolute)
    return outcome


def set_removal_time_of_decisions(
    ctx: Context,
    tx: Tx,
    ids: Sequence[str],
    mode: RemovalTimeMode,
    absolute: datetime | None = None,
    *,
    hierarchical: bool = False,
    with_processes: bool = False,
    wait: bool = False,
) -> ChunkOutcome:
    """Set the removal time of decisions, with their inputs and outputs.

    ``with_processes``, which needs ``hierarchical``: for a decision that a process asked for, set that of the
    whole hierarchy of processes with all its decisions, as if its root had been selected; Camunda 7 leaves
    processes alone. Skipped: not-found. Put back: held by somebody else (unless ``wait``).
    """
    check_mode(mode, absolute)
    if with_processes and not hierarchical:
        raise InputError("with_processes: only together with hierarchical", field="with_processes")
    outcome = ChunkOutcome()
    wanted = [each for each in ids if is_id(each)]
    found = hierarchies.find_decisions(tx, wanted)
    busy: set[str] = set()
    asked = {}
    if with_processes:
        asked = {each.id: each.root_instance_id for each in found.values() if each.root_instance_id is not None}
        busy = _with_processes(ctx, tx, asked, mode, absolute, wait=wait)
    roots = {each.id: each.root_id if hierarchical else each.id for each in found.values() if each.id not in asked}
    members = (
        hierarchies.decisions_below(tx, sorted(set(roots.values())))
        if hierarchical
        else {each: [each] for each in roots.values()}
    )
    locked = hierarchies.lock_decisions(
        tx, sorted(each for below in members.values() for each in below), skip=not wait
    )
    free = {root for root, below in members.items() if below and all(each in locked for each in below)}
    done = [each for each in wanted if roots.get(each) in free or (each in asked and each not in busy)]
    _sort_out(outcome, ids, done, found, NO_SUCH_DECISION)
    _set_decisions(ctx, tx, {root: members[root] for root in free}, mode, absolute)
    return outcome


def set_removal_time_of_batches(
    ctx: Context,
    tx: Tx,
    ids: Sequence[str],
    mode: RemovalTimeMode,
    absolute: datetime | None = None,
    *,
    wait: bool = False,
) -> ChunkOutcome:
    """Set the removal time of batches, with what is known of their elements and jobs.

    The settings say for how long batches of an operation are kept. Skipped: not-found. Put back: held by somebody
    else (unless ``wait``).
    """
    check_mode(mode, absolute)
    outcome = ChunkOutcome()
    wanted = [each for each in ids if is_id(each)]
    locked = hierarchies.lock_batches(tx, wanted, skip=not wait)
    existing = locked if len(locked) == len(wanted) else hierarchies.existing_batches(tx, wanted)
    _sort_out(outcome, ids, list(locked), existing, NO_SUCH_BATCH)
    strategy = ctx.settings.history_removal_time_strategy
    if mode is not RemovalTimeMode.CALCULATED or strategy is RemovalTimeStrategy.NONE:
        removal_times.set_of_batches(tx, list(locked), absolute)
        return outcome
    from_start = strategy is RemovalTimeStrategy.START
    by_days: dict[int | None, list[str]] = {}
    for batch_id, operation in locked.items():
        by_days.setdefault(days_to_live(ctx.settings, operation), []).append(batch_id)
    for days, chosen in by_days.items():
        removal_times.calculate_of_batches(tx, chosen, days, from_start=from_start)
    return outcome


def _sort_out(
    outcome: ChunkOutcome, ids: Sequence[str], done: Sequence[str], existing: Collection[str], missing: Reason
) -> None:
    there, outcome.succeeded = set(done), list(done)
    for each in ids:
        if each in there:
            continue
        if each in existing:
            outcome.put_back.append(each)
        else:
            outcome.skipped[each] = missing


def _calculate_hierarchies(tx: Tx, members: Mapping[str, Sequence[str]], strategy: RemovalTimeStrategy) -> None:
    from_start = strategy is RemovalTimeStrategy.START
    present = [root for root, below in members.items() if root in below]
    removal_times.calculate_of_instances(tx, present, from_start=from_start)
    removal_times.follow_roots(tx, present)
    oldest = {root: min(below) for root, below in members.items() if root not in below}
    if oldest:
        removal_times.calculate_of_instances(tx, sorted(oldest.values()), from_start=from_start)
        values = hierarchies.removal_times_of_instances(tx, sorted(oldest.values()))
        for value, roots in _by_value(oldest, values).items():
            removal_times.set_below_roots(tx, roots, value)


def _set_decisions(
    ctx: Context,
    tx: Tx,
    members: Mapping[str, Sequence[str]],
    mode: RemovalTimeMode,
    absolute: datetime | None,
) -> None:
    strategy = ctx.settings.history_removal_time_strategy
    if mode is not RemovalTimeMode.CALCULATED or strategy is RemovalTimeStrategy.NONE:
        removal_times.set_of_decisions(tx, sorted(each for below in members.values() for each in below), absolute)
        return
    # ids are in the order in which the decisions were evaluated; required ones come before those that require them
    leading = {root: root if root in below else min(below) for root, below in members.items()}
    removal_times.calculate_of_decisions(tx, sorted(leading.values()))
    values = hierarchies.removal_times_of_decisions(tx, sorted(leading.values()))
    for value, roots in _by_value(leading, values).items():
        removal_times.set_of_decisions(tx, sorted(each for root in roots for each in members[root]), value)


def _with_processes(
    ctx: Context,
    tx: Tx,
    asked: Mapping[str, str],
    mode: RemovalTimeMode,
    absolute: datetime | None,
    *,
    wait: bool,
) -> set[str]:
    """Set the hierarchies of processes that asked; the decisions of those that somebody else holds."""
    roots = sorted(set(asked.values()))
    outcome = set_removal_time_of_instances(ctx, tx, roots, mode, absolute, hierarchical=True, wait=wait)
    return {each for each, root in asked.items() if root in outcome.put_back}


def _by_value(
    leading: Mapping[str, str], values: Mapping[str, datetime | None]
) -> dict[datetime | None, list[str]]:
    found: dict[datetime | None, list[str]] = {}
    for root, each in leading.items():
        found.setdefault(values[each], []).append(root)
    return found
