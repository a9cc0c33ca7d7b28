"""Variable values in Camunda's form."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.camunda.values import UnsupportedTypeError, read_value, read_values, write_value
from shoal.errors import VariableTypeError
from shoal.values import TypedValue, ValueType


@pytest.mark.parametrize(
    ("given", "kind", "value"),
    [
        ({"value": 1}, "Integer", 1),
        ({"value": 2**31}, "Long", 2**31),
        ({"value": 1.5}, "Double", 1.5),
        ({"value": True}, "Boolean", True),
        ({"value": "x"}, "String", "x"),
        ({"value": None}, "Null", None),
        ({}, "Null", None),
        ({"value": {"a": [1]}}, "Json", {"a": [1]}),
        ({"value": "12", "type": "Integer"}, "Integer", 12),
        ({"value": "", "type": "Integer"}, "Integer", None),
        ({"value": 12, "type": "long"}, "Long", 12),
        ({"value": 3, "type": "double"}, "Double", 3.0),
        ({"value": "1.5", "type": "Double"}, "Double", 1.5),
        ({"value": "true", "type": "boolean"}, "Boolean", True),
        ({"value": 12, "type": "String"}, "String", "12"),
        ({"value": None, "type": "String"}, "String", None),
        ({"value": "ignored", "type": "Null"}, "Null", None),
        ({"value": "aGk=", "type": "Bytes"}, "Bytes", b"hi"),
        ({"value": "aG\nk", "type": "Bytes"}, "Bytes", b"hi"),
        ({"value": '{"a":1}', "type": "Json"}, "Json", {"a": 1}),
        ({"value": '{"a":123456789012345678901}', "type": "json"}, "Json", {"a": 123456789012345678901}),
        ({"value": "<a/>", "type": "Xml"}, "Xml", "<a/>"),
        (
            {"value": "2013-01-23T14:42:45.000+0000", "type": "date"},
            "Date",
            datetime(2013, 1, 23, 14, 42, 45, tzinfo=UTC),
        ),
        ({"value": 32767, "type": "Short", "valueInfo": None}, "Short", 32767),
    ],
)
def test_values_are_read(given: dict[str, Any], kind: str, value: Any) -> None:
    found = read_value("a", given)
    assert (found.type.value, found.value) == (kind, value)
    assert type(found.value) is type(value)
    assert not found.transient


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"value": "x", "type": "Integer"},
            "Cannot convert value 'x' of type 'Integer' to java type java.lang.Integer",
        ),
        ({"value": 2**31, "type": "Integer"}, "java.lang.Integer"),
        ({"value": 40000, "type": "Short"}, "java.lang.Short"),
        ({"value": True, "type": "Integer"}, "java.lang.Integer"),
        ({"value": 1.5, "type": "Long"}, "java.lang.Long"),
        ({"value": "nan", "type": "Double"}, "java.lang.Double"),
        ({"value": "yes", "type": "Boolean"}, "java.lang.Boolean"),
        ({"value": [1], "type": "String"}, "java.lang.String"),
        ({"value": "yesterday", "type": "Date"}, "java.util.Date"),
        ({"value": "*", "type": "Bytes"}, "byte"),
        ({"value": {"a": 1}, "type": "Json"}, "Must provide 'null' or String value"),
        ({"value": "{", "type": "Json"}, "not JSON"),
        ({"value": "aGk=", "type": "File"}, "filename"),
        (
            {
                "value": "rO0",
                "type": "Object",
                "valueInfo": {"serializationDataFormat": "application/x-java-serialized-object"},
            },
            "Java",
        ),
        ("12", "expected an object"),
        ({"value": 1, "valueInfo": 5}, "valueInfo"),
    ],
)
def test_wrong_values_are_refused(given: Any, said: str) -> None:
    with pytest.raises(VariableTypeError, match=said):
        read_value("a", given)


@pytest.mark.parametrize("kind", ["Colour", 5, ["String"]])
def test_unknown_types_are_refused(kind: Any) -> None:
    with pytest.raises(UnsupportedTypeError, match="Unsupported value type"):
        read_value("a", {"value": 1, "type": kind})


def test_transience_is_kept() -> None:
    assert read_value("a", {"value": 1, "valueInfo": {"transient": True}}).transient
    assert read_value("a", {"value": 1, "type": "Long", "valueInfo": {"transient": True}}).transient


def test_a_file_has_a_name_whatever_the_client_calls_its_type() -> None:
    info = {"filename": "a.txt", "mimetype": "text/plain", "encoding": "utf-8"}
    found = read_value("a", {"value": "aGk=", "type": "file", "valueInfo": info})
    assert found.value == b"hi"
    assert found.info == {"filename": "a.txt", "mimeType": "text/plain", "encoding": "utf-8"}
    assert write_value(found) == {"type": "File", "value": None, "valueInfo": found.info}


def test_objects_keep_their_type_name() -> None:
    info = {"objectTypeName": "com.example.Order", "serializationDataFormat": "application/json"}
    found = read_value("a", {"value": '{"id":1}', "type": "Object", "valueInfo": info})
    assert write_value(found) == {"type": "Object", "value": {"id": 1}, "valueInfo": info}
    assert write_value(found, deserialize=False) == {"type": "Object", "value": '{"id":1}', "valueInfo": info}


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (TypedValue(ValueType.DATE, datetime(2013, 1, 23, tzinfo=UTC)), "2013-01-23T00:00:00.000+0000"),
        (TypedValue(ValueType.BYTES, b"hi"), "aGk="),
        (TypedValue(ValueType.INTEGER, None), None),
        (TypedValue(ValueType.JSON, [1]), [1]),
        (TypedValue(ValueType.STRING, "x"), "x"),
    ],
)
def test_values_are_written(value: TypedValue, written: Any) -> None:
    assert write_value(value) == {"type": value.type.value, "value": written, "valueInfo": {}}


def test_no_variables_are_none() -> None:
    assert read_values(None) == {}
