"""Counts what a command sends to the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from shoal.store.database import Database


@contextmanager
def counted(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement in the block, and every call that writes many rows at once."""
    from sqlalchemy import event

    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with monkeypatch.context() as patched:
        for name in ("insert_many", "update_many"):
            patched.setattr(database.dialect, name, _noted(getattr(database.dialect, name), name, seen))
        try:
            yield seen
        finally:
            event.remove(database.engine, "before_cursor_execute", note)


def _noted(write: Any, name: str, seen: list[str]) -> Any:
    def noted(connection: Any, table: Any, *rest: Any) -> None:
        if rest[-1]:
            seen.append(f"{name} {table.name}")
        write(connection, table, *rest)

    return noted
