"""The port behind which the databases differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, Select, Table


class Dialect(Protocol):
    """One database's way of doing what standard SQL leaves open."""

    name: str
    single_writer: bool

    def __hash__(self) -> int:
        """Dialects are keys of what is built once for each of them."""
        ...

    def engine_options(self, url: str, pool_size: int) -> dict[str, Any]:
        """Arguments for SQLAlchemy's ``create_engine``."""
        ...

    def prepare_engine(self, engine: Engine) -> None:
        """Whatever every new connection needs."""
        ...

    def begin_read(self, connection: Connection) -> None:
        """Begin a transaction that only reads."""
        ...

    def begin_write(self, connection: Connection) -> None:
        """Begin a transaction that writes."""
        ...

    def insert_many(
        self,
        connection: Connection,
        table: Table,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """Insert many rows, the fastest way there is. Values are in Python form, in the order of ``columns``."""
        ...

    def update_many(
        self,
        connection: Connection,
        table: Table,
        key: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
    ) -> None:
        """Give each row, found by its ``key``, its own values. Each of ``rows`` is the key, then the values."""
        ...

    def locked(self, statement: Select[Any], *, of: Table, skip: bool) -> Select[Any]:
        """The statement, locking the rows of ``of`` that it reads; ``skip`` leaves out what others hold."""
        ...

    def lock_names(self, connection: Connection, names: Sequence[str]) -> None:
        """Let nobody else hold any of these names until the transaction ends; waits for those who do."""
        ...

    def is_unavailable(self, error: BaseException | None) -> bool:
        """Whether a driver's error means that the database is away, full or locked (not a mistake of ours)."""
        ...
