"""Conditions that filters have in common: of a field and its ``_in``, ``_like``, ``_min``, ``_before`` and so on.

Each takes the filter and the columns by the names of their fields; what a filter has no field for is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, false

from shoal.store.queries import filter_values

Conditions = list[ColumnElement[bool]]
Columns = Mapping[str, ColumnElement[Any]]

_INT32 = 2**31


def of_ids(wanted: BaseModel, columns: Columns) -> Conditions:
    """Of ``field`` and ``field_in``; what has not the form of an id matches nothing."""
    found: Conditions = []
    for field, column in columns.items():
        if (value := getattr(wanted, field, None)) is not None:
            found.append(filter_values.id_is(column, value))
        if (values := getattr(wanted, f"{field}_in", None)) is not None:
            found.append(filter_values.id_among(column, values))
    return found


def of_texts(wanted: BaseModel, columns: Columns) -> Conditions:
    """Of ``field``, ``field_like`` and ``field_in``."""
    found: Conditions = []
    for field, column in columns.items():
        if (value := getattr(wanted, field, None)) is not None:
            found.append(filter_values.equals(field, column, value))
        if (pattern := getattr(wanted, f"{field}_like", None)) is not None:
            found.append(filter_values.like(f"{field}_like", column, pattern))
        if (values := getattr(wanted, f"{field}_in", None)) is not None:
            found.append(filter_values.one_of(f"{field}_in", column, values))
    return found


def of_numbers(wanted: BaseModel, columns: Columns) -> Conditions:
    """Of ``field``, ``field_min`` and ``field_max``; limits that no number of 32 bits meets match nothing."""
    found: Conditions = []
    for field, column in columns.items():
        if (value := getattr(wanted, field, None)) is not None:
            found.append(filter_values.number_is(column, value))
        if (least := getattr(wanted, f"{field}_min", None)) is not None:
            found.append(column >= max(-_INT32, least) if least < _INT32 else false())
        if (most := getattr(wanted, f"{field}_max", None)) is not None:
            found.append(column <= min(_INT32 - 1, most) if most >= -_INT32 else false())
    return found


def of_instants(wanted: BaseModel, columns: Columns) -> Conditions:
    """Of ``field_before`` and ``field_after``."""
    found: Conditions = []
    for field, column in columns.items():
        if (before := getattr(wanted, f"{field}_before", None)) is not None:
            found.append(column < before)
        if (after := getattr(wanted, f"{field}_after", None)) is not None:
            found.append(column > after)
    return found


def of_absence(wanted: BaseModel, columns: Columns, *, absent: bool) -> Conditions:
    """Of fields that are ``absent`` when their column is NULL, and the contrary otherwise."""
    found: Conditions = []
    for field, column in columns.items():
        if (value := getattr(wanted, field, None)) is not None:
            found.append(column.is_(None) if value is absent else column.is_not(None))
    return found


def of_tenant(wanted: BaseModel, column: ColumnElement[Any]) -> Conditions:
    """Of ``tenant_id_in``, to which ``include_without_tenant`` adds those of none, and ``without_tenant``."""
    found = of_absence(wanted, {"without_tenant": column}, absent=True)
    if (values := getattr(wanted, "tenant_id_in", None)) is not None:
        among = filter_values.one_of("tenant_id_in", column, values)
        with_none = getattr(wanted, "include_without_tenant", None)
        found.append(among | column.is_(None) if with_none else among)
    return found
