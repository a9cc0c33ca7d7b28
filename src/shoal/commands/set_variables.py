"""Sets variables of the instances themselves, with a few statements per name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.commands import prepared as halves
from shoal.commands.advance import failure_of
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.commands.lock_chunk import lock_ids
from shoal.commands.outcome import ChunkOutcome, Failure
from shoal.commands.prepared import Prepared, prepare_loaded
from shoal.errors import ConflictError, VariableTypeError
from shoal.ids import is_id, new_id
from shoal.kernel.stimulus import SetVariables, Stimulus
from shoal.store.database import Tx
from shoal.store.queries import instances, large_values, variables
from shoal.store.variable_codec import Columns, Encoder
from shoal.values import TypedValue

Variables = Mapping[str, TypedValue]


def check_variables(values: Variables, *, transient: bool = False) -> None:
    """VariableTypeError if one of the values cannot be stored, or is transient where that is not allowed."""
    encoder = Encoder(2**62)
    for name, value in values.items():
        if value.transient and not transient:
            raise VariableTypeError(f"variable '{name}': a transient value cannot be set here", variable=name)
        encoder.encode("", name, value)


def prepare_set_variables(ctx: Context, ids: Sequence[str], values: Variables) -> Prepared:
    """Let the instances that have conditional events look at the new values."""
    wanted = [each for each in ids if is_id(each)]
    with ctx.database.read() as tx:
        among = {definition_id for definition_id, _ in instances.definitions_among(tx, wanted)}
        models = ctx.catalog.get_many(tx, among)
        if not any(each.has_conditions for each in models.values()):
            return Prepared()
        definitions = instances.definitions_of(tx, wanted)
        models = ctx.catalog.get_many(tx, set(definitions.values()))
        watching = [each for each, of in definitions.items() if models[of].has_conditions]
        if not watching:
            return Prepared()
        found = load(ctx, tx, watching)

    def choose(loaded: Loaded) -> Sequence[Stimulus]:  # noqa: ARG001
        return (SetVariables(values),)

    return prepare_loaded(ctx, found, watching, choose)


def set_variables(
    ctx: Context,
    tx: Tx,
    ids: Sequence[str],
    values: Variables,
    prepared: Prepared,
    now: datetime,
    *,
    wait: bool = False,
) -> ChunkOutcome:
    """Set variables in the scope of running instances, creating those that are missing.

    Transient ones are seen by the conditional events of this transaction, and are not stored. The values have
    passed ``check_variables``. Skipped: not-found, not-running (Camunda 7: since 7.22.1 not an error). Failed: a
    conditional event that followed failed; a transient value for a variable that is stored.
    """
    outcome, rest = halves.apply(ctx, tx, ids, prepared, wait=wait)
    if rest:
        plain = ChunkOutcome()
        held = lock_ids(tx, rest, plain, running=True, wait=wait)
        plain.failed = _refused(tx, held, [name for name, value in values.items() if value.transient])
        plain.succeeded = [each for each in held if each not in plain.failed]
        outcome = halves.merged(outcome, plain)
        kept = {name: value for name, value in values.items() if not value.transient}
        _write(ctx, tx, plain.succeeded, kept, now)
    return outcome


def _refused(tx: Tx, ids: Sequence[str], transient: Sequence[str]) -> dict[str, Failure]:
    if not ids or not transient:
        return {}
    said = "variable '{}' is stored; it cannot get a transient value"
    return {
        row[1]: failure_of(ConflictError(said.format(row[3]), variable=row[3]))
        for row in variables.load_named(tx, ids, transient)
    }


def _write(ctx: Context, tx: Tx, ids: Sequence[str], values: Variables, now: datetime) -> None:
    if not ids or not values:
        return
    encoder = Encoder(ctx.settings.blob_threshold_bytes)
    replaced = _stored_blobs(tx, ids, values)
    missing: list[tuple[Any, ...]] = []
    log: list[tuple[Any, ...]] = []
    keep = ctx.settings.history_level.keeps_everything
    for name, value in values.items():
        columns = {each: encoder.encode(each, name, value) for each in ids}
        known = _update(tx, ids, name, columns)
        missing += [(new_id(), each, each, name, *columns[each], True, now, 1) for each in ids if each not in known]
        if keep:
            log += [(new_id(), each, each, each, name, *columns[each], now) for each in ids]
    _store_blobs(ctx, tx, encoder, now)
    variables.insert_variables(tx, missing)
    variables.log_updates(tx, log)
    if replaced:
        unused = sorted(replaced - variables.logged_blobs(tx, ids))
        large_values.give_up_blobs(tx, ctx.blobs, unused)
    instances.bump_revisions(tx, ids)


def _update(tx: Tx, ids: Sequence[str], name: str, columns: Mapping[str, Columns]) -> Collection[str]:
    """Change those that exist: with one statement, unless each instance has a large value of its own."""
    first = columns[ids[0]]
    if first[5] is None:
        return variables.overwrite(tx, ids, name, first)
    rows = variables.load_named(tx, ids, (name,))
    variables.update_variables(tx, [(row[0], *columns[row[1]], row[4] + 1) for row in rows])
    return {row[1] for row in rows}


def _stored_blobs(tx: Tx, ids: Sequence[str], values: Variables) -> set[str]:
    """The large values that are about to be replaced."""
    if not large_values.blobs_of(tx, ids):
        return set()
    return {row[10] for row in variables.load_named(tx, ids, list(values)) if row[10] is not None}


def _store_blobs(ctx: Context, tx: Tx, encoder: Encoder, now: datetime) -> None:
    blobs = encoder.blobs
    if not blobs:
        return
    tx.after_rollback(lambda: ctx.blobs.remove(each.id for each in blobs))
    for each in blobs:
        ctx.blobs.put(each.id, each.data)
    large_values.register_blobs(tx, [(each.id, each.instance_id, len(each.data), now) for each in blobs])
