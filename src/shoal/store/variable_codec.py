"""Typed values to the columns of a row and back, exactly; and what cannot be stored, refused before any row is.

A string with a NUL character goes into ``bytes_value``, because PostgreSQL's text has none. Dates keep the
offset that they were given; ``long_value`` is their instant for comparisons.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, NoReturn

import orjson

from shoal.errors import VariableTypeError
from shoal.ids import new_id
from shoal.store.json_text import STRICT, is_text, read_json, write_json
from shoal.store.tables.columns import instant_to_micros
from shoal.values import Deferred, TypedValue, ValueType

VALUE_COLUMNS = ("type", "text_value", "long_value", "double_value", "bytes_value", "blob_id", "info")
MAX_NAME = 255
"""Longest name of a variable, in characters (Camunda 7: the same)."""

Columns = tuple[str, str | None, int | None, float | None, bytes | None, str | None, Any]

_RANGES = {
    ValueType.SHORT: (-(2**15), 2**15 - 1),
    ValueType.INTEGER: (-(2**31), 2**31 - 1),
    ValueType.LONG: (-(2**63), 2**63 - 1),
}
_NAMES = {each: each.value for each in ValueType}
_TYPES = {each.value: each for each in ValueType}
_TEXTS = frozenset({ValueType.STRING, ValueType.XML, ValueType.JSON, ValueType.OBJECT})


class PendingBlob(NamedTuple):
    """A large value that is to be stored before the transaction commits."""

    id: str
    instance_id: str
    data: bytes


class Encoder:
    """Encodes the values of one chunk; ``blobs`` collects those that are too large for a row."""

    def __init__(self, threshold: int) -> None:
        self.blobs: list[PendingBlob] = []
        self._threshold = threshold
        self._known: dict[int, tuple[TypedValue, Columns]] = {}
        self._known_blobs: dict[tuple[str, int], tuple[TypedValue, Columns]] = {}
        self._names: set[str] = set()

    def encode(self, instance_id: str, name: str, value: TypedValue) -> Columns:
        """The columns of a value. VariableTypeError if it cannot be stored exactly, naming the variable."""
        known = self._known.get(id(value)) or self._known_blobs.get((instance_id, id(value)))
        if known is not None and known[0] is value:
            if name not in self._names:
                self._check_name(name)
            return known[1]
        if name not in self._names:
            self._check_name(name)
        columns = _ENCODE[value.type](name, value)
        size = _size(columns)
        if size > self._threshold:
            columns = self._outside(instance_id, columns)
            self._known_blobs[instance_id, id(value)] = (value, columns)
        else:
            self._known[id(value)] = (value, columns)
        return columns

    def _outside(self, instance_id: str, columns: Columns) -> Columns:
        kind, text, number, double, data, _, info = columns
        blob_id = new_id()
        content = data if data is not None else (text or "").encode()
        self.blobs.append(PendingBlob(blob_id, instance_id, content))
        return (kind, None, number, double, None, blob_id, info)

    def _check_name(self, name: str) -> None:
        if not name or len(name) > MAX_NAME:
            raise VariableTypeError(
                f"a variable's name has 1 to {MAX_NAME} characters; '{name[:40]}' has {len(name)}", variable=name
            )
        if "\0" in name or not is_text(name):
            raise VariableTypeError(
                f"variable {name!r}: a name cannot contain NUL or half of a surrogate pair", variable=name
            )
        self._names.add(name)


def decode(columns: Sequence[Any], fetch: Callable[[str], bytes]) -> TypedValue:
    """The value of ``VALUE_COLUMNS``. A large value is fetched by its blob's id when it is first looked at."""
    kind, text, number, double, data, blob_id, info = columns
    type_ = _TYPES[kind]
    if blob_id is not None:
        return Deferred(type_, lambda: _from_blob(type_, fetch(blob_id)), info)
    return TypedValue(type_, _DECODE[type_](text, number, double, data), info)


def _from_blob(type_: ValueType, data: bytes) -> Any:
    if type_ not in _TEXTS:
        return data
    text = data.decode()
    return read_json(text) if type_ in (ValueType.JSON, ValueType.OBJECT) else text


def _size(columns: Columns) -> int:
    text, data = columns[1], columns[4]
    if text is not None:
        return len(text) if text.isascii() else len(text.encode())
    return len(data) if data is not None else 0


