"""What the worker of a chunk has to know at the moment of doing it, with one statement."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import CHUNK_COLUMNS, ChunkRow
from shoal.store.tables.batches import batch, batch_chunk
from shoal.store.tables.jobs import job


@dataclass(frozen=True, slots=True)
class HeldExecution:
    """A chunk whose job is held to the end of the transaction, and the state of its batch."""

    batch_state: str
    batch_suspended: bool
    execution_started: bool
    chunk: ChunkRow


def hold_execution(tx: Tx, job_id: str, owner: str) -> HeldExecution | None:
    """Lock the job, if it still belongs to ``owner``, and read its chunk; None if it does not."""
    statement = (
        select(batch.c.state, batch.c.suspended, batch.c.execution_started_at, *CHUNK_COLUMNS)
        .select_from(job)
        .join(batch, batch.c.id == job.c.batch_id)
        .join(batch_chunk, batch_chunk.c.id == job.c.chunk_id)
        .where(job.c.id == job_id, job.c.leased_by == owner)
    )
    row = tx.execute(tx.dialect.locked(statement, of=job, skip=False)).one_or_none()
    if row is None:
        return None
    return HeldExecution(row[0], row[1], row[2] is not None, ChunkRow(*row[3:]))
