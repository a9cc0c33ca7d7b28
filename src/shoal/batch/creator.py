"""For whom a batch works: a batch of somebody who belongs to tenants touches only what they could touch."""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.store.database import Tx
from shoal.store.queries.batch_tenants import insert_batch_tenants, tenants_of_batch


def keep_creator(tx: Tx, batch_id: str) -> None:
    """Remember for which tenants the transaction that creates a batch speaks."""
    if tx.tenants is not None:
        insert_batch_tenants(tx, batch_id, tx.tenants)


def as_creator(ctx: Context, batch_id: str) -> Context:
    """The context as the creator of the batch sees it, whoever works on it."""
    with ctx.database.whole.read() as tx:
        tenants = tenants_of_batch(tx, batch_id)
    if tenants == ctx.database.tenants:
        return ctx
    return ctx.acting(None, tenants)
