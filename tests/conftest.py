"""Fixtures: real databases of both kinds, and a context on each.

``database`` and ``ctx`` are made once per test module and database, so tests of a module share them;
``new_database`` and ``new_context`` make more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.databases import Backend, Postgres, Sqlite

from shoal.commands.context import Context
from shoal.settings import Settings
from shoal.store.database import Database

BACKENDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    """SQLite files in a folder of this test process."""
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server of this test process."""
    try:
        server = Postgres()
    except (ImportError, OSError, RuntimeError) as error:
        pytest.skip(f"PostgreSQL cannot be started here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="module", params=[BACKENDS[0], pytest.param(BACKENDS[1], marks=pytest.mark.postgres)])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each kind of database in turn."""
    found: Backend = request.getfixturevalue("sqlite" if request.param == "sqlite" else "postgres")
    return found


@pytest.fixture(scope="module")
def new_database(backend: Backend) -> Iterator[Callable[..., Database]]:
    """Make a fresh database; ``empty=True`` leaves out the tables."""
    made: list[Database] = []

    def make(*, empty: bool = False) -> Database:
        database = Database(backend.create(empty=empty))
        made.append(database)
        return database

    yield make
    for database in made:
        database.close()
        backend.drop(database.url)


@pytest.fixture(scope="module")
def database(new_database: Callable[..., Database]) -> Database:
    """A database with tables, fresh for the module."""
    return new_database()


@pytest.fixture(scope="module")
def new_context(
    new_database: Callable[..., Database], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Context]:
    """Make a context with a fresh database; keyword arguments are settings."""

    def make(database: Database | None = None, **settings: Any) -> Context:
        settings.setdefault("blob_url", f"file://{tmp_path_factory.mktemp('blobs')}")
        return Context(database or new_database(), Settings(**settings))

    return make


@pytest.fixture(scope="module")
def ctx(new_context: Callable[..., Context], database: Database) -> Context:
    """A context on ``database``."""
    return new_context(database)
