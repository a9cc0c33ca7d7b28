"""The tenants for which a batch works."""

from __future__ import annotations

from sqlalchemy import select

from shoal.store.database import Tx
from shoal.store.tables.people import batch_tenant
from shoal.store.tenancy import Tenants

_t = batch_tenant.c
_NOBODY = ""
"""Stands for what belongs to no tenant, which everybody sees."""


def insert_batch_tenants(tx: Tx, batch_id: str, tenants: Tenants) -> None:
    """The batch works only on what belongs to these, or to none."""
    rows = [(batch_id, each) for each in (_NOBODY, *sorted(tenants))]
    tx.dialect.insert_many(tx.connection, batch_tenant, ("batch_id", "tenant_id"), rows)


def tenants_of_batch(tx: Tx, batch_id: str) -> Tenants | None:
    """The tenants that the batch works for; None: it works on everything."""
    found = frozenset(tx.execute(select(_t.tenant_id).where(_t.batch_id == batch_id)).scalars())
    return found - {_NOBODY} if found else None
