"""Removes evaluated decisions with their inputs and outputs. Their large values belong to no instance."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Table, select

from shoal.store.blobs import BlobStore
from shoal.store.database import Tx
from shoal.store.queries.large_values import give_up_blobs
from shoal.store.tables.decisions import decision_input, decision_instance, decision_output
from shoal.store.within import within

_VALUES: tuple[Table, ...] = (decision_input, decision_output)


def delete_decisions(tx: Tx, blobs: BlobStore, ids: Sequence[str]) -> None:
    """Remove decisions."""
    for table in _VALUES:
        found = tx.execute(table.delete().where(within(table.c.decision_id, ids)).returning(table.c.blob_id))
        give_up_blobs(tx, blobs, [each for each in found.scalars() if each is not None])
    tx.execute(decision_instance.delete().where(within(decision_instance.c.id, ids)))


def delete_some_decisions(tx: Tx, blobs: BlobStore, ids: Sequence[str], limit: int) -> int:
    """Remove at most ``limit`` rows of decisions, they themselves last; fewer when nothing is left."""
    left = limit
    for table in _VALUES:
        some = select(table.c.id).where(within(table.c.decision_id, ids)).limit(left)
        done = tx.execute(table.delete().where(table.c.id.in_(some)).returning(table.c.blob_id)).scalars().all()
        give_up_blobs(tx, blobs, [each for each in done if each is not None])
        left -= len(done)
    gone = within(decision_instance.c.id, ids[:left])
    return limit - left + int(tx.execute(decision_instance.delete().where(gone)).rowcount) if left else limit


def decisions_of_instances(tx: Tx, instance_ids: Sequence[str]) -> list[str]:
    """The decisions that the instances made."""
    t = decision_instance.c
    return list(tx.execute(select(t.id).where(within(t.instance_id, instance_ids))).scalars())
