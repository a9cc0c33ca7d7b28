"""``within(column, ids)``: the condition that a column is one of many ids, sent as a single value.

PostgreSQL gets one ``uuid[]``. SQLite gets one value of 16 bytes per id and cuts it up itself; that is as
fast as a thousand bind variables, and the statement's text stays the same whatever the number of ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.visitors import InternalTraversal

from shoal.store.tables.columns import IdArray


class Within(ColumnElement[bool]):
    """``column`` is one of the ids in ``ids``."""

    inherit_cache = True
    type = Boolean()
    _is_implicitly_boolean = True
    __visit_name__ = "within"
    _traverse_internals = [  # noqa: RUF012 - the form that SQLAlchemy reads
        ("column", InternalTraversal.dp_clauseelement),
        ("ids", InternalTraversal.dp_clauseelement),
    ]

    def __init__(self, column: ColumnElement[Any], ids: ColumnElement[Any]) -> None:
        self.column = column
        self.ids = ids

    @property
    def _from_objects(self) -> Any:
        return self.column._from_objects


def within(column: ColumnElement[Any], ids: Sequence[str]) -> ColumnElement[bool]:
    """The condition that ``column`` is one of ``ids``; false for no ids."""
    return Within(column, bindparam(None, list(ids), type_=IdArray(), unique=True))


@compiles(Within, "postgresql")
def _postgresql(element: Within, compiler: SQLCompiler, **kw: Any) -> str:
    return f"{compiler.process(element.column, **kw)} = ANY({compiler.process(element.ids, **kw)})"


@compiles(Within, "sqlite")
def _sqlite(element: Within, compiler: SQLCompiler, **kw: Any) -> str:
    column = compiler.process(element.column, **kw)
    ids = compiler.process(element.ids, **kw)
    return (
        f"{column} IN (WITH RECURSIVE given(ids) AS (SELECT {ids}), at(i) AS (SELECT 1 UNION ALL "
        f"SELECT i + 16 FROM at, given WHERE i + 16 < length(ids)) "
        f"SELECT substr(ids, i, 16) FROM at, given WHERE length(ids) > 0)"
    )
