"""The plain driver loop: ``sqlite3`` or ``psycopg``, one connection, one transaction per chunk."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from typing import Any

import psycopg

from bench.floors.statements import FLOORS, chunks
from shoal.ids import new_id

_SQLITE_IDS = (
    "IN (WITH RECURSIVE at(i) AS (SELECT 1 UNION ALL SELECT i + 16 FROM at WHERE i + 16 < length(?1)) "
    "SELECT substr(?1, i, 16) FROM at)"
)
_LOCKED = "SELECT id FROM process_instance WHERE id = ANY(%(ids)s::uuid[]) ORDER BY id FOR UPDATE"
"""Headers first, in key order: SQLite needs nothing for it, it has one writer."""
_VARIABLE = (
    "INSERT INTO variable (id, instance_id, scope_id, name, type, long_value, live, created_at, revision) "
    "VALUES {marks} ON CONFLICT (instance_id, scope_id, name) DO UPDATE SET type = excluded.type, "
    "long_value = excluded.long_value, text_value = NULL, revision = variable.revision + 1"
)
_LOG = (
    "INSERT INTO variable_update (id, instance_id, scope_id, node_id, name, type, long_value, written_at) "
    "VALUES {marks}"
)


def measure_sqlite(path: str, operation: str, chunk_size: int) -> tuple[int, float]:
    """Elements and seconds of the floor on a SQLite file. Changes the file."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "cache_size = -65536", "temp_store = MEMORY"):
        connection.execute(f"PRAGMA {pragma}")
    floor = FLOORS[operation]
    now = time.time_ns() // 1000
    words = {"ids": _SQLITE_IDS, "now": str(now), "true": "1", "false": "0"}
    statements = [text.format(**words) for text in floor.statements]
    targets = [row[0] for row in connection.execute(_targets(operation))]
    started = time.perf_counter()
    for chunk in chunks(targets, chunk_size):
        joined = b"".join(chunk)  # type: ignore[arg-type]
        connection.execute("BEGIN IMMEDIATE")
        for statement in statements:
            connection.execute(statement, (joined,))
        for number in range(floor.upserts_variables):
            name = f"bench{number}"
            marks = "(?, ?, ?, ?, 'Integer', ?, 1, ?, 1)"
            connection.executemany(
                _VARIABLE.format(marks=marks), [(_raw(), i, i, name, number, now) for i in chunk]
            )
            connection.executemany(
                _LOG.format(marks="(?, ?, ?, ?, ?, 'Integer', ?, ?)"),
                [(_raw(), i, i, i, name, number, now) for i in chunk],
            )
        connection.execute("COMMIT")
    seconds = time.perf_counter() - started
    connection.close()
    return len(targets), seconds


def measure_postgresql(url: str, operation: str, chunk_size: int) -> tuple[int, float]:
    """Elements and seconds of the floor on a PostgreSQL database. Changes the database."""
    floor = FLOORS[operation]
    words = {"ids": "= ANY(%(ids)s::uuid[])", "now": "now()", "true": "true", "false": "false"}
    statements = [text.format(**words) for text in floor.statements]
    with psycopg.connect(url) as connection:
        targets = [str(row[0]) for row in connection.execute(_targets(operation))]
        connection.commit()
        started = time.perf_counter()
        for chunk in chunks(targets, chunk_size):
            ids = list(chunk)
            connection.execute(_LOCKED, {"ids": ids}).fetchall()
            for statement in statements:
                connection.execute(statement, {"ids": ids})
            for number in range(floor.upserts_variables):
                _upsert_postgresql(connection, f"bench{number}", number, ids)
            connection.commit()
        seconds = time.perf_counter() - started
    return len(targets), seconds


def _upsert_postgresql(connection: psycopg.Connection[Any], name: str, value: int, ids: Sequence[object]) -> None:
    source = "SELECT new, i, i, {more} FROM unnest(%(new)s::uuid[], %(ids)s::uuid[]) AS given(new, i)"
    words = {"new": [new_id() for _ in ids], "ids": ids, "name": name, "value": value}
    variable = _VARIABLE.replace(
        "VALUES {marks}", source.format(more="%(name)s, 'Integer', %(value)s, true, now(), 1")
    )
    log = _LOG.replace("VALUES {marks}", source.format(more="i, %(name)s, 'Integer', %(value)s, now()"))
    connection.execute(variable, words)
    connection.execute(log, words | {"new": [new_id() for _ in ids]})


def _targets(operation: str) -> str:
    ended = "<>" if operation == "delete-history" else "="
    return f"SELECT id FROM process_instance WHERE state {ended} 'active' ORDER BY id"


def _raw() -> bytes:
    return bytes.fromhex(new_id().replace("-", ""))
