"""Lists of history: rows in any order, a page of them, and how many there are. What differs is data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, FromClause, func, or_, select

from shoal.store.database import Tx
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.visibility import visible
from shoal.store.tables.instances import process_instance

Row = TypeVar("Row", bound=NamedTuple)
Filter = TypeVar("Filter", bound=BaseModel)


@dataclass(frozen=True)
class Listing(Generic[Row, Filter]):
    """One kind of list. ``source`` is the table joined with the instance and whatever else the columns need."""

    make: Callable[[Sequence[Any]], Row]
    columns: Mapping[str, ColumnElement[Any]]
    """What each field of a row is; the fields are what it can be sorted by."""
    source: FromClause
    conditions: Callable[[Filter], list[ColumnElement[bool]]]
    sorts: Mapping[str, ColumnElement[Any]] = field(default_factory=dict)
    """What else it can be sorted by."""

    def rows(
        self, tx: Tx, wanted: Filter, sort: str | Sequence[Order], *, descending: bool, offset: int, limit: int
    ) -> list[Row]:
        """A page of the rows that match. FilterRejectedError: it cannot be sorted so."""
        order = ordered_by({**self.columns, **self.sorts}, sort, descending=descending, last=self.columns["id"])
        statement = select(*self.columns.values()).select_from(self.source).where(*self._where(wanted))
        return [self.make(tuple(row)) for row in tx.execute(statement.order_by(*order).offset(offset).limit(limit))]

    def count(self, tx: Tx, wanted: Filter) -> int:
        """How many match."""
        statement = select(func.count()).select_from(self.source).where(*self._where(wanted))
        return int(tx.execute(statement).scalar_one())

    def _where(self, wanted: Filter) -> list[ColumnElement[bool]]:
        return [or_(process_instance.c.id.is_(None), visible()), *self.conditions(wanted)]
