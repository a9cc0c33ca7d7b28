"""The ids that the caller of a batch named, until they are in chunks."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select

from shoal.store.database import Tx
from shoal.store.tables.batches import batch_requested_id
from shoal.store.within import within

_requested = batch_requested_id.c


def insert_requested_ids(tx: Tx, batch_id: str, ids: Sequence[str]) -> None:
    """Keep the ids that were named; they must be sorted and without duplicates."""
    tx.dialect.insert_many(
        tx.connection, batch_requested_id, ("batch_id", "target_id"), [(batch_id, each) for each in ids]
    )


def delete_requested_ids(tx: Tx, batch_id: str, ids: Sequence[str] | None = None) -> None:
    """Forget these ids, or all."""
    statement = delete(batch_requested_id).where(_requested.batch_id == batch_id)
    if ids is not None:
        statement = statement.where(
            _requested.target_id.between(ids[0], ids[-1]), within(_requested.target_id, ids)
        )
    tx.execute(statement)


def requested_among(tx: Tx, batch_id: str, ids: Sequence[str]) -> set[str]:
    """Those of the sorted ids that the caller named."""
    if not ids:
        return set()
    statement = select(_requested.target_id).where(
        _requested.batch_id == batch_id,
        _requested.target_id.between(ids[0], ids[-1]),
        within(_requested.target_id, ids),
    )
    return set(tx.execute(statement).scalars())
