"""Wrong calls of the facade: an InputError that names the field and what is allowed, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.databases import Backend
from tests.integration.commands.models import END, START, TASK, chain, model

import shoal
from shoal.engine import Engine
from shoal.errors import InputError
from shoal.ids import new_id

EVENTS = """
<bpmn:startEvent id="asked"><bpmn:messageEventDefinition messageRef="m"/></bpmn:startEvent>
<bpmn:startEvent id="due"><bpmn:timerEventDefinition>
  <bpmn:timeDate xsi:type="bpmn:tFormalExpression">2099-01-01T00:00:00Z</bpmn:timeDate>
</bpmn:timerEventDefinition></bpmn:startEvent>
<bpmn:userTask id="task"/>
<bpmn:sequenceFlow id="a" sourceRef="asked" targetRef="task"/>
<bpmn:sequenceFlow id="b" sourceRef="due" targetRef="task"/>
"""


@pytest.fixture(scope="module")
def engine(backend: Backend) -> Iterator[Engine]:
    url = backend.create(empty=False)
    with shoal.open_engine(url) as opened:
        opened.definitions.deploy(contents={"plain.bpmn": chain("plain", START, TASK, END)})
        yield opened
    backend.drop(url)


@pytest.fixture(scope="module")
def batch_id(engine: Engine) -> str:
    return engine.batches.create("suspend-instances", ids=[engine.instances.start("plain")]).id


def lists(engine: Engine, batch_id: str) -> list[Callable[..., Any]]:
    return [
        engine.instances.list,
        engine.tasks.find,
        engine.jobs.list,
        engine.incidents.find,
        engine.definitions.list,
        engine.definitions.find,
        engine.batches.list,
        lambda **page: engine.batches.elements(batch_id, **page),
    ]


@pytest.mark.parametrize("limit", [-1, 10**30, 1.5, True, "10", None])
def test_limits_are_checked(engine: Engine, batch_id: str, limit: Any) -> None:
    for listing in lists(engine, batch_id):
        with pytest.raises(InputError, match=r"^limit: .*from 0 to 1,000,000") as refused:
            listing(limit=limit)
        assert refused.value.details["field"] == "limit"


def test_offsets_and_ids_of_pages_are_checked(engine: Engine, batch_id: str) -> None:
    for listing in (engine.instances.list, engine.jobs.list, engine.definitions.find):
        for offset in (-1, 10**30):
            with pytest.raises(InputError, match=r"^offset: "):
                listing(offset=offset)
    for listing in (engine.instances.list, engine.tasks.find, engine.definitions.list):
        with pytest.raises(InputError, match=r"^after_id: 'x' is not an id"):
            listing(after_id="x")
    with pytest.raises(InputError, match=r"^before_id: 'x' is not an id"):
        engine.batches.list(before_id="x")
    for listing in lists(engine, batch_id):
        assert listing(limit=0) == []


def test_states_are_checked(engine: Engine, batch_id: str) -> None:
    with pytest.raises(InputError, match=r"state_in.*'completed'"):
        engine.batches.list(state_in=["done"])
    with pytest.raises(InputError, match=r"state: there is no state 'done'; allowed: .*succeeded"):
        engine.batches.elements(batch_id, state="done")


def test_unknown_keywords_are_named_together_with_the_known_ones(engine: Engine, batch_id: str) -> None:
    wrong: list[tuple[Callable[[], Any], str]] = [
        (lambda: engine.tasks.find(foo="x"), "foo"),
        (lambda: engine.messages.correlate("m", typo=1), "'typo'; allowed: business_key, "),
        (lambda: engine.messages.correlate_all("m", typo=1), "'typo'; allowed: business_key, "),
        (lambda: engine.definitions.suspend("plain", typo=1), "'typo'; allowed: definition_id"),
        (lambda: engine.definitions.resume("plain", typo=1), "'typo'; allowed: definition_id"),
        (lambda: engine.definitions.delete(new_id(), typo=True), "'typo'; allowed: skip_custom_listeners"),
        (lambda: engine.instances.list(typo=1), "typo: there is no such field; allowed: ids, definition_id"),
        (
            lambda: engine.instances.count({"variables": [{"nome": 1}]}),
            r"0\.nome: .*allowed: name, operator, value",
        ),
        (lambda: engine.jobs.count(typo=1), "typo: there is no such field; allowed: ids, instance_id"),
        (lambda: engine.batches.change(batch_id, typo=1), "typo: .*allowed: priority, rate_per_second"),
        (
            lambda: engine.batches.create("suspend-instances", ids=["x"], typo=1),
            "options: typo: there is no such field; allowed: expected_count",
        ),
        (
            lambda: engine.batches.create("cancel-instances", {"typo": 1}, ids=["x"]),
            "cancel-instances: typo: there is no such field; allowed: reason",
        ),
        (
            lambda: engine.batches.create("cancel-instances", filter={"typo": 1}),
            "filter: typo: there is no such field; allowed: ids",
        ),
    ]
    for call, said in wrong:
        with pytest.raises(InputError, match=said):
            call()


def test_a_start_event_has_to_be_one_and_the_one_that_was_used_is_recorded(engine: Engine) -> None:
    engine.definitions.deploy(
        contents={"events.bpmn": model("events", EVENTS, roots='<bpmn:message id="m" name="ask"/>')}
    )
    for name in ("task", "nothing", ""):
        with pytest.raises(InputError, match=f"no start event '{name}'; its start events: asked, due") as refused:
            engine.instances.start("events", start_event_id=name)
        assert refused.value.details["field"] == "start_event_id"

    def started_at(instance_id: str) -> str | None:
        return engine.instances.get(instance_id).start_activity_id

    assert started_at(engine.instances.start("events")) == "due"
    assert started_at(engine.instances.start("events", start_event_id="asked")) == "asked"
    assert started_at(engine.messages.correlate("ask").instance_id) == "asked"
    assert started_at(engine.instances.start("plain")) == "start"
