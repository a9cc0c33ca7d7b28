"""When the history of instances may go: said as their root starts, or as it ends, as the settings want.

Camunda 7: the root's definition says for how long; called instances and decisions have the time of their root.
"""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands.context import Context
from shoal.commands.rows import ChunkRows
from shoal.settings import RemovalTimeStrategy
from shoal.store.database import Tx
from shoal.store.queries import removal_times

_ID, _ROOT_ID, _ENDED_AT = 0, 6, 12


def note_removal_times(ctx: Context, tx: Tx, rows: ChunkRows) -> None:
    """Write the removal times of the instances of a chunk, after their headers."""
    strategy = ctx.settings.history_removal_time_strategy
    if strategy is RemovalTimeStrategy.END:
        ended = [row[_ID] for row in rows.new_headers if row[_ENDED_AT] is not None]
        note_ends(ctx, tx, [*ended, *rows.ended])
    elif strategy is RemovalTimeStrategy.START and rows.new_headers:
        roots = [row[_ID] for row in rows.new_headers if row[_ID] == row[_ROOT_ID]]
        for days, ids in removal_times.times_to_live(tx, roots).items():
            removal_times.set_after_start(tx, ids, days)
        removal_times.inherit(tx, [row[_ID] for row in rows.new_headers if row[_ID] != row[_ROOT_ID]])


def note_ends(ctx: Context, tx: Tx, ids: Sequence[str]) -> None:
    """These instances have ended: what belongs to those among them that are roots gets its removal time."""
    if not ids or ctx.settings.history_removal_time_strategy is not RemovalTimeStrategy.END:
        return
    # a hierarchy may have instances of other tenants
    with tx.whole():
        for days, roots in removal_times.times_to_live(tx, ids).items():
            removal_times.set_after_end(tx, roots, days)
