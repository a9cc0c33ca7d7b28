"""A variable's value together with its type.

Camunda 7's names: Null, Boolean, Short, Integer, Long, Double, String, Date, Bytes, File, Json, Xml, Object.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from shoal.errors import VariableTypeError

_INT32 = 2**31
_INT64 = 2**63


class ValueType(StrEnum):
    """The types that a variable can have."""

    NULL = "Null"
    BOOLEAN = "Boolean"
    SHORT = "Short"
    INTEGER = "Integer"
    LONG = "Long"
    DOUBLE = "Double"
    STRING = "String"
    DATE = "Date"
    BYTES = "Bytes"
    FILE = "File"
    JSON = "Json"
    XML = "Xml"
    OBJECT = "Object"


class TypedValue:
    """An immutable value with its type.

    ``value`` is the plain Python value: None, bool, int, float, str, aware datetime, bytes (Bytes, File),
    any JSON value (Json, Object), str (Xml). ``info`` is Camunda's valueInfo (File: filename, mimeType,
    encoding; Object: objectTypeName, serializationDataFormat). A transient value is never stored.
    """

    __slots__ = ("info", "transient", "type", "value")

    type: ValueType
    value: Any
    info: Mapping[str, Any] | None
    transient: bool

    def __init__(
        self,
        type: ValueType,  # noqa: A002 - the name that users of typed values know
        value: Any,
        info: Mapping[str, Any] | None = None,
        transient: bool = False,
    ) -> None:
        self.type = type
        self.value = value
        self.info = info
        self.transient = transient

    def __repr__(self) -> str:
        return f"TypedValue({self.type.value}, {self.value!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TypedValue):
            return NotImplemented
        return (self.type, self.value, self.info) == (other.type, other.value, other.info)

    def __hash__(self) -> int:
        return hash((self.type, repr(self.value)))


class Deferred(TypedValue):
    """A large value that is fetched from storage when somebody first looks at it."""

    __slots__ = ("_fetch", "_fetched")

    def __init__(
        self,
        type: ValueType,  # noqa: A002
        fetch: Callable[[], Any],
        info: Mapping[str, Any] | None = None,
    ) -> None:
        self.type = type
        self.info = info
        self.transient = False
        self._fetch = fetch
        self._fetched: list[Any] = []

    @property
    def value(self) -> Any:
        """The value; the first look fetches it."""
        if not self._fetched:
            self._fetched.append(self._fetch())
        return self._fetched[0]


def infer(name: str, value: Any) -> TypedValue:
    """Give an untyped Python value the type that Camunda 7 gives an untyped JSON value.

    int: Integer when it fits 32 bits, else Long; float and Decimal: Double; list and dict: Json.
    Raises VariableTypeError for anything else, and for integers beyond 64 bits, naming the variable.
    """
    match value:
        case TypedValue():
            return value
        case None:
            return TypedValue(ValueType.NULL, None)
        case bool():
            return TypedValue(ValueType.BOOLEAN, value)
        case int():
            if -_INT32 <= value < _INT32:
                return TypedValue(ValueType.INTEGER, value)
            if -_INT64 <= value < _INT64:
                return TypedValue(ValueType.LONG, value)
            raise VariableTypeError(
                f"variable '{name}': {value} does not fit 64 bits; pass it as String or Json",
                variable=name,
            )
        case float() | Decimal():
            return TypedValue(ValueType.DOUBLE, float(value))
        case str():
            return TypedValue(ValueType.STRING, value)
        case bytes() | bytearray():
            return TypedValue(ValueType.BYTES, bytes(value))
        case datetime():
            if value.tzinfo is None:
                raise VariableTypeError(f"variable '{name}': a date needs a time zone", variable=name)
            return TypedValue(ValueType.DATE, value)
        case date():
            raise VariableTypeError(f"variable '{name}': a date needs a time and a time zone", variable=name)
        case list() | tuple() | dict():
            return TypedValue(ValueType.JSON, list(value) if isinstance(value, tuple) else value)
        case _:
            raise VariableTypeError(
                f"variable '{name}': values of the Python type {type(value).__name__} cannot be stored; "
                f"supported: None, bool, int, float, str, bytes, aware datetime, list, dict, TypedValue",
                variable=name,
            )
