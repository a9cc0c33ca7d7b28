"""SQLite: a file, a write-ahead log, one writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, Select, Table, event

from shoal.store.dialects.columnar import Constant, Varying, turned
from shoal.store.tables.columns import (
    Id,
    IdArray,
    Instant,
    Json,
    id_to_bytes,
    ids_to_bytes,
    instant_to_micros,
)

_ROWS_PER_STATEMENT = 100
_MAX_VALUES = 32_000
"""SQLite binds up to 32,766 values per statement."""

_instant = lru_cache(maxsize=4_096)(instant_to_micros)

_PRAGMAS = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA case_sensitive_like = ON",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 4000",
)
"""NORMAL in WAL mode survives the death of the process at any instruction; a power cut may lose the last
commits, never the consistency of the file."""


_UNAVAILABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


class SQLite:
    """See the module."""

    name = "sqlite"
    single_writer = True

    def engine_options(self, url: str, pool_size: int) -> dict[str, Any]:
        """Connections may move between threads; the pool hands each to one thread at a time."""
        options: dict[str, Any] = {
            "connect_args": {"timeout": 30, "check_same_thread": False, "cached_statements": 512}
        }
        if ":memory:" not in url and url not in ("sqlite://", "sqlite:///"):
            options |= {"pool_size": pool_size, "max_overflow": 20, "pool_timeout": 60}
        return options

    def prepare_engine(self, engine: Engine) -> None:
        """Pragmas, and transactions that begin when Shoal says so."""

        @event.listens_for(engine, "connect")
        def connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            if cursor.execute("PRAGMA page_count").fetchone()[0] == 0:
                # only for a new file: it takes the write lock, for which every new connection would have to wait
                cursor.execute("PRAGMA auto_vacuum = INCREMENTAL")
            for pragma in _PRAGMAS:
                cursor.execute(pragma)
            cursor.close()

    def begin_read(self, connection: Connection) -> None:
        """A snapshot: what others write meanwhile is not seen."""
        connection.exec_driver_sql("BEGIN")

    def begin_write(self, connection: Connection) -> None:
        """The write lock at once: a transaction that reads first can never fail for it later."""
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def insert_many(
        self,
        connection: Connection,
        table: Table,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """One statement for every hundred rows, in which a value that all rows share is bound once."""
        if not rows:
            return
        constants, varying = turned(table, columns, rows)
        if not varying:
            varying = [Varying(table.c[columns[0]], [row[0] for row in rows])]
            constants = [each for each in constants if each.column is not varying[0].column]
        names = (*(each.column.name for each in varying), *(each.column.name for each in constants))
        shared = [_convert_one(each) for each in constants]
        flat = [_convert(each) for each in varying]
        width = len(flat)
        block = max(1, min(_ROWS_PER_STATEMENT, (_MAX_VALUES - len(shared)) // width))
        cursor = connection.connection.cursor()
        try:
            for start in range(0, len(rows), block):
                pieces = [values[start : start + block] for values in flat]
                statement = _insert(table.name, names, width, len(pieces[0]))
                cursor.execute(statement, [*chain.from_iterable(zip(*pieces, strict=True)), *shared])
        finally:
            cursor.close()

    def update_many(
        self,
        connection: Connection,
        table: Table,
        key: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """One prepared statement, run by the driver for all rows."""
        if not rows:
            return
        numbered = ", ".join(f'"{column}" = ?{place}' for place, column in enumerate(columns, 2))
        statement = f'UPDATE {table.name} SET {numbered} WHERE "{key}" = ?1'
        cursor = connection.connection.cursor()
        try:
            cursor.executemany(statement, _converted(table, (key, *columns), rows))
        finally:
            cursor.close()

    def locked(self, statement: Select[Any], *, of: Table, skip: bool) -> Select[Any]:  # noqa: ARG002
        """The writer holds the whole file already."""
        return statement

    def lock_names(self, connection: Connection, names: Sequence[str]) -> None:
        """The writer holds the whole file already."""

    def is_unavailable(self, error: BaseException | None) -> bool:
        """Locked for too long, disk full, file gone or not readable."""
        return isinstance(error, sqlite3.OperationalError) and (
            getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNAVAILABLE
        )


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


@lru_cache(maxsize=1024)
def _insert(table: str, columns: tuple[str, ...], width: int, rows: int) -> str:
    """The first ``width`` columns have a value per row; those of the others come behind all of these."""
    shared = "".join(f", ?{width * rows + place + 1}" for place in range(len(columns) - width))
    values = ", ".join(
        "(" + ", ".join(f"?{width * row + place + 1}" for place in range(width)) + shared + ")"
        for row in range(rows)
    )
    return f"INSERT INTO {table} ({_quoted(columns)}) VALUES {values}"


def _convert(column: Varying) -> Sequence[Any]:
    kind = column.column.type
    values = column.values
    if isinstance(kind, Id):
        if None not in values:
            data = ids_to_bytes(values)
            return [data[place : place + 16] for place in range(0, len(data), 16)]
        return [None if value is None else id_to_bytes(value) for value in values]
    convert = _CONVERSIONS.get(type(kind))
    return values if convert is None else [None if value is None else convert(value) for value in values]


def _convert_one(column: Constant) -> Any:
    return _convert(Varying(column.column, (column.value,)))[0]


_CONVERSIONS: dict[type[Any], Callable[[Any], Any]] = {Instant: _instant, IdArray: ids_to_bytes, Json: _json}


def _converted(table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    turned_rows = zip(*rows, strict=True)
    values = [_convert(Varying(table.c[name], each)) for name, each in zip(columns, turned_rows, strict=True)]
    return list(zip(*values, strict=True))
