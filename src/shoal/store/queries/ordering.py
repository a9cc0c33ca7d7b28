"""The order of lists: by one column or by several, and always by id last, so that pages fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement

from shoal.errors import FilterRejectedError

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


def _term(column: ColumnElement[Any], greatest_first: bool) -> ColumnElement[Any]:
    # columns that are never null keep the plain order, which every index has
    if getattr(column, "nullable", True):
        return column.desc().nulls_last() if greatest_first else column.asc().nulls_first()
    return column.desc() if greatest_first else column.asc()
