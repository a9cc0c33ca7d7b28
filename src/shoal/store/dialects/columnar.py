"""Rows turned into columns, so that the work on their values is done a column at a time.

Most columns of a chunk hold one value (a state, the time) or none at all. Those are found here: a column without
values is left out of the statement, a column with one value is sent once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Double, Table

from shoal.store.tables.columns import IdArray, Json

_NEVER_CONSTANT = (Double, Json, IdArray)
"""Types with values that are equal but not the same: 0.0 and -0.0, 1 and 1.0 in JSON."""


class Constant(NamedTuple):
    """A column that holds the same value in every row."""

    column: Column[Any]
    value: Any


class Varying(NamedTuple):
    """A column and its values, one per row."""

    column: Column[Any]
    values: Sequence[Any]


def turned(
    table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]
) -> tuple[list[Constant], list[Varying]]:
    """The columns of the rows. A column that is null in every row is in neither list."""
    constants: list[Constant] = []
    varying: list[Varying] = []
    count = len(rows)
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        column = table.c[name]
        first = values[0]
        if count > 1 and values.count(first) == count and (first is None or not _may_differ(column)):
            if first is not None:
                constants.append(Constant(column, first))
        else:
            varying.append(Varying(column, values))
    return constants, varying


def _may_differ(column: Column[Any]) -> bool:
    return isinstance(column.type, _NEVER_CONSTANT)
