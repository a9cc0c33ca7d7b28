"""Says for how long the history of a definition's instances is kept."""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.commands.named_definitions import named_definitions
from shoal.errors import InputError
from shoal.store.queries.definition_changes import set_history_ttl


def set_history_time_to_live(ctx: Context, definition_id: str, days: int | None) -> None:
    """Keep the history for ``days`` after an instance ended; None: for ever. It counts for what ends from now on.

    InputError: less than 0. NotFoundError: no such definition.
    """
    if days is not None and not 0 <= days < 2**31:
        raise InputError(f"historyTimeToLive: 0 or more days, not {days}", field="historyTimeToLive")
    with ctx.database.write() as tx:
        set_history_ttl(tx, named_definitions(tx, definition_id, None, None, False), days)
