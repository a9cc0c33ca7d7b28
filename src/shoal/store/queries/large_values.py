"""The register of large values: which files belong to which instance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from shoal.store.blobs import BlobStore
from shoal.store.database import Tx
from shoal.store.queries.discussions import attached_blobs
from shoal.store.tables.variables import blob
from shoal.store.within import within

_COLUMNS = ("id", "instance_id", "size_bytes", "created_at")


def register_blobs(tx: Tx, rows: Sequence[tuple[str, str, int, datetime]]) -> None:
    """Insert (blob, instance, bytes, time)."""
    tx.dialect.insert_many(tx.connection, blob, _COLUMNS, rows)


def give_up_blobs(tx: Tx, blobs: BlobStore, ids: Sequence[str]) -> None:
    """Remove the rows now, and the files once the transaction is committed."""
    if ids:
        tx.execute(blob.delete().where(within(blob.c.id, ids)))
        tx.after_commit(lambda: blobs.remove(ids))


def blobs_of(tx: Tx, instance_ids: Sequence[str]) -> list[str]:
    """The large values of the instances."""
    return list(tx.execute(select(blob.c.id).where(within(blob.c.instance_id, instance_ids))).scalars())


def variable_blobs_of(tx: Tx, instance_ids: Sequence[str]) -> list[str]:
    """The large values of the instances that are no attachments."""
    attached = attached_blobs(tx, instance_ids)
    return [each for each in blobs_of(tx, instance_ids) if each not in attached]
