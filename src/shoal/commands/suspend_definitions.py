"""Suspends and resumes process definitions, and with them, if that is wanted, their instances.

Camunda 7: of a suspended definition nothing starts; what runs goes on, but new jobs of it are suspended.
"""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.commands.job_places import job_places_of
from shoal.commands.named_definitions import named_definitions
from shoal.commands.suspend_instances import resume_instances, suspend_instances
from shoal.store.queries import definition_changes, job_definitions

_CHUNK = 1000


def suspend_definitions(
    ctx: Context,
    *,
    definition_id: str | None = None,
    key: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
    include_instances: bool = False,
) -> int:
    """Suspend a definition, or all versions of a key: nothing starts from it, and new jobs of it are suspended.

    A key means those of every tenant, unless ``tenant_id`` or ``without_tenant`` is said. ``include_instances``
    also suspends its running instances, a thousand headers at a time; how many of them changed is returned.
    NotFoundError: no such definition.
    """
    return _set(ctx, definition_id, key, tenant_id, without_tenant, include_instances, True)


def resume_definitions(
    ctx: Context,
    *,
    definition_id: str | None = None,
    key: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
    include_instances: bool = False,
) -> int:
    """Let a suspended definition, or all versions of a key, go on; the same rules as ``suspend_definitions``.

    ``include_instances`` also resumes jobs that are suspended for themselves.
    """
    return _set(ctx, definition_id, key, tenant_id, without_tenant, include_instances, False)


def _set(
    ctx: Context,
    definition_id: str | None,
    key: str | None,
    tenant_id: str | None,
    without_tenant: bool,
    include_instances: bool,
    suspended: bool,
) -> int:
    with ctx.database.write() as tx:
        ids = named_definitions(tx, definition_id, key, tenant_id, without_tenant)
        definition_changes.set_suspended(tx, ids, suspended)
        places = [place for each in ids for place in job_places_of(ctx.catalog.get(tx, each).process, each)]
        job_definitions.set_suspended(tx, places, suspended)
        if not suspended:
            definition_changes.resume_jobs(tx, ids, of_instances=include_instances)
    # nothing new starts any more, so the instances are all there
    return _set_instances(ctx, ids, suspended) if include_instances else 0


def _set_instances(ctx: Context, definition_ids: Sequence[str], suspended: bool) -> int:
    act = suspend_instances if suspended else resume_instances
    changed = 0
    for definition_id in definition_ids:
        after_id: str | None = None
        while True:
            with ctx.database.write() as tx:
                page = definition_changes.instances_of(
                    tx, definition_id, running=True, suspended=not suspended, after_id=after_id, limit=_CHUNK
                )
                if not page:
                    break
                changed += len(act(tx, page, wait=True).succeeded)
            after_id = page[-1]
    return changed
