"""Which definitions a caller means: one by its id, or all versions of a key."""

from __future__ import annotations

from shoal.commands.texts import checked
from shoal.errors import InputError, NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries import definition_changes
from shoal.store.queries.definitions import find_definitions


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
