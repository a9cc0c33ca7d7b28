"""``days_after(instant, days)``: so many times 24 hours later, in the arithmetic of either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Integer, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from shoal.store.tables.columns import Instant


class DaysAfter(ColumnElement[Any]):
    """``instant`` and ``days`` later; null if one of them is."""

    inherit_cache = True
    type = Instant()
    __visit_name__ = "days_after"
    _traverse_internals = [  # noqa: RUF012 - the form that SQLAlchemy reads
        ("instant", InternalTraversal.dp_clauseelement),
        ("days", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, instant: ColumnElement[Any], days: ColumnElement[Any]) -> None:
        self.instant = instant
        self.days = days

    @property
    def _from_objects(self) -> Any:
        return [*self.instant._from_objects, *self.days._from_objects]


def days_after(instant: ColumnElement[Any], days: ColumnElement[Any] | int) -> ColumnElement[Any]:
    """The instant ``days`` later; a day has 24 hours whatever the clocks do."""
    return DaysAfter(instant, literal(days, Integer) if isinstance(days, int) else days)


@compiles(DaysAfter, "postgresql")
def _postgresql(element: DaysAfter, compiler: SQLCompiler, **kw: Any) -> str:
    instant, days = compiler.process(element.instant, **kw), compiler.process(element.days, **kw)
    return f"({instant} + {days} * interval '24 hours')"


@compiles(DaysAfter, "sqlite")
def _sqlite(element: DaysAfter, compiler: SQLCompiler, **kw: Any) -> str:
    instant, days = compiler.process(element.instant, **kw), compiler.process(element.days, **kw)
    return f"({instant} + {days} * 86400000000)"
