"""Variable values as Camunda 7's interface writes them: ``{"value": ..., "type": ..., "valueInfo": {...}}``.

``read_value`` and ``read_values`` make typed values of them, ``write_value`` and ``write_values`` the way back.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable, Mapping
from typing import Any

from shoal.camunda.dates import read_date, write_date
from shoal.errors import InputError, VariableTypeError
from shoal.store.json_text import read_json, write_json
from shoal.values import TypedValue, ValueType, infer
from shoal.values.nesting import MOST_LEVELS, is_deep

_TYPES = {each.value.lower(): each for each in ValueType}
_JAVA = {
    ValueType.BOOLEAN: "java.lang.Boolean",
    ValueType.SHORT: "java.lang.Short",
    ValueType.INTEGER: "java.lang.Integer",
    ValueType.LONG: "java.lang.Long",
    ValueType.DOUBLE: "java.lang.Double",
    ValueType.STRING: "java.lang.String",
    ValueType.DATE: "java.util.Date",
    ValueType.BYTES: "byte[]",
}
_LIMITS = {ValueType.SHORT: 2**15, ValueType.INTEGER: 2**31, ValueType.LONG: 2**63}
_JAVA_SERIALIZED = "application/x-java-serialized-object"
_JSON_FORMATS = frozenset({"application/json", None, ""})
_FILE_INFO = {"filename": "filename", "mimetype": "mimeType", "encoding": "encoding"}


class UnsupportedTypeError(VariableTypeError):
    """A type of variables that does not exist."""


def read_values(given: Mapping[str, Any] | None) -> dict[str, TypedValue]:
    """Typed values by name; none for null. VariableTypeError."""
    return {name: read_value(name, each) for name, each in (given or {}).items()}


def read_value(name: str, given: Any) -> TypedValue:
    """The typed value of ``{"value", "type", "valueInfo"}``. VariableTypeError; UnsupportedTypeError.

    Without a type it is inferred from the value: whole numbers are Integer or Long, others Double; an object or a
    list becomes Json. The type begins with a small or a capital letter. Numbers may be given as texts.

    >>> read_value("a", {"value": "12", "type": "Integer"})
    TypedValue(Integer, 12)
    >>> read_value("a", {"value": 2147483648})
    TypedValue(Long, 2147483648)
    """
    if not isinstance(given, Mapping):
        raise VariableTypeError(
            f"variable '{name}': expected an object with value, type and valueInfo", variable=name, field=name
        )
    value, kind, info = given.get("value"), given.get("type"), given.get("valueInfo")
    if info is not None and not isinstance(info, Mapping):
        raise VariableTypeError(f"variable '{name}': valueInfo has to be an object", variable=name)
    info = dict(info or {})
    transient = info.pop("transient", False) is True
    found = _typed(name, value, kind, info) if kind else infer(name, value)
    return TypedValue(found.type, found.value, found.info, transient) if transient else found


def _typed(name: str, value: Any, kind: Any, info: dict[str, Any]) -> TypedValue:
    type_ = _TYPES.get(kind.lower()) if isinstance(kind, str) else None
    if type_ is None:
        raise UnsupportedTypeError(f"Unsupported value type '{kind}'", variable=name)
    if type_ is ValueType.NULL:
        return TypedValue(type_, None)
    if type_ is ValueType.FILE:
        return _file(name, value, info)
    if type_ in (ValueType.OBJECT, ValueType.JSON, ValueType.XML):
        return _serialized(name, type_, value, info)
    return TypedValue(type_, None if value is None else _READ[type_](name, type_, value))


def _boolean(name: str, type_: ValueType, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    match value.strip().lower() if isinstance(value, str) else None:
        case "true":
            return True
        case "false":
            return False
    raise _refused(name, type_, value)


def _whole(name: str, type_: ValueType, value: Any) -> int | None:
    if isinstance(value, bool):
        raise _refused(name, type_, value)
    if isinstance(value, str) and not value.strip():
        return None
    try:
        number = int(value.strip()) if isinstance(value, str) else value
    except ValueError:
        raise _refused(name, type_, value) from None
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    limit = _LIMITS[type_]
    if not isinstance(number, int) or not -limit <= number < limit:
        raise _refused(name, type_, value)
    return number


def _double(name: str, type_: ValueType, value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _refused(name, type_, value)
    if isinstance(value, str) and not value.strip():
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise _refused(name, type_, value) from None
    if not math.isfinite(number):
        raise _refused(name, type_, value)
    return number


def _string(name: str, type_: ValueType, value: Any) -> str:
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
    raise _refused(name, type_, value)


def _date(name: str, type_: ValueType, value: Any) -> Any:
    if not isinstance(value, str):
        raise _refused(name, type_, value)
    if not value.strip():
        return None
    try:
        return read_date(value)
    except InputError:
        raise _refused(name, type_, value) from None


def _bytes(name: str, type_: ValueType, value: Any) -> bytes:
    decoded = _decoded(value)
    if decoded is None:
        raise _refused(name, type_, value)
    return decoded


_READ: dict[ValueType, Callable[[str, ValueType, Any], Any]] = {
    ValueType.BOOLEAN: _boolean,
    ValueType.SHORT: _whole,
    ValueType.INTEGER: _whole,
    ValueType.LONG: _whole,
    ValueType.DOUBLE: _double,
    ValueType.STRING: _string,
    ValueType.DATE: _date,
    ValueType.BYTES: _bytes,
}


def _file(name: str, value: Any, info: Mapping[str, Any]) -> TypedValue:
    """The node client writes ``mimetype``, so the names of the parts are read in any case."""
    known = {str(key).lower(): each for key, each in info.items()}
    kept = {written: known[key] for key, written in _FILE_INFO.items() if known.get(key) is not None}
    if not isinstance(kept.get("filename"), str) or not kept["filename"]:
        raise VariableTypeError(f"variable '{name}': a file needs valueInfo.filename", variable=name)
    content = None if value is None else _decoded(value)
    if value is not None and content is None:
        raise VariableTypeError(f"variable '{name}': the content of a file has to be base64", variable=name)
    return TypedValue(ValueType.FILE, content, kept)


def _serialized(name: str, type_: ValueType, value: Any, info: Mapping[str, Any]) -> TypedValue:
    if value is not None and not isinstance(value, str):
        raise VariableTypeError(
            f"Must provide 'null' or String value for value of SerializableValue type '{type_.value}'.",
            variable=name,
        )
    if type_ is ValueType.XML:
        return TypedValue(type_, value)
    if type_ is ValueType.JSON:
        return TypedValue(type_, _parsed(name, value))
    kept = {key: info[key] for key in ("objectTypeName", "serializationDataFormat") if info.get(key) is not None}
    serialization = kept.get("serializationDataFormat")
    if serialization == _JAVA_SERIALIZED:
        raise VariableTypeError(
            f"variable '{name}': objects serialized by Java cannot be read; supported: application/json",
            variable=name,
        )
    return TypedValue(type_, _parsed(name, value) if serialization in _JSON_FORMATS else value, kept or None)


def _parsed(name: str, value: str | None) -> Any:
    if value is None:
        return None
    try:
        parsed = read_json(value)
    except (ValueError, RecursionError) as error:
        raise VariableTypeError(f"variable '{name}': the value is not JSON: {error}", variable=name) from None
    if is_deep(parsed):
        raise VariableTypeError(
            f"variable '{name}': the value is nested more than {MOST_LEVELS} levels deep", variable=name
        )
    return parsed


def _decoded(value: Any) -> bytes | None:
    """Base64 with line breaks, with the URL alphabet and without padding as well, as Java's decoder takes it."""
    if not isinstance(value, str):
        return None
    text = "".join(value.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _refused(name: str, type_: ValueType, value: Any) -> VariableTypeError:
    shown = str(value)
    shown = shown if len(shown) <= 60 else shown[:57] + "..."
    return VariableTypeError(
        f"Cannot convert value '{shown}' of type '{type_.value}' to java type {_JAVA[type_]}", variable=name
    )


def write_values(values: Mapping[str, TypedValue], *, deserialize: bool = True) -> dict[str, dict[str, Any]]:
    """Every value by its name, as ``write_value`` writes it."""
    return {name: write_value(each, deserialize=deserialize) for name, each in values.items()}


def write_value(value: TypedValue, *, deserialize: bool = True) -> dict[str, Any]:
    """``{"type", "value", "valueInfo"}``, plain JSON.

    The content of a File is never in it, that of Bytes in base64.
    ``deserialize``: Json and Object are the JSON value itself, else its text.

    >>> write_value(TypedValue(ValueType.JSON, {"a": 1}), deserialize=False)
    {'type': 'Json', 'value': '{"a":1}', 'valueInfo': {}}
    """
    return {
        "type": value.type.value,
        "value": _written(value, deserialize),
        "valueInfo": dict(value.info or {}),
    }


def _written(value: TypedValue, deserialize: bool) -> Any:
    if value.type is ValueType.FILE or value.value is None:
        return None
    match value.type:
        case ValueType.DATE:
            return write_date(value.value)
        case ValueType.BYTES:
            return base64.b64encode(value.value).decode()
        case ValueType.JSON | ValueType.OBJECT if not deserialize:
            is_json = (value.info or {}).get("serializationDataFormat") in _JSON_FORMATS
            return write_json("value", value.value) if is_json else value.value
    return value.value
