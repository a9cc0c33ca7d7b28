"""Suspends and resumes process definitions, and with them, if that is wanted, their instances."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.commands.suspend_instances import resume_instances, suspend_instances
from shoal.commands.texts import checked
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import definition_changes
from shoal.store.queries.definitions import find_definitions

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
    """Suspend a definition, or all versions of a key: nothing starts from it, and no job of it is worked on.

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
    """Let a suspended definition, or all versions of a key, go on; the same rules as ``suspend_definitions``."""
    return _set(ctx, definition_id, key, tenant_id, without_tenant, include_instances, False)


def named_definitions(
    tx: Tx, definition_id: str | None, key: str | None, tenant_id: str | None, without_tenant: bool
) -> list[str]:
    """The definitions that an id or a key means. NotFoundError if there are none."""
    if (definition_id is None) == (key is None):
        raise InputError("a definition is named either by its key or by its id", field="key")
    if definition_id is not None:
        found = list(find_definitions(tx, [definition_id])) if is_id(definition_id) else []
        named = f"the id '{definition_id}'"
    else:
        any_tenant = tenant_id is None and not without_tenant
        found = definition_changes.versions_of(
            tx, checked("key", key) or "", checked("tenant_id", tenant_id), any_tenant=any_tenant
        )
        named = f"the key '{key}'"
    if not found:
        raise NotFoundError(f"no process definition has {named}", definition_id=definition_id, key=key)
    return found


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
