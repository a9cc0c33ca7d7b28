"""Values of filters on their way into a condition: what no database understands is refused here, by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, false, func

from shoal.errors import FilterRejectedError
from shoal.ids import is_id
from shoal.store.within import within

_INT32 = 2**31


def text(field: str, value: str) -> str:
    """The text. FilterRejectedError if it has NUL or half of a surrogate pair, which no row can have."""
    if "\0" in value or any("\ud800" <= each <= "\udfff" for each in value):
        raise FilterRejectedError(f"{field}: NUL and halves of surrogate pairs are not allowed", field=field)
    return value


def equals(field: str, column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """The column has that text."""
    return column == text(field, value)


def one_of(field: str, column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """The column has one of the texts."""
    return column.in_([text(field, each) for each in values])


def like(field: str, column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """The column matches the pattern: % is any text, _ any character; a backslash takes the next one literally."""
    text(field, pattern)
    slashes = len(pattern) - len(pattern.rstrip("\\"))
    if slashes % 2:
        raise FilterRejectedError(f"{field}: a pattern cannot end with a single backslash", field=field)
    return column.like(pattern, escape="\\")


def equals_in_any_case(field: str, column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """The column has that text, in small or capital letters."""
    return func.lower(column) == func.lower(text(field, value))


def like_in_any_case(field: str, column: ColumnElement[Any], pattern: str) -> ColumnElement[bool]:
    """The column matches the pattern, in small or capital letters."""
    like(field, column, pattern)
    return func.lower(column).like(func.lower(pattern), escape="\\")


def id_is(column: ColumnElement[Any], value: str) -> ColumnElement[bool]:
    """The column is that id; what has not the form of an id matches nothing."""
    lowered = value.lower()
    return column == lowered if is_id(lowered) else false()


def id_among(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[bool]:
    """The column is one of the ids; what has not the form of an id matches nothing."""
    return within(column, sorted({each for value in values if is_id(each := value.lower())}))


def number_is(column: ColumnElement[Any], value: int) -> ColumnElement[bool]:
    """The column is that number; one that does not fit the column matches nothing."""
    return column == value if -_INT32 <= value < _INT32 else false()
