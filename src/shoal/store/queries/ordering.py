"""The order of lists: by one column or by several, and always by id last, so that pages fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement

from shoal.errors import FilterRejectedError

Row = TypeVar("Row", bound=tuple[Any, ...])

Order = tuple[str, bool]
"""A field of the row, and whether the greatest comes first."""


def ordered_by(
    columns: Mapping[str, ColumnElement[Any]],
    sort: str | Sequence[Order],
    *,
    descending: bool = False,
    last: ColumnElement[Any],
) -> list[ColumnElement[Any]]:
    """The terms of ORDER BY; ``descending`` is about a single name and about ``last``.

    Nothing is less than any value, in both databases. FilterRejectedError: a name is none of ``columns``.
    """
    named = [(sort, descending)] if isinstance(sort, str) else list(sort)
    found: list[ColumnElement[Any]] = []
    for name, greatest_first in named:
        if name not in columns:
            raise FilterRejectedError(
                f"sort: '{name}' is not supported; supported: {', '.join(columns)}", field="sort"
            )
        found.append(_term(columns[name], greatest_first))
    greatest_first = named[-1][1] if named else descending
    return [*found, last.desc() if greatest_first else last]


def in_order(rows: Sequence[Row], sort: str | Sequence[Order], *, descending: bool = False) -> list[Row]:
    """The same order for rows that are at hand. Their first field is the id."""
    named = [(sort, descending)] if isinstance(sort, str) else list(sort)
    found = sorted(rows, key=lambda row: str(row[0]), reverse=named[-1][1] if named else descending)
    for name, greatest_first in reversed(named):
        found.sort(key=partial(_rank, name), reverse=greatest_first)
    return found


def _rank(name: str, row: Any) -> tuple[bool, Any]:
    value = getattr(row, name)
    return (value is not None, "" if value is None else value)


def _term(column: ColumnElement[Any], greatest_first: bool) -> ColumnElement[Any]:
    # columns that are never null keep the plain order, which every index has
    if getattr(column, "nullable", True):
        return column.desc().nulls_last() if greatest_first else column.asc().nulls_first()
    return column.desc() if greatest_first else column.asc()
