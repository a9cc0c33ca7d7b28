"""Values go into rows and come back exactly, on both databases, or are refused before anything changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.integration.commands.models import ONE_TASK
from tests.integrity import check_every_row

from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.load import Loaded, load
from shoal.commands.start_instances import start_instances
from shoal.errors import VariableTypeError
from shoal.values import TypedValue, ValueType

EXACT = [
    TypedValue(ValueType.NULL, None),
    TypedValue(ValueType.BOOLEAN, True),
    TypedValue(ValueType.BOOLEAN, False),
    TypedValue(ValueType.BOOLEAN, None),
    TypedValue(ValueType.SHORT, -32768),
    TypedValue(ValueType.INTEGER, 2**31 - 1),
    TypedValue(ValueType.LONG, 2**63 - 1),
    TypedValue(ValueType.LONG, -(2**63)),
    TypedValue(ValueType.DOUBLE, 0.1),
    TypedValue(ValueType.DOUBLE, -0.0),
    TypedValue(ValueType.DOUBLE, 5e-324),
    TypedValue(ValueType.DOUBLE, 1.7976931348623157e308),
    TypedValue(ValueType.STRING, ""),
    TypedValue(ValueType.STRING, None),
    TypedValue(ValueType.STRING, "\\N"),
    TypedValue(ValueType.STRING, "tab\tline\nreturn\rback\\slash 100% %s"),
    TypedValue(ValueType.STRING, "nul\0inside"),
    TypedValue(ValueType.STRING, "Zürich 日本語 🦈 \U0010ffff \x7f\x80\ufffe"),
    TypedValue(
        ValueType.DATE, datetime(2024, 2, 29, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    ),
    TypedValue(ValueType.DATE, datetime(1, 1, 1, tzinfo=UTC)),
    TypedValue(ValueType.DATE, datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)),
    TypedValue(ValueType.BYTES, bytes(range(256))),
    TypedValue(ValueType.BYTES, b""),
    TypedValue(ValueType.FILE, b"%PDF", {"filename": "a.pdf", "mimeType": "application/pdf", "encoding": "UTF-8"}),
    TypedValue(ValueType.JSON, {"a": [1, 2.5, None, True, "x\0y", {"deep": {}}], "": "", "ß": 2**53 + 1}),
    TypedValue(ValueType.JSON, [2**63, 2**64 - 1, 2**200, -(2**100), 1.0, 0.1]),
    TypedValue(ValueType.JSON, "text"),
    TypedValue(ValueType.OBJECT, {"k": 1}, {"objectTypeName": "T", "serializationDataFormat": "application/json"}),
    TypedValue(ValueType.XML, "<a b='ü'/>"),
]
REFUSED = [
    TypedValue(ValueType.DOUBLE, float("nan")),
    TypedValue(ValueType.DOUBLE, float("inf")),
    TypedValue(ValueType.DOUBLE, 2**53 + 1),
    TypedValue(ValueType.DOUBLE, 10**400),
    TypedValue(ValueType.SHORT, 32768),
    TypedValue(ValueType.INTEGER, 2**31),
    TypedValue(ValueType.LONG, 2**63),
    TypedValue(ValueType.INTEGER, True),
    TypedValue(ValueType.INTEGER, "1"),
    TypedValue(ValueType.BOOLEAN, 1),
    TypedValue(ValueType.NULL, 0),
    TypedValue(ValueType.STRING, "half \ud800"),
    TypedValue(ValueType.STRING, 5),
    TypedValue(ValueType.DATE, datetime(2024, 1, 1)),  # noqa: DTZ001
    TypedValue(ValueType.DATE, "2024-01-01"),
    TypedValue(ValueType.BYTES, "text"),
    TypedValue(ValueType.JSON, {"a": float("nan")}),
    TypedValue(ValueType.JSON, {1: "a"}),
    TypedValue(ValueType.JSON, {"a": datetime(2024, 1, 1, tzinfo=UTC)}),
    TypedValue(ValueType.JSON, ["half \udc00"]),
    TypedValue(ValueType.JSON, {"a": {1, 2}}),
    TypedValue(ValueType.FILE, b"", {"filename": "nul\0"}),
]


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    deploy(ctx, {"one.bpmn": ONE_TASK})


def _read(ctx: Context, instance_id: str) -> dict[str, TypedValue]:
    with ctx.database.read() as tx:
        loaded = load(ctx, tx, [instance_id])[instance_id]
    assert isinstance(loaded, Loaded)
    return dict(loaded.snapshot.variables.local(instance_id))


def test_every_value_comes_back_as_it_was(ctx: Context) -> None:
    variables = {f"v{place}": value for place, value in enumerate(EXACT)}
    [instance_id] = start_instances(ctx, key="one", variables=variables)
    read = _read(ctx, instance_id)
    assert read.keys() == variables.keys()
    for name, value in variables.items():
        assert (read[name].type, repr(read[name].value)) == (value.type, repr(value.value)), name
        assert (read[name].info or None) == (value.info or None)


def test_many_rows_at_once_keep_their_own_values(ctx: Context) -> None:
    requests = [
        (f"k{place}", {"v": EXACT[place % len(EXACT)], "n": TypedValue(ValueType.LONG, place)})
        for place in range(300)
    ]
    ids = start_instances(ctx, key="one", requests=requests)
    with ctx.database.read() as tx:
        found = load(ctx, tx, ids)
    for place, instance_id in enumerate(ids):
        loaded = found[instance_id]
        assert isinstance(loaded, Loaded)
        read = loaded.snapshot.variables.local(instance_id)
        assert read["n"].value == place
        assert repr(read["v"].value) == repr(EXACT[place % len(EXACT)].value)
        assert loaded.snapshot.instance.business_key == f"k{place}"


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_what_cannot_be_stored_exactly_is_refused(ctx: Context, value: TypedValue) -> None:
    with pytest.raises(VariableTypeError, match="'bad'"):
        start_instances(ctx, key="one", business_key="refused", variables={"bad": value})


@pytest.mark.parametrize("name", ["", "x" * 256, "nul\0", "half\ud800"])
def test_names_that_no_row_can_hold_are_refused(ctx: Context, name: str) -> None:
    with pytest.raises(VariableTypeError):
        start_instances(ctx, key="one", business_key="refused", variables={name: TypedValue(ValueType.NULL, None)})


def test_deeply_nested_json_is_kept_or_refused(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="one", variables={"j": TypedValue(ValueType.JSON, _nested(200))})
    assert _read(ctx, instance_id)["j"].value == _nested(200)
    with pytest.raises(VariableTypeError, match="nested too deeply"):
        start_instances(ctx, key="one", variables={"j": TypedValue(ValueType.JSON, _nested(100_000))})


def test_nothing_of_a_refused_start_is_left(ctx: Context) -> None:
    check_every_row(ctx.database)
