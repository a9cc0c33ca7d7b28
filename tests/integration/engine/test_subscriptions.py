"""Event subscriptions of what is kept for compensation, beside those that have rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.kernel.conftest import HEAD
from tests.unit.kernel.scenarios.shapes import (
    COMPENSATE,
    OUTSIDE,
    boundary,
    draw,
    event_sub,
    message,
    sub,
    throw,
    undo,
)

import shoal
from shoal.engine import Engine
from shoal.errors import FilterRejectedError
from shoal.store.database import Database

A = '<userTask id="a"/>' + undo("a")


@pytest.fixture
def engine(database: Database, tmp_path: Path) -> Iterator[Engine]:
    with shoal.open_engine(str(database.url), upgrade=False, blob_url=(tmp_path / "blobs").as_uri()) as opened:
        yield opened


@pytest.fixture
def start(engine: Engine, tmp_path: Path) -> Any:
    """Start ``s > ... > b > th > e`` with these elements, and complete tasks."""

    def begin(first: str, body: str, *done: str) -> str:
        whole = body + '<userTask id="b"/>' + boundary("late", "b", message("m1")) + throw("th", COMPENSATE)
        drawn = whole + draw(f"s > {first} > b > th > e", "late > e2", declared=whole)
        path = tmp_path / "kept.bpmn"
        path.write_text(f'{HEAD}{OUTSIDE}<process id="kept" isExecutable="true">{drawn}</process></definitions>')
        engine.definitions.deploy(path)
        instance_id = engine.instances.start("kept")
        for name in done:
            task = engine.tasks.find(open=True, instance_id=instance_id, activity_id=name)[0]
            engine.tasks.complete(task.id)
        return instance_id

    return begin


INNER = sub("sp", "s2 > a > e3", body=A)
CASES = {
    "activity": ("a", A, ["a_undo"]),
    "sub-process": ("sp", INNER, ["a_undo", "sp"]),
    "sub-process with a handler": ("sp", INNER + undo("sp"), ["a_undo", "sp", "sp_undo"]),
    "event sub-process": (
        "sp",
        sub("sp", "s2 > a > e3", body='<userTask id="a"/>' + event_sub("es", COMPENSATE, "es_s > q > e4")),
        ["es"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_kept(engine: Engine, start: Any, case: str) -> None:
    first, body, expected = CASES[case]
    instance_id = start(first, body, "a")
    found = engine.subscriptions.find(kind="compensate", instance_id=instance_id)
    assert sorted(each.activity_id for each in found) == expected
    assert {(each.kind, each.name, each.instance_id) for each in found} == {("compensate", None, instance_id)}
    assert engine.subscriptions.count(kind="compensate", instance_id=instance_id) == len(expected)


def test_they_are_found_beside_the_others(engine: Engine, start: Any) -> None:
    instance_id = start("a", A, "a")
    find = engine.subscriptions.find
    both = find(instance_id=instance_id, sort="activity_id")
    assert [(each.kind, each.activity_id) for each in both] == [("compensate", "a_undo"), ("message", "late")]
    assert both == list(reversed(find(instance_id=instance_id, sort="activity_id", descending=True)))
    assert find(instance_id=instance_id, sort="activity_id", offset=1, limit=1) == both[1:]
    assert engine.subscriptions.count(instance_id=instance_id) == 2
    kept = both[0]
    assert find(instance_id=instance_id, ids=(kept.id,)) == [kept]
    assert find(instance_id=instance_id, activity_id="a_undo", node_id=kept.node_id) == [kept]
    assert find(instance_id=instance_id, without_tenant=True, kind="compensate") == [kept]
    assert find(instance_id=instance_id, tenant_id_in=("x",)) == []
    assert find(instance_id=instance_id, name="mail1") == both[1:]
    (ended,) = engine.history.activities(instance_id=instance_id, activity_id="a")
    assert kept.created_at == ended.row.ended_at
    with pytest.raises(FilterRejectedError, match="'nothing' is not supported"):
        find(instance_id=instance_id, sort="nothing")


def test_nothing_is_kept_of_what_is_undone_or_over(engine: Engine, start: Any) -> None:
    instance_id = start("a", A, "a", "b")
    assert engine.subscriptions.count(kind="compensate", instance_id=instance_id) == 0
    engine.tasks.complete(engine.tasks.find(open=True, instance_id=instance_id, activity_id="a_undo")[0].id)
    assert engine.instances.get(instance_id).state == "completed"
    assert engine.subscriptions.find(kind="compensate", instance_id=instance_id) == []
    assert engine.subscriptions.find(kind="compensate", instance_id="no id") == []
