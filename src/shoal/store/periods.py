"""``month_of(instant)`` and ``milliseconds(start, end)``, in the arithmetic of either database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal


class MonthOf(ColumnElement[int]):
    """The month of an instant in UTC, from 1."""

    inherit_cache = True
    type = Integer()
    __visit_name__ = "month_of"
    _traverse_internals = [("instant", InternalTraversal.dp_clauseelement)]  # noqa: RUF012

    def __init__(self, instant: ColumnElement[Any]) -> None:
        self.instant = instant

    @property
    def _from_objects(self) -> Any:
        return self.instant._from_objects


class Milliseconds(ColumnElement[int]):
    """Whole milliseconds from ``start`` to ``end``."""

    inherit_cache = True
    type = BigInteger()
    __visit_name__ = "milliseconds"
    _traverse_internals = [  # noqa: RUF012 - the form that SQLAlchemy reads
        ("start", InternalTraversal.dp_clauseelement),
        ("end", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, start: ColumnElement[Any], end: ColumnElement[Any]) -> None:
        self.start = start
        self.end = end

    @property
    def _from_objects(self) -> Any:
        return [*self.start._from_objects, *self.end._from_objects]


def month_of(instant: ColumnElement[Any]) -> ColumnElement[int]:
    """The month of an instant in UTC, from 1."""
    return MonthOf(instant)


def milliseconds(start: ColumnElement[Any], end: ColumnElement[Any]) -> ColumnElement[int]:
    """Whole milliseconds from ``start`` to ``end``."""
    return Milliseconds(start, end)


@compiles(MonthOf, "postgresql")
def _month_postgresql(element: MonthOf, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(date_part('month', {compiler.process(element.instant, **kw)} AT TIME ZONE 'UTC') AS INTEGER)"


@compiles(MonthOf, "sqlite")
def _month_sqlite(element: MonthOf, compiler: SQLCompiler, **kw: Any) -> str:
    instant = compiler.process(element.instant, **kw)
    return f"CAST(strftime('%m', {instant} / 1000000, 'unixepoch') AS INTEGER)"


@compiles(Milliseconds, "postgresql")
def _milliseconds_postgresql(element: Milliseconds, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = compiler.process(element.start, **kw), compiler.process(element.end, **kw)
    return f"CAST(floor(date_part('epoch', {end} - {start}) * 1000) AS BIGINT)"


@compiles(Milliseconds, "sqlite")
def _milliseconds_sqlite(element: Milliseconds, compiler: SQLCompiler, **kw: Any) -> str:
    start, end = compiler.process(element.start, **kw), compiler.process(element.end, **kw)
    return f"(({end} - {start}) / 1000)"
