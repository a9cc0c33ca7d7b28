"""Instances that call others or throw what others wait for, in a whole engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.kernel.conftest import HEAD
from tests.unit.kernel.scenarios.shapes import (
    OUTSIDE,
    boundary,
    catch,
    draw,
    end,
    error,
    escalation,
    event_sub,
    extended,
    message,
    signal,
    start,
    throw,
    timer,
)

import shoal
from shoal.engine import Engine
from shoal.errors import ExecutionError, InputError


@pytest.fixture(scope="module")
def engine(tmp_path_factory: Any) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("engine")
    url = f"sqlite:///{folder / 'shoal.db'}"
    with shoal.open_engine(url, blob_url=(folder / "blobs").as_uri()) as opened:
        yield opened


@pytest.fixture
def deploy(engine: Engine, tmp_path: Path) -> Callable[..., None]:
    def add(key: str, *arrows: str, body: str = "") -> None:
        drawn = body + draw(*arrows, declared=body)
        xml = f'{HEAD}{OUTSIDE}<process id="{key}" isExecutable="true">{drawn}</process></definitions>'
        xml = xml.replace("<if>", '<conditionExpression xsi:type="tFormalExpression">')
        path = tmp_path / f"{key}.bpmn"
        path.write_text(xml.replace("</if>", "</conditionExpression>"))
        engine.definitions.deploy(path)

    return add


def at(engine: Engine, *ids: str) -> list[str]:
    """The elements of the open tasks."""
    return sorted(task.activity_id for each in ids for task in engine.tasks.find(open=True, instance_id=each))


def called(engine: Engine, caller: str) -> str:
    return next(each.id for each in engine.instances.list() if each.super_id == caller)


def call(key: str, inside: str = "") -> str:
    mapping = extended(f'<camunda:in variables="all"/><camunda:out source="y" target="y"/>{inside}')
    return f'<callActivity id="call" calledElement="{key}">{mapping}</callActivity>'


def test_nothing_starts_after_an_event_based_gateway(engine: Engine, deploy: Any) -> None:
    deploy("p0", "s > a > evt_1 > k > e", body=catch("k", timer()))
    instance = engine.instances.start("p0")
    with pytest.raises(InputError, match="activity has no outgoing sequence flow to take"):
        engine.instances.modify(instance).start_after("evt_1").execute()
    assert at(engine, instance) == ["a"]


def test_an_error_of_a_called_process_brings_its_variables(engine: Engine, deploy: Any) -> None:
    deploy("c1", "s > w > bad", body=end("bad", error("E1")))
    deploy("p1", "s > call > e", "b > mend > e", body=call("c1") + boundary("b", "call", error("E1")))
    caller = engine.instances.start("p1")
    child = called(engine, caller)
    engine.tasks.complete(engine.tasks.find(open=True, instance_id=child)[0].id, {"y": 5})
    assert at(engine, caller) == ["mend"]
    assert engine.instances.variables(caller)["y"] == 5
    assert engine.instances.get(child).state != "active"


def test_an_error_that_no_caller_catches_ends_one_path_of_the_called_process(engine: Engine, deploy: Any) -> None:
    deploy("c2", "s > and_f > w > bad", "and_f > other > e", body=end("bad", error("E1")))
    deploy("p2", "s > call > after > e", "b > x > e", body=call("c2") + boundary("b", "call", error("E2")))
    caller = engine.instances.start("p2")
    child = called(engine, caller)
    (task,) = [each for each in engine.tasks.find(open=True, instance_id=child) if each.activity_id == "w"]
    engine.tasks.complete(task.id)
    assert at(engine, child) == ["other"]
    engine.tasks.complete(engine.tasks.find(open=True, instance_id=child)[0].id)
    assert at(engine, caller) == ["after"]


def test_an_error_passes_a_caller_that_does_not_catch_it(engine: Engine, deploy: Any) -> None:
    deploy("c3", "s > w > bad", body=end("bad", error("E1")))
    deploy("m3", "s > call > never > e", body=call("c3"))
    deploy("p3", "s > call > e", "b > mend > e", body=call("m3") + boundary("b", "call", error()))
    caller = engine.instances.start("p3")
    middle = called(engine, caller)
    child = called(engine, middle)
    engine.tasks.complete(engine.tasks.find(open=True, instance_id=child)[0].id)
    assert at(engine, caller, middle, child) == ["mend"]


def test_an_error_that_comes_at_once(engine: Engine, deploy: Any) -> None:
    deploy("c4", "s > bad", body=end("bad", error("E1")))
    handler = event_sub("es", error("E1"), "es_s > mend > es_e", body=end("es_e"))
    deploy("p4", "s > call > e", body=call("c4") + handler)
    assert at(engine, engine.instances.start("p4")) == ["mend"]


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_of_a_called_process(engine: Engine, deploy: Any, interrupting: bool) -> None:
    key = f"c5{interrupting}"
    deploy(key, "s > w > up > later > e", body=throw("up", escalation("X1")))
    deploy(
        f"p{key}",
        "s > call > e",
        "b > told > e",
        body=call(key) + boundary("b", "call", escalation("X1"), interrupting),
    )
    caller = engine.instances.start(f"p{key}")
    child = called(engine, caller)
    engine.tasks.complete(engine.tasks.find(open=True, instance_id=child)[0].id, {"y": 7})
    assert at(engine, caller) == ["told"]
    assert at(engine, child) == ([] if interrupting else ["later"])
    assert engine.instances.variables(caller)["y"] == 7
    if interrupting:
        assert engine.instances.get(child).state == "terminated"


def test_an_escalation_that_no_caller_catches(engine: Engine, deploy: Any) -> None:
    deploy("c5none", "s > up > w > e", body=throw("up", escalation("X1")))
    deploy("p5none", "s > call > e", body=call("c5none"))
    caller = engine.instances.start("p5none")
    child = called(engine, caller)
    (task,) = engine.tasks.find(open=True, instance_id=child)
    with pytest.raises(ExecutionError, match="nothing catches escalation 'X1' of 'w'"):
        engine.tasks.throw_escalation(task.id, "X1", {"y": 7})
    assert at(engine, child) == ["w"]
    assert engine.instances.variables(caller) == {}


@pytest.mark.parametrize("interrupting", [True, False])
def test_an_escalation_end_event_of_a_called_process(engine: Engine, deploy: Any, interrupting: bool) -> None:
    key = f"c6{interrupting}"
    deploy(key, "s > up", body=end("up", escalation("X1")))
    deploy(
        f"p{key}",
        "s > call > after > e",
        "b > told > e",
        body=call(key) + boundary("b", "call", escalation("X1"), interrupting),
    )
    caller = engine.instances.start(f"p{key}")
    assert at(engine, caller) == (["told"] if interrupting else ["after", "told"])


def test_a_terminate_end_event_of_a_called_process_ends_only_that(engine: Engine, deploy: Any) -> None:
    deploy("c7", "s > and_f > w > stop", "and_f > other > e", body=end("stop", "<terminateEventDefinition/>"))
    deploy("p7", "s > call > after > e", body=call("c7"))
    caller = engine.instances.start("p7")
    child = called(engine, caller)
    (task,) = [each for each in engine.tasks.find(open=True, instance_id=child) if each.activity_id == "w"]
    engine.tasks.complete(task.id, {"y": 1})
    assert at(engine, caller, child) == ["after"]
    assert engine.instances.variables(caller)["y"] == 1


def test_a_signal_reaches_all_instances_and_starts_others(engine: Engine, deploy: Any) -> None:
    deploy("hear8", "s > h > heard > e", body=catch("h", signal("g1")))
    deploy("begin8", "s > begun > e", body=start("s", signal("g1")))
    deploy(
        "ring8",
        "s > and_f > h > heard > e",
        "and_f > r > e",
        body=catch("h", signal("g1")) + throw("r", signal("g1")),
    )
    waiting = [engine.instances.start("hear8") for _ in range(3)]
    ringing = engine.instances.start("ring8")
    engine.run_until_idle()
    assert at(engine, *waiting) == ["heard"] * 3
    assert at(engine, ringing) == ["heard"]
    assert len(engine.instances.list(definition_key="begin8")) == 1


def test_a_message_starts_one_instance_and_wakes_another(engine: Engine, deploy: Any) -> None:
    deploy("mail9", "s > h > got > e", body=start("s", message("m1")) + catch("h", message("m2")))
    engine.messages.correlate("mail1", variables={"x": 1})
    (instance,) = [each.id for each in engine.instances.list(definition_key="mail9")]
    engine.messages.correlate("mail2", instance_ids=[instance], variables={"y": 2})
    assert at(engine, instance) == ["got"]
    assert engine.instances.variables(instance) == {"x": 1, "y": 2}


@pytest.mark.parametrize("alone", [True, False])
def test_a_called_instance_that_is_cancelled_cancels_its_call(engine: Engine, deploy: Any, alone: bool) -> None:
    deploy("c10", "s > w > e")
    arrows = ["s > and_f > call > after > e"] + ([] if alone else ["and_f > side > e"])
    deploy(f"p10{alone}", *arrows, body=call("c10"))
    caller = engine.instances.start(f"p10{alone}")
    child = called(engine, caller)
    engine.batches.create("cancel-instances", ids=[child])
    engine.run_until_idle()
    assert at(engine, caller, child) == ([] if alone else ["side"])
    assert engine.instances.get(caller).state == ("cancelled" if alone else "active")


@pytest.mark.parametrize("how", ["boundary", "cancelled", "modified"])
def test_a_called_instance_ends_internally_unless_its_caller_was_ended_from_outside(
    engine: Engine, deploy: Any, how: str
) -> None:
    deploy(f"c-{how}", "s > w > e")
    deploy(f"p-{how}", "s > call > e", "late > mend > e", body=call(f"c-{how}") + boundary("late", "call", timer()))
    caller = engine.instances.start(f"p-{how}")
    child = called(engine, caller)
    if how == "boundary":
        engine.jobs.execute(engine.jobs.list(instance_id=caller)[0].id)
    elif how == "cancelled":
        engine.instances.cancel(caller)
    else:
        engine.instances.modify(caller).cancel_all("call").start_before("mend").execute()
    assert engine.instances.get(child).state == ("terminated" if how == "boundary" else "cancelled")
