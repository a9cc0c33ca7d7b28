"""Writes moved instances in a transaction of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from shoal.commands.advance import Moved
from shoal.commands.context import Context
from shoal.commands.flush import flush
from shoal.commands.rows import ChunkRows


def build_rows(
    ctx: Context, moved: Iterable[Moved], now: datetime, done: Collection[str] = ()
) -> tuple[ChunkRows, dict[str, Exception]]:
    """The rows of a chunk, its large values stored already; and the instances that cannot be stored.

    ``done``: the jobs and external tasks whose work this is.
    """
    settings = ctx.settings
    rows = ChunkRows(settings.history_level, now, settings.blob_threshold_bytes, settings.default_retries)
    rows.done.update(done)
    rows.host = ctx.hostname
    failed = rows.add_all(moved)
    for each in rows.blobs:
        ctx.blobs.put(each.id, each.data)
    return rows, failed


def commit_rows(ctx: Context, rows: ChunkRows, **concerned: Any) -> set[str]:
    """Write them in one transaction; the instances of which nothing was written because they had changed.

    ``concerned``: see ``Tx.concerns``.
    """
    with ctx.database.write() as tx:
        tx.concerns(**concerned)
        return flush(ctx, tx, rows, skip=False)
