"""The picture of the README shows what the recorded run of the demo came to, and needs nothing from elsewhere."""

from __future__ import annotations

import json

import pytest
from docs.generation import picture
from lxml import etree

from shoal.demo.steps import Orders, tour

KEPT = json.loads(picture.RECORD.read_text(encoding="utf-8"))
SHOWN = picture.PICTURE.read_text(encoding="utf-8")


def test_the_record_is_of_the_demo_as_it_is() -> None:
    steps = tour(Orders.of(KEPT["instances"]))
    assert [each["operation"] for each in KEPT["rows"]] == [each.operation for each in steps]
    counts = [(each["elements"], each["succeeded"], each["skipped"], each["failed"]) for each in KEPT["rows"]]
    assert counts == [(each.elements, each.succeeded, each.skipped, 0) for each in steps]


@pytest.mark.parametrize("row", KEPT["rows"], ids=lambda row: row["operation"])
def test_each_row_of_the_record_is_in_the_picture(row: dict[str, float]) -> None:
    text = "".join(etree.fromstring(SHOWN.encode()).itertext()).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{row['operation']} " in text
    assert f" {row['per_second']:,.0f}" in text
    assert f" {row['seconds']:.2f}" in text


def test_the_picture_loads_nothing() -> None:
    assert "url(http" not in SHOWN
    assert "@import" not in SHOWN
    assert "href" not in SHOWN


def test_a_row_of_the_demo_is_read_with_and_without_lines() -> None:
    plain = picture.parse("set-variables   10,000  10,000   0   0   0.61   16,393")
    assert plain == picture.parse("│ set-variables │ 10,000 │ 10,000 │ 0 │ 0 │ 0.61 │ 16,393 │")
    assert plain is not None
    assert plain["per_second"] == 16_393
    assert picture.parse("operation  elements  succeeded  skipped  failed  seconds  elements/s") is None
