"""PostgreSQL, through psycopg 3."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

import orjson
import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format
from sqlalchemy import Connection, Engine, Select, Table, event

from shoal.store.dialects.copy_text import copy_text
from shoal.store.tables.columns import Id, IdArray, Instant, Json

_COPY_FROM = 4
"""From how many rows on COPY is worth its extra round trips."""


_OURS = (psycopg.errors.DeadlockDetected, psycopg.errors.SerializationFailure)


class _UuidAsText(Loader):
    """Ids are text in Python; this spares the detour over ``uuid.UUID``."""

    format = Format.TEXT

    def load(self, data: Buffer) -> str:
        return bytes(data).decode("ascii")


class PostgreSQL:
    """See the module."""

    name = "postgresql"
    single_writer = False

    def engine_options(self, url: str, pool_size: int) -> dict[str, Any]:  # noqa: ARG002
        """A pool that checks a connection before it hands it out, so that a restarted server is no error."""
        return {
            "pool_size": pool_size,
            "max_overflow": 20,
            "pool_timeout": 60,
            "pool_pre_ping": True,
            "connect_args": {"connect_timeout": 10, "options": "-c timezone=UTC"},
        }

    def prepare_engine(self, engine: Engine) -> None:
        """Ids come back as text."""

        @event.listens_for(engine, "connect")
        def connect(connection: Any, _record: Any) -> None:
            connection.adapters.register_loader("uuid", _UuidAsText)

    def begin_read(self, connection: Connection) -> None:
        """A snapshot that all statements of the transaction share."""
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")

    def begin_write(self, connection: Connection) -> None:
        """READ COMMITTED: rows are locked before they are changed, so each statement sees the newest."""
        connection.begin()

    def insert_many(
        self,
        connection: Connection,
        table: Table,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """COPY, or one INSERT for a handful of rows."""
        if not rows:
            return
        cursor = connection.connection.cursor()
        try:
            if len(rows) < _COPY_FROM:
                values = ", ".join(["(" + ", ".join(_casts(table, columns)) + ")"] * len(rows))
                cursor.execute(
                    f"INSERT INTO {table.name} ({_quoted(columns)}) VALUES {values}",
                    [value for row in _json_dumped(table, columns, rows) for value in row],
                )
                return
            names, text = copy_text(table, columns, rows)
            with cursor.copy(f"COPY {table.name} ({_quoted(names)}) FROM STDIN".encode()) as copy:
                copy.write(text)
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
        """One UPDATE that joins the new values, sent as one array per column."""
        if not rows:
            return
        names = (key, *columns)
        arrays = ", ".join(f"%s::{_type_name(table, name)}[]" for name in names)
        assignments = ", ".join(f'"{name}" = given."{name}"' for name in columns)
        values = list(zip(*_json_dumped(table, names, rows), strict=True))
        cursor = connection.connection.cursor()
        try:
            cursor.execute(
                f"UPDATE {table.name} SET {assignments} FROM unnest({arrays}) "
                f'AS given({_quoted(names)}) WHERE {table.name}."{key}" = given."{key}"',
                [list(column) for column in values],
            )
        finally:
            cursor.close()

    def locked(self, statement: Select[Any], *, of: Table, skip: bool) -> Select[Any]:
        """FOR UPDATE, leaving out what others hold if ``skip``."""
        return statement.with_for_update(of=of, skip_locked=skip)

    def lock_names(self, connection: Connection, names: Sequence[str]) -> None:
        """Advisory locks, taken in the order of their numbers."""
        for number in sorted(
            {int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True) for name in names}
        ):
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (number,))

    def is_unavailable(self, error: BaseException | None) -> bool:
        """Connection refused or lost, server starting or stopping, out of disk, memory or connections."""
        return isinstance(error, psycopg.OperationalError) and not isinstance(error, _OURS)


def _quoted(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _type_name(table: Table, column: str) -> str:
    kind = table.c[column].type
    if isinstance(kind, Id):
        return "uuid"
    if isinstance(kind, Instant):
        return "timestamptz"
    if isinstance(kind, Json):
        return "jsonb"
    if isinstance(kind, IdArray):
        return "uuid[]"
    return {
        "TEXT": "text",
        "INTEGER": "integer",
        "SMALLINT": "smallint",
        "BIGINT": "bigint",
        "BOOLEAN": "boolean",
        "DOUBLE": "double precision",
        "BLOB": "bytea",
    }[str(kind)]


def _casts(table: Table, columns: Sequence[str]) -> list[str]:
    return [f"%s::{_type_name(table, column)}" for column in columns]


def _json_dumped(table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    places = [place for place, name in enumerate(columns) if isinstance(table.c[name].type, Json)]
    if not places:
        return rows
    dumped: list[list[Any]] = []
    for row in rows:
        values = list(row)
        for place in places:
            if values[place] is not None:
                values[place] = orjson.dumps(values[place]).decode()
        dumped.append(values)
    return dumped
