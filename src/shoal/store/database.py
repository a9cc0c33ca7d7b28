"""The database: one URL, read and write transactions, and what every connection needs.

``SQLite``      write-ahead log; one writer at a time, queued inside the process and waited for across processes.
``PostgreSQL``  any number of writers; rows are locked by the commands, headers first, in key order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from shoal.errors import ConflictError, InputError, UnavailableError
from shoal.store.dialects import Dialect, dialect_for
from shoal.store.tenancy import Tenants, for_tenants


class Tx:
    """One transaction. Queries take it as their first argument.

    ``tenants``: it touches only what belongs to one of them, or to none; None: everything. See ``tenancy``.
    """

    __slots__ = (
        "_after_commit",
        "_after_rollback",
        "concerned",
        "connection",
        "dialect",
        "nothing_done",
        "tenants",
    )

    def __init__(self, connection: Connection, dialect: Dialect, tenants: Tenants | None = None) -> None:
        self.connection = connection
        self.dialect = dialect
        self.tenants = tenants
        self.concerned: dict[str, Any] = {}
        self.nothing_done = False
        self._after_commit: list[Callable[[], None]] = []
        self._after_rollback: list[Callable[[], None]] = []

    def execute(self, statement: Any, parameters: Any = None) -> Any:
        """Run one SQLAlchemy statement."""
        if self.tenants is not None:
            statement = for_tenants(statement, self.tenants)
        return self.connection.execute(statement, parameters)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Touch everything while the block runs: what a change brings about does not stop at tenants.

        An instance that a tenant may change can have been called by one of another tenant, which goes on then.
        """
        before, self.tenants = self.tenants, None
        try:
            yield
        finally:
            self.tenants = before

    def concerns(self, **ids: Any) -> None:
        """Say what the transaction made or changed, for the log of operations: columns of ``user_operation``."""
        self.concerned.update(ids)

    def did_nothing(self) -> None:
        """Say that nothing was changed after all, so that there is nothing to log."""
        self.nothing_done = True

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
    """A database that Shoal runs on. Threads may share it.

    ``whole`` is the database itself; what ``narrowed`` returns is the same one, seen with other eyes.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url
        self.dialect = dialect_for(_normalised(url))
        self._engine: Engine = create_engine(
            _normalised(url), **self.dialect.engine_options(_normalised(url), pool_size)
        )
        self.dialect.prepare_engine(self._engine)
        self._closed = threading.Event()
        self._writer = threading.RLock() if self.dialect.single_writer else None
        self._tenants: Tenants | None = None
        self._before_commit: Callable[[Tx], None] | None = None
        self.whole: Database = self

    def narrowed(self, tenants: Tenants | None, before_commit: Callable[[Tx], None] | None = None) -> Database:
        """The database as those see it who belong to ``tenants``; None: everything.

        ``before_commit`` is called in every transaction that writes, before it commits.
        """
        seen = copy(self.whole)
        seen._tenants, seen._before_commit = tenants, before_commit
        return seen

    @property
    def tenants(self) -> Tenants | None:
        """To whose rows it is narrowed; None: to nobody's."""
        return self._tenants

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
                yield Tx(connection, self.dialect, self._tenants)
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
            tx = Tx(connection, self.dialect, self._tenants)
            try:
                yield tx
                if self._before_commit is not None and not tx.nothing_done:
                    with tx.whole():
                        self._before_commit(tx)
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
        self._closed.set()
        self._engine.dispose()

    def refuse_closed(self) -> None:
        """ConflictError if it was closed."""
        if self._closed.is_set():
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
