"""Instances that begin at activities instead of at their start event."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.commands.models import START, chain
from tests.integrity import check_every_row

import shoal
from shoal.engine import Engine
from shoal.errors import InputError, NotFoundError

_TASKS = [(name, f'<bpmn:userTask id="{name}">{{}}</bpmn:userTask>') for name in ("a", "b")]
MODEL = chain("two", START, *_TASKS)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("start-at")
    with shoal.open_engine(f"sqlite:///{folder / 'shoal.db'}", blob_url=(folder / "blobs").as_uri()) as opened:
        opened.definitions.deploy(contents={"two.bpmn": MODEL})
        yield opened
        check_every_row(opened._context.database)


def _open(engine: Engine, instance_id: str) -> list[str]:
    return [each.activity_id for each in engine.tasks.find(open=True, instance_id=instance_id)]


def test_an_instance_begins_where_its_instructions_say(engine: Engine) -> None:
    start = engine.instances.start_at("two", business_key="k", variables={"x": 1})
    found = start.start_before("b", {"y": 2}, local_variables={"z": 3}).start_after("start").execute()
    assert _open(engine, found) == ["b", "a"]
    assert engine.instances.variables(found) == {"x": 1, "y": 2}
    assert engine.instances.get(found).business_key == "k"


def test_without_instructions_it_begins_at_its_start_event(engine: Engine) -> None:
    assert _open(engine, engine.instances.start_at("two").execute()) == ["a"]


def test_what_is_not_there_is_refused_before_anything_begins(engine: Engine) -> None:
    before = engine.instances.count()
    with pytest.raises(InputError, match="'no' does not exist") as refused:
        engine.instances.start_at("two").start_before("a").start_before("no").execute()
    assert refused.value.details["index"] == 1
    with pytest.raises(NotFoundError):
        engine.instances.start_at("no").start_before("a").execute()
    assert engine.instances.count() == before
