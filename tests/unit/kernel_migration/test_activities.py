"""Activities that go on as other activities, each run to its end by the target."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import process, sub

MAIL = '<message id="m" name="mail"/><message id="n" name="note"/>'
EXTERNAL = 'camunda:type="external" camunda:topic'


def test_a_user_task_keeps_its_id_its_properties_and_its_variables(begin: Any) -> None:
    run = begin(process('<userTask id="a" name="First" camunda:assignee="mary"/>', "s > a > e"), x=1)
    task, node = next(iter(run.user_tasks)), run.node("a")
    target = process('<userTask id="b" name="Second" camunda:assignee="tom"/><userTask id="c"/>', "s > b > c > e")
    run.migrate(target, ("a", "b"))
    assert run.at == ["b"]
    assert run.node("b") == node
    row = run.user_tasks[task]
    assert (row.activity_id, row.name, row.assignee) == ("b", "First", "mary")
    assert run.last.activities_changed == {node: {"activity_id": "b"}}
    assert run.last.user_tasks_changed == {task: {"activity_id": "b"}}
    run.complete("b").complete("c")
    assert run.ended is not None
    assert run.value("x") == 1


def test_equal_activities_change_nothing_but_the_definition(begin: Any) -> None:
    elements = '<userTask id="a"/><userTask id="b"/>'
    run = begin(process(elements, "s > a > b > e"))
    run.migrate(process(elements, "s > a > e", "s > b"))
    effects = run.last
    assert effects.definition_id == "target"
    assert not effects.activities_changed
    assert not effects.user_tasks_changed
    assert not effects.activities
    run.complete("a")
    assert run.ended is not None


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (f'<serviceTask id="a" {EXTERNAL}="t"/>', f'<serviceTask id="b" {EXTERNAL}="u"/>'),
        (f'<sendTask id="a" {EXTERNAL}="t"/>', f'<businessRuleTask id="b" {EXTERNAL}="u"/>'),
        ('<receiveTask id="a" messageRef="m"/>', '<receiveTask id="b" messageRef="n"/>'),
        ('<receiveTask id="a"/>', '<receiveTask id="b"/>'),
        ('<callActivity id="a" calledElement="x"/>', '<callActivity id="b" calledElement="y"/>'),
        ("<subProcess id='a'><startEvent id='i'/><userTask id='u'/>{}</subProcess>",) * 2,
    ],
    ids=["external", "send", "receive", "receive without message", "call", "sub-process"],
)
def test_whatever_waits_stays(begin: Any, source: str, target: str) -> None:
    inside = '<sequenceFlow id="i_u" sourceRef="i" targetRef="u"/>'
    target = target.format(inside).replace("id='a'", "id='b'")
    run = begin(process(source.format(inside), "s > a > e", outside=MAIL))
    tables = (run.jobs, run.subscriptions, run.external_tasks, run.user_tasks, run.called)
    before, node = [set(rows) for rows in tables], run.node("a")
    arrows: list[Any] = [("a", "b")]
    if "subProcess" in source:
        arrows.append("u")
    run.migrate(process(target, "s > b > e", outside=MAIL), *arrows)
    assert [set(rows) for rows in tables] == before
    assert run.node("b") == node
    if "calledElement" not in source:
        run.complete("u" if "subProcess" in source else "b")
        assert run.ended is not None


def test_a_called_instance_goes_on_and_comes_back_to_the_target(begin: Any) -> None:
    from shoal.kernel.stimulus import ChildEnded

    run = begin(process('<callActivity id="a" calledElement="x"/>', "s > a > e"))
    target = process('<callActivity id="b" calledElement="y"/><userTask id="c"/>', "s > b > c > e")
    run.migrate(target, ("a", "b"))
    (child,) = run.called
    del run.called[child]
    for node in run.snapshot.state.nodes.values():
        node.waits = None
    run.do(ChildEnded(run.node("b")))
    assert run.at == ["c"]


def test_the_topic_and_the_message_stay_unless_the_trigger_is_updated(begin: Any) -> None:
    source = process('<receiveTask id="a" messageRef="m"/>', "s > a > e", outside=MAIL)
    target = process('<receiveTask id="b" messageRef="n"/>', "s > b > e", outside=MAIL)
    for update, name in ((False, "mail"), (True, "note")):
        run = begin(source)
        (row,) = run.subscriptions.values()
        run.migrate(target, ("a", "b", update))
        assert list(run.subscriptions) == [row.id]
        assert run.subscriptions[row.id].name == name
        run.receive("b")
        assert run.ended is not None


def test_a_timer_keeps_its_due_date_unless_the_trigger_is_updated(begin: Any) -> None:
    def timer(name: str, duration: str) -> Any:
        definition = f"<timerEventDefinition><timeDuration>{duration}</timeDuration></timerEventDefinition>"
        body = f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'
        return process(body, f"s > {name} > e")

    for update, hours in ((False, 1), (True, 5)):
        run = begin(timer("a", "PT1H"))
        began = run.now
        run.now += timedelta(minutes=30)
        run.migrate(timer("b", "${d}"), ("a", "b", update), variables={}) if not update else None
        if update:
            run.set(d="PT5H")
            run.migrate(timer("b", "${d}"), ("a", "b", True))
        (job,) = run.jobs.values()
        expected = began + timedelta(hours=1) if not update else run.now + timedelta(hours=hours)
        assert job.due_at == expected
        run.fire("b")
        assert run.ended is not None


def test_a_receive_task_begins_to_wait_for_a_message_that_only_the_target_has(begin: Any) -> None:
    run = begin(process('<receiveTask id="a"/>', "s > a > e"))
    run.migrate(process('<receiveTask id="a" messageRef="m"/>', "s > a > e", outside=MAIL), "a")
    assert [row.name for row in run.subscriptions.values()] == ["mail"]
    run.receive("a")
    assert run.ended is not None


def test_an_event_based_gateway_waits_for_the_events_of_the_target(begin: Any) -> None:
    def model(*names: str) -> Any:
        catches = "".join(
            f'<intermediateCatchEvent id="{name}"><messageEventDefinition messageRef="{message}"/>'
            f"</intermediateCatchEvent>"
            for name, message in (each.split(":") for each in names)
        )
        ways = [f"g > {name.split(':')[0]} > e" for name in names]
        return process('<eventBasedGateway id="g"/>' + catches, "s > g", *ways, outside=MAIL)

    run = begin(model("one:m", "two:n"))
    before = {row.activity_id: row.id for row in run.subscriptions.values()}
    run.migrate(model("one:m", "three:n"), "g", "one")
    after = {row.activity_id: row.id for row in run.subscriptions.values()}
    assert set(after) == {"one", "three"}
    assert after["one"] == before["one"]
    run.receive("three")
    assert run.path[-2:] == ["three", "e"]


def test_variables_of_the_plan_are_set_on_the_instance(begin: Any) -> None:
    run = begin(process('<userTask id="a"/>', "s > a > e"), x=1)
    run.migrate(process('<userTask id="a"/>', "s > a > e"), "a", variables={"x": 2, "y": [1]})
    assert (run.value("x"), run.value("y")) == (2, [1])
    assert {name for _, name in run.last.variables} == {"x", "y"}


def test_local_variables_move_along(begin: Any) -> None:
    inside = sub("w", '<userTask id="a"/>', "w_s > a")
    io = "<extensionElements><camunda:inputOutput><camunda:inputParameter name='l'>7</camunda:inputParameter>"
    io += "</camunda:inputOutput></extensionElements>"
    source = process(inside.replace('<userTask id="a"/>', f'<userTask id="a">{io}</userTask>'), "s > w > e")
    run = begin(source)
    run.migrate(process(sub("q", '<userTask id="b"/>', "q_s > b"), "s > q > e"), ("w", "q"), ("a", "b"))
    assert run.value("l", "b") == "7"
    run.complete("b")
    assert run.ended is not None


def test_timeout_listeners_stay_by_their_ids(begin: Any, host: Any) -> None:
    calls: list[str] = []
    host.callables["call"] = lambda task: calls.append(task.task_definition_key)

    def task(name: str, **listeners: str) -> Any:
        said = "".join(
            f'<camunda:taskListener event="timeout" id="{each}" class="call"><timerEventDefinition>'
            f"<timeDuration>{duration}</timeDuration></timerEventDefinition></camunda:taskListener>"
            for each, duration in listeners.items()
        )
        body = f'<userTask id="{name}"><extensionElements>{said}</extensionElements></userTask>'
        return process(body, f"s > {name} > e")

    run = begin(task("a", one="PT1H", two="PT2H"))
    before = {row.due_at: row.id for row in run.jobs.values()}
    run.migrate(task("b", zero="PT3H", two="PT9H"), ("a", "b"))
    dues = sorted((row.due_at - run.now) // timedelta(hours=1) for row in run.jobs.values())
    assert dues == [2, 3]
    assert before[run.now + timedelta(hours=2)] in run.jobs
    run.fire("b").fire("b")
    assert calls == ["b", "b"]
    run.complete("b")
    assert run.ended is not None
