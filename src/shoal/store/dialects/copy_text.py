"""Rows as the text format of PostgreSQL's COPY, built a column at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Column, Table

from shoal.store.dialects.columnar import Varying, turned
from shoal.store.tables.columns import Id, IdArray, Instant, Json

_NULL = "\\N"
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy_text(table: Table, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> tuple[list[str], str]:
    """The columns that have values, and the rows. At least one row."""
    constants, varying = turned(table, names, rows)
    if not varying:
        varying = [Varying(table.c[names[0]], [row[0] for row in rows])]
        constants = [each for each in constants if each.column is not varying[0].column]
    columns = [_formatted(each.column, each.values) for each in varying]
    fixed = "".join("\t" + _formatted(each.column, (each.value,))[0].replace("%", "%%") for each in constants)
    pattern = "\t".join(["%s"] * len(columns)) + fixed + "\n"
    return (
        [*(each.column.name for each in varying), *(each.column.name for each in constants)],
        "".join(map(pattern.__mod__, zip(*columns, strict=True))),
    )


def _formatted(column: Column[Any], values: Sequence[Any]) -> Sequence[str]:
    kind = column.type
    if isinstance(kind, Id):
        return values if None not in values else [_NULL if each is None else each for each in values]
    form = _FORMS.get(type(kind)) or _NATIVE.get(str(kind), _text)
    if form is _text and None not in values and not _is_special("".join(values)):
        return values
    return [_NULL if each is None else form(each) for each in values]


def _is_special(text: str) -> bool:
    return "\\" in text or "\n" in text or "\t" in text or "\r" in text


def _text(value: str) -> str:
    return value.translate(_ESCAPES) if _is_special(value) else value


def _boolean(value: Any) -> str:
    return "t" if value else "f"


def _bytes(value: bytes) -> str:
    return "\\\\x" + value.hex()


def _ids(value: Sequence[str]) -> str:
    return "{" + ",".join(value) + "}"


def _json(value: Any) -> str:
    return _text(orjson.dumps(value).decode())


@lru_cache(maxsize=4096)
def _instant(value: datetime) -> str:
    return value.isoformat()


_FORMS: dict[type[Any], Callable[[Any], str]] = {Instant: _instant, Json: _json, IdArray: _ids}
_NATIVE: dict[str, Callable[[Any], str]] = {
    "INTEGER": str,
    "SMALLINT": str,
    "BIGINT": str,
    "DOUBLE": repr,
    "BOOLEAN": _boolean,
    "BLOB": _bytes,
}
