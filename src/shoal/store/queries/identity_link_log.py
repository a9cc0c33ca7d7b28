"""The log of who had to do with tasks, kept at history level full."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from shoal.store.database import Tx
from shoal.store.tables.history import identity_link_log

COLUMNS = ("id", "instance_id", "task_id", "operation", "kind", "user_id", "group_id", "logged_at")


def log_links(tx: Tx, rows: Sequence[Sequence[Any]]) -> None:
    """Add to the log: rows of ``COLUMNS``."""
    tx.dialect.insert_many(tx.connection, identity_link_log, COLUMNS, rows)
