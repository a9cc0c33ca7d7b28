"""The database: one URL, read and write transactions, and what every connection needs.

``SQLite``      write-ahead log; one writer at a time, queued inside the process and waited for across processes.
``PostgreSQL``  any number of writers; rows are locked by the commands, headers first, in key order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shoal.errors import ConflictError, InputError, UnavailableError
from shoal.store.dialects import Dialect, dialect_for


class Tx:
    """One transaction. Queries take it as their first argument."""

    __slots__ = ("_after_commit", "_after_rollback", "connection", "dialect")

    def __init__(self, connection: Connection, dialect: Dialect) -> None:
        self.connection = connection
        self.dialect = dialect
        self._after_commit: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[], None]] = []

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run one SQLAlchemy statement."""
        return self.connection.execute(statement, parameters)

    def after_commit(self, action: Callable[[], None]) -> None:
        """Run ``action`` once the transaction is committed; never if it is rolled back."""
        self._after_commit.append(action)

    def after_rollback(self, action: Callable[[], None]) -> None:
        """Run ``action`` if the transaction is rolled back. It must not raise."""
        self._after_rollback.append(action)

    def rolled_back(self) -> None:
        """Run what was left for after the rollback. Called by ``Database.write`` only."""
        for action in self._after_rollback:
            action()

    def committed(self) -> None:
        """Run what was left for after the commit. Called by ``Database.write`` only."""
        for action in self._after_commit:
            action()


class Database:
    """A database that Shoal runs on. Threads may share it."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.dialect = dialect_for(_normalised(url))
        self._engine: Engine = create_engine(
            _normalised(url), **self.dialect.engine_options(_normalised(url), pool_size)
        )
        self.dialect.prepare_engine(self._engine)
        self._closed = False
        self._writer = threading.RLock() if self.dialect.single_writer else None

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine, for migrations and for tests that look at rows."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction that reads one consistent state and changes nothing."""
        self.refuse_closed()
        with self._translated(), self._engine.connect() as connection:
            self.dialect.begin_read(connection)
            try:
                yield Tx(connection, self.dialect)
            finally:
                if not connection.invalidated:
                    connection.rollback()

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction that commits when the block ends, and leaves nothing behind when it raises."""
        if self._writer is None:
            with self._write() as tx:
                yield tx
        else:
            with self._writer, self._write() as tx:
                yield tx
        tx.committed()

    @contextmanager
    def _write(self) -> Iterator[Tx]:
        self.refuse_closed()
        with self._translated(), self._engine.connect() as connection:
            self.dialect.begin_write(connection)
            tx = Tx(connection, self.dialect)
            try:
                yield tx
                connection.commit()
            except BaseException:
                if not connection.invalidated:
                    connection.rollback()
                tx.rolled_back()
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            if error.connection_invalidated or self.dialect.is_unavailable(error.orig):
                reason = str(error.orig).strip().partition("\n")[0]
                raise UnavailableError(f"the database does not answer: {reason}") from error
            raise
        except PoolTimeoutError as error:
            raise UnavailableError("all database connections are in use") from error
        except Exception as error:
            # the dialects also talk to the driver themselves
            if self.dialect.is_unavailable(error):
                reason = str(error).strip().partition("\n")[0]
                raise UnavailableError(f"the database does not answer: {reason}") from error
            raise

    def close(self) -> None:
        """Close all connections. Whoever asks for another one gets a ConflictError."""
        self._closed = True
        self._engine.dispose()

    def refuse_closed(self) -> None:
        """ConflictError if it was closed."""
        if self._closed:
            raise ConflictError("the engine is closed; open another one")


def _normalised(url: str) -> str:
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise InputError(
            f"SHOAL_DATABASE_URL: '{url}' is not a database URL; "
            "examples: sqlite:///shoal.db, postgresql://user:password@host/database",
            field="SHOAL_DATABASE_URL",
        ) from None
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    return parsed.render_as_string(hide_password=False)