def _refuse(name: str, value: TypedValue, wanted: str) -> NoReturn:
    shown = repr(value.value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    raise VariableTypeError(f"variable '{name}': {shown} is not {wanted} ({value.type.value})", variable=name)


def _info(name: str, value: TypedValue) -> Any:
    info = value.info
    if not info:
        return None
    info = dict(info)
    try:
        written = orjson.dumps(info, option=STRICT)
    except TypeError as error:
        raise VariableTypeError(f"variable '{name}': valueInfo is no JSON: {error}", variable=name) from None
    if b"\\u0000" in written:
        raise VariableTypeError(f"variable '{name}': valueInfo cannot contain NUL characters", variable=name)
    return info


def _encode_null(name: str, value: TypedValue) -> Columns:
    if value.value is not None:
        _refuse(name, value, "null")
    return ("Null", None, None, None, None, None, _info(name, value))


def _encode_boolean(name: str, value: TypedValue) -> Columns:
    if value.value is None:
        return _encode_typed_null(name, value)
    if type(value.value) is not bool:
        _refuse(name, value, "true or false")
    return ("Boolean", None, int(value.value), None, None, None, _info(name, value))


def _encode_integer(name: str, value: TypedValue) -> Columns:
    number = value.value
    if number is None:
        return _encode_typed_null(name, value)
    least, most = _RANGES[value.type]
    if type(number) is not int or not least <= number <= most:
        _refuse(name, value, f"a whole number from {least} to {most}")
    return (_NAMES[value.type], None, number, None, None, None, _info(name, value))


def _encode_double(name: str, value: TypedValue) -> Columns:
    number = value.value
    if number is None:
        return _encode_typed_null(name, value)
    if type(number) is int:
        if int(_as_float(name, value)) != number:
            _refuse(name, value, "exactly a floating point number")
        number = float(number)
    if type(number) is not float or not math.isfinite(number):
        _refuse(name, value, "a finite number")
    # SQLite keeps whole numbers without a sign of zero
    text = "-0.0" if number == 0.0 and math.copysign(1.0, number) < 0 else None
    return ("Double", text, None, number, None, None, _info(name, value))


def _as_float(name: str, value: TypedValue) -> float:
    try:
        return float(value.value)
    except OverflowError:
        _refuse(name, value, "a finite number")


def _encode_text(name: str, value: TypedValue) -> Columns:
    text = value.value
    if text is None:
        return _encode_typed_null(name, value)
    if not isinstance(text, str):
        _refuse(name, value, "a text")
    if not is_text(text):
        raise VariableTypeError(f"variable '{name}': the text contains half of a surrogate pair", variable=name)
    if "\0" in text:
        return (value.type.value, None, None, None, text.encode(), None, _info(name, value))
    return (_NAMES[value.type], text, None, None, None, None, _info(name, value))


def _encode_date(name: str, value: TypedValue) -> Columns:
    instant = value.value
    if instant is None:
        return _encode_typed_null(name, value)
    if not isinstance(instant, datetime) or instant.tzinfo is None:
        _refuse(name, value, "an instant with a time zone")
    return ("Date", instant.isoformat(), instant_to_micros(instant), None, None, None, _info(name, value))


def _encode_bytes(name: str, value: TypedValue) -> Columns:
    data = value.value
    if data is None:
        return _encode_typed_null(name, value)
    if not isinstance(data, bytes | bytearray):
        _refuse(name, value, "bytes")
    return (value.type.value, None, None, None, bytes(data), None, _info(name, value))


def _encode_json(name: str, value: TypedValue) -> Columns:
    content = value.value
    if content is None and not value.info:
        # Json null and a Json variable without a value are the same to Camunda 7 too
        return (value.type.value, None, None, None, None, None, None)
    return (value.type.value, write_json(name, content), None, None, None, None, _info(name, value))


def _encode_typed_null(name: str, value: TypedValue) -> Columns:
    return (value.type.value, None, None, None, None, None, _info(name, value))


def _decode_text(text: str | None, _number: Any, _double: Any, data: bytes | None) -> Any:
    return bytes(data).decode() if data is not None else text


_ENCODE: dict[ValueType, Callable[[str, TypedValue], Columns]] = {
    ValueType.NULL: _encode_null,
    ValueType.BOOLEAN: _encode_boolean,
    ValueType.SHORT: _encode_integer,
    ValueType.INTEGER: _encode_integer,
    ValueType.LONG: _encode_integer,
    ValueType.DOUBLE: _encode_double,
    ValueType.STRING: _encode_text,
    ValueType.XML: _encode_text,
    ValueType.DATE: _encode_date,
    ValueType.BYTES: _encode_bytes,
    ValueType.FILE: _encode_bytes,
    ValueType.JSON: _encode_json,
    ValueType.OBJECT: _encode_json,
}

_DECODE: dict[ValueType, Callable[[Any, Any, Any, Any], Any]] = {
    ValueType.NULL: lambda _text, _number, _double, _data: None,
    ValueType.BOOLEAN: lambda _text, number, _double, _data: None if number is None else bool(number),
    ValueType.SHORT: lambda _text, number, _double, _data: number,
    ValueType.INTEGER: lambda _text, number, _double, _data: number,
    ValueType.LONG: lambda _text, number, _double, _data: number,
    ValueType.DOUBLE: lambda text, _number, double, _data: double if text is None else float(text),
    ValueType.STRING: _decode_text,
    ValueType.XML: _decode_text,
    ValueType.DATE: lambda text, _number, _double, _data: None if text is None else datetime.fromisoformat(text),
    ValueType.BYTES: lambda _text, _number, _double, data: None if data is None else bytes(data),
    ValueType.FILE: lambda _text, _number, _double, data: None if data is None else bytes(data),
    ValueType.JSON: lambda text, _number, _double, _data: None if text is None else read_json(text),
    ValueType.OBJECT: lambda text, _number, _double, _data: None if text is None else read_json(text),
}
