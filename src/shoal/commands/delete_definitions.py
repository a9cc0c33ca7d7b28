"""Deletes deployments and single definitions, with their instances if that is wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shoal import clock
from shoal.commands.cancel_instances import cancel_instances, prepare_cancel
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.start_subscriptions import start_subscriptions
from shoal.commands.start_timers import START_TIMER, start_timer_jobs
from shoal.errors import ConflictError, ExecutionError, NotFoundError, RevisionConflictError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import definition_changes, definitions, instance_jobs, subscriptions
from shoal.store.queries.definitions import Definition

_CHUNK = 500
_TRIES = 20
REASON = "Deployment was deleted"


@dataclass(frozen=True, slots=True)
class Removal:
    """``cascade``: running instances are cancelled, and all are removed. The others are about cancelling."""

    cascade: bool = False
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False


def delete_deployment(ctx: Context, deployment_id: str, removal: Removal | None = None) -> None:
    """Delete a deployment: its files and its definitions.

    Without ``cascade``, ConflictError says how many instances there are, and nothing is changed. With it, its
    definitions are suspended and their instances removed in chunks; what was removed stays removed when a
    listener fails (ExecutionError) meanwhile. Messages and signals start the version before from then on.
    NotFoundError.
    """
    with ctx.database.read() as tx:
        if not is_id(deployment_id) or not definition_changes.deployment_exists(tx, deployment_id):
            raise NotFoundError(f"there is no deployment '{deployment_id}'", deployment_id=deployment_id)
        ids = definition_changes.definitions_in(tx, deployment_id)
    _delete(ctx, f"deployment '{deployment_id}'", ids, removal or Removal(), deployment_id)


def delete_definition(ctx: Context, definition_id: str, removal: Removal | None = None) -> None:
    """Delete one definition and leave its deployment; the same rules as ``delete_deployment``."""
    with ctx.database.read() as tx:
        found = definitions.find_definitions(tx, [definition_id]) if is_id(definition_id) else {}
        if not found:
            raise NotFoundError(f"there is no process definition '{definition_id}'", definition_id=definition_id)
    _delete(ctx, f"process definition '{definition_id}'", [definition_id], removal or Removal(), None)


def _delete(ctx: Context, what: str, ids: Sequence[str], removal: Removal, deployment_id: str | None) -> None:
    for _ in range(_TRIES):
        if removal.cascade:
            _remove_instances(ctx, ids, removal)
        if _delete_rows(ctx, what, ids, removal, deployment_id):
            ctx.catalog.forget(ids)
            return
    raise RevisionConflictError(f"{what}: others still start instances of it; try again")


def _delete_rows(ctx: Context, what: str, ids: Sequence[str], removal: Removal, deployment_id: str | None) -> bool:
    """Remove the rows, if there are no instances any more."""
    with ctx.database.write() as tx:
        found = definitions.find_definitions(tx, ids)
        names = {f"shoal.definition:{each.tenant_id}:{each.key}" for each in found.values()}
        # a deployment of the same keys has to wait, or come before: it would find the wrong newest version
        tx.dialect.lock_names(tx.connection, sorted(names))
        definition_changes.lock_definitions(tx, ids)
        running, ended = definition_changes.count_instances_of(tx, ids)
        if running or ended:
            if removal.cascade:
                return False
            raise ConflictError(
                f"{what} has {running} running and {ended} ended process instances; "
                "they have to be deleted with it (cascade), or before",
                running=running,
                ended=ended,
            )
        subscriptions.delete_start_subscriptions(tx, list(ids))
        instance_jobs.delete_of_definitions(tx, list(ids), START_TIMER)
        definition_changes.delete_definition_rows(tx, ids)
        for key, tenant_id in dict.fromkeys((each.key, each.tenant_id) for each in found.values()):
            removed = max(each.version for each in found.values() if (each.key, each.tenant_id) == (key, tenant_id))
            before = definitions.find_by_key(tx, key, version=None, tenant_id=tenant_id)
            if before is not None and before.version < removed:
                _fall_back(ctx, tx, before)
        if deployment_id is not None:
            definition_changes.delete_deployment_rows(tx, deployment_id)
    return True


def _fall_back(ctx: Context, tx: Tx, definition: Definition) -> None:
    """Camunda 7: the version before is the newest again, so its start events are the ones that count."""
    process = ctx.catalog.get(tx, definition.id).process
    subscriptions.delete_start_subscriptions(tx, [definition.id])
    subscriptions.insert_subscriptions(tx, start_subscriptions(process, definition, clock.now()))
    instance_jobs.delete_of_definitions(tx, [definition.id], START_TIMER)
    timers = start_timer_jobs(ctx, process, definition, clock.now())
    instance_jobs.insert_jobs(tx, timers)


def _remove_instances(ctx: Context, ids: Sequence[str], removal: Removal) -> None:
    with ctx.database.write() as tx:
        definition_changes.set_suspended(tx, ids, True)
    for definition_id in ids:
        while page := _page(ctx, definition_id, running=True):
            _raise_failure(_cancel(ctx, page, removal))
        while page := _page(ctx, definition_id, running=False):
            with ctx.database.write() as tx:
                delete_history(ctx, tx, page, wait=True)


def _page(ctx: Context, definition_id: str, *, running: bool) -> list[str]:
    with ctx.database.read() as tx:
        return definition_changes.instances_of(
            tx, definition_id, running=running, suspended=None, after_id=None, limit=_CHUNK
        )


def _cancel(ctx: Context, ids: Sequence[str], removal: Removal) -> ChunkOutcome:
    prepared = prepare_cancel(
        ctx,
        ids,
        reason=REASON,
        skip_custom_listeners=removal.skip_custom_listeners,
        skip_io_mappings=removal.skip_io_mappings,
    )
    with ctx.database.write() as tx:
        return cancel_instances(ctx, tx, ids, prepared, clock.now(), reason=REASON, wait=True)


def _raise_failure(outcome: ChunkOutcome) -> None:
    for instance_id, failure in outcome.failed.items():
        raise ExecutionError(
            f"process instance '{instance_id}' cannot be cancelled: {failure.message}", instance_id=instance_id
        )
