"""Migrates running instances to another definition, set by set (Camunda 7: process instance migration)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from shoal.commands import prepared as halves
from shoal.commands.context import Context
from shoal.commands.in_chunks import do_in_chunks, raise_unless_done
from shoal.commands.load import Loaded
from shoal.commands.migrating import Migrate
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.prepared import Prepared, prepare
from shoal.commands.together import do_together
from shoal.errors import ConflictError
from shoal.kernel.migration import MigratingInstanceReport, MigrationRejectedError
from shoal.kernel.stimulus import Stimulus
from shoal.store.database import Tx


def prepare_migrate(ctx: Context, ids: Sequence[str], migration: Migrate) -> Prepared:
    """Make the instances those of the target, in memory; ``migration`` comes from ``open_migration``.

    Skipped: not-found, not-running (Camunda 7: the job fails with ENGINE-23003). Failed: instances of another
    definition or tenant; those that the plan does not fit, with the whole report in the details; code that
    failed. Suspended instances migrate too, and stay suspended.
    """

    def choose(loaded: Loaded) -> Sequence[Stimulus]:
        _belongs(loaded, migration)
        return (migration,)

    prepared = prepare(ctx, ids, choose)
    for instance_id, failure in prepared.outcome.failed.items():
        if isinstance(failure.error, MigrationRejectedError):
            details = "\n".join(_lines(failure.error.report))
            prepared.outcome.failed[instance_id] = replace(failure, details=details)
    return prepared


def migrate_instances(
    ctx: Context, tx: Tx, ids: Sequence[str], prepared: Prepared, *, wait: bool = False
) -> ChunkOutcome:
    """Write what ``prepare_migrate`` did. Put back: instances that others hold, or that changed since."""
    outcome, _ = halves.apply(ctx, tx, ids, prepared, wait=wait)
    return outcome


def migrate_all(ctx: Context, ids: Sequence[str], migration: Migrate) -> ChunkOutcome:
    """Migrate instances at once, each of them by itself: one that fails does not keep the others from it."""
    return do_in_chunks(
        ctx,
        ids,
        lambda chunk: prepare_migrate(ctx, chunk, migration),
        lambda tx, chunk, prepared: migrate_instances(ctx, tx, chunk, prepared, wait=True),
    )


def migrate_together(ctx: Context, ids: Sequence[str], migration: Migrate) -> None:
    """Migrate instances in one transaction. Camunda 7 (execute): when one fails, none of them was migrated.

    Raises for the first that cannot be migrated what ``migrate_instance`` raises.
    """
    do_together(
        ctx,
        ids,
        lambda wanted: prepare_migrate(ctx, wanted, migration),
        lambda tx, wanted, prepared: migrate_instances(ctx, tx, wanted, prepared, wait=True),
    )


def migrate_instance(ctx: Context, instance_id: str, migration: Migrate) -> None:
    """Migrate one instance.

    NotFoundError. ConflictError: it has ended, or is of another definition. MigrationRejectedError: the plan
    does not fit it; ``report`` says why.
    """
    raise_unless_done(migrate_all(ctx, [instance_id], migration), instance_id)


def _belongs(loaded: Loaded, migration: Migrate) -> None:
    facts = loaded.snapshot.instance
    source_id = migration.plan.source_definition_id
    if facts.definition_id != source_id:
        raise ConflictError(
            f"ENGINE-23002 Process instance '{facts.id}' cannot be migrated. Its process definition "
            f"'{facts.definition_id}' does not match the source process definition of the migration plan "
            f"'{source_id}'",
            instance_id=facts.id,
        )
    wanted, tenant_id = migration.target.tenant_id, facts.tenant_id
    if wanted is None or wanted == tenant_id:
        return
    if tenant_id is None:
        where = f"without tenant to a process definition with a tenant ('{wanted}')"
    else:
        where = f"to a process definition of a different tenant ('{tenant_id}' != '{wanted}')"
    raise ConflictError(f"ENGINE-23010 Cannot migrate process instance '{facts.id}' {where}", instance_id=facts.id)


def _lines(report: MigratingInstanceReport) -> Iterator[str]:
    yield from report.failures
    for what, reports in (("activity", report.activity_reports), ("transition", report.transition_reports)):
        for each in reports:
            for said in each.failures:
                yield f"{what} instance '{each.instance_id}' of '{each.source_scope_id}': {said}"
