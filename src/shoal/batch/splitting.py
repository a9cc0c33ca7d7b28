"""Cuts a chunk into several: what is done stays, the rest becomes pending chunks of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow, insert_chunks
from shoal.store.queries.batch_elements import move_elements


def split_off(
    tx: Tx, chunk: ChunkRow, ids: Sequence[str], *, attempts: int, started_at: datetime | None
) -> ChunkRow:
    """A new pending chunk of some of the ids. The caller takes them out of ``chunk``.

    Elements that had an outcome before (they are being tried again) take it along.
    """
    part = replace(chunk, id=new_id(), ids=sorted(ids), attempts=attempts, started_at=started_at)
    insert_chunks(tx, [part])
    if chunk.started_at is not None:
        move_elements(tx, chunk.batch_id, part.ids, part.id)
    return part


def halves(ids: Sequence[str]) -> tuple[list[str], list[str]]:
    """Two parts of at least two ids, in their order."""
    middle = len(ids) // 2
    return list(ids[:middle]), list(ids[middle:])
