"""Variables among parameters: plain or typed, checked, and the same after a round trip through JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from shoal.batch.operations.set_variables import SetVariablesParams
from shoal.batch.variables import typed_variables
from shoal.errors import VariableTypeError
from shoal.values import TypedValue, ValueType

LOOKS_TYPED = {"type": "x", "value": 1}
MOMENT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (5, TypedValue(ValueType.INTEGER, 5)),
        (2**40, TypedValue(ValueType.LONG, 2**40)),
        (None, TypedValue(ValueType.NULL, None)),
        (True, TypedValue(ValueType.BOOLEAN, True)),
        ("x", TypedValue(ValueType.STRING, "x")),
        ({"a": [1]}, TypedValue(ValueType.JSON, {"a": [1]})),
        (
            {"type": "Json", "value": {"type": "x", "value": 1}},
            TypedValue(ValueType.JSON, {"type": "x", "value": 1}),
        ),
        ({"type": "Double", "value": 1}, TypedValue(ValueType.DOUBLE, 1.0)),
        ({"type": "Long", "value": 1}, TypedValue(ValueType.LONG, 1)),
        ({"type": "String", "value": None}, TypedValue(ValueType.NULL, None)),
        ({"type": "Date", "value": "2026-01-31T13:00:00+01:00"}, TypedValue(ValueType.DATE, MOMENT)),
        ({"type": "Bytes", "value": "AAE="}, TypedValue(ValueType.BYTES, b"\0\1")),
        (MOMENT, TypedValue(ValueType.DATE, MOMENT)),
        (b"\0\1", TypedValue(ValueType.BYTES, b"\0\1")),
        (TypedValue(ValueType.SHORT, 3), TypedValue(ValueType.SHORT, 3)),
    ],
)
def test_a_value_has_its_type_also_after_json(given: Any, expected: TypedValue) -> None:
    params = SetVariablesParams(variables={"v": given})
    again = SetVariablesParams.model_validate(orjson.loads(orjson.dumps(params.model_dump(mode="json"))))
    for each in (params, again):
        assert typed_variables(each.variables) == {"v": expected}


@pytest.mark.parametrize(
    "given",
    [
        {"type": "Integer", "value": "5"},
        {"type": "Integer", "value": 2**31},
        {"type": "Integer", "value": True},
        {"type": "Short", "value": 40_000},
        {"type": "Boolean", "value": 1},
        {"type": "Double", "value": "1.0"},
        {"type": "String", "value": 5},
        {"type": "Date", "value": "2026-01-31T13:00:00"},
        {"type": "Date", "value": 5},
        {"type": "Bytes", "value": "???"},
        {"type": "Colour", "value": "red"},
        {"type": "Null", "value": 1},
        2**70,
        float("nan"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_name(given: Any) -> None:
    with pytest.raises(VariableTypeError, match="'v'"):
        typed_variables({"v": given})
