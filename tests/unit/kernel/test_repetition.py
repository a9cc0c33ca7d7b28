"""Multi-instance activities and standard loops."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ExecutionError

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'
BODY = "t#multiInstanceBody"


def several(content: str = "", attributes: str = "", tag: str = "userTask", inside: str = "") -> str:
    loop = f"<multiInstanceLoopCharacteristics {attributes}>{content}</multiInstanceLoopCharacteristics>"
    return ENDS + f'<{tag} id="t">{inside}{loop}</{tag}>'


def count(number: Any) -> str:
    return f"<loopCardinality>{number}</loopCardinality>"


LINE = "s > t > after > e"


def test_parallel_instances_begin_at_once_and_the_activity_ends_with_the_last(model: Any) -> None:
    run = model(several(count(3)), LINE).start()
    assert run.at == ["t", "t", "t"]
    assert [record.activity_type for record in run.history] == ["startEvent", "multiInstanceBody"] + [
        "userTask"
    ] * 3
    assert [run.value(name, BODY) for name in ("nrOfInstances", "nrOfActiveInstances")] == [3, 3]
    counters = [run.snapshot.variables.local(task.node_id)["loopCounter"].value for task in run.user_tasks.values()]
    assert counters == [0, 1, 2]
    run.complete("t")
    assert [run.value(name, BODY) for name in ("nrOfActiveInstances", "nrOfCompletedInstances")] == [2, 1]
    run.complete("t").complete("t")
    assert run.at == ["after"]
    assert run.outcome(BODY) == "ended"


def test_every_instance_gets_its_element_of_the_collection(model: Any) -> None:
    attributes = 'camunda:collection="names" camunda:elementVariable="name"'
    run = model(several(attributes=attributes), LINE).start(names=["a", "b"])
    values = [run.snapshot.variables.local(task.node_id)["name"].value for task in run.user_tasks.values()]
    assert values == ["a", "b"]
    run = model(several(attributes=attributes.replace('"names"', '"${names}"')), LINE).start(names=["a", "b", "c"])
    assert run.at == ["t", "t", "t"]


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_an_empty_collection_is_done_at_once(model: Any, sequential: Any) -> None:
    attributes = f'camunda:collection="names" camunda:elementVariable="name" isSequential="{sequential}"'
    run = model(several(attributes=attributes), LINE).start(names=[])
    assert run.at == ["after"]
    assert run.outcome(BODY) == "ended"


@pytest.mark.parametrize(("names", "message"), [(None, "not a list"), ("gone", "does not exist")])
def test_a_collection_that_is_none_fails(model: Any, names: Any, message: Any) -> None:
    with pytest.raises(ExecutionError, match=message) as caught:
        model(several(attributes='camunda:collection="${names}"'), LINE).start(names=names)
    assert caught.value.element_id == "t"


@pytest.mark.parametrize("number", ["${0 - 1}", "${'many'}"])
def test_a_wrong_cardinality_fails(model: Any, number: Any) -> None:
    with pytest.raises(ExecutionError, match="cardinality"):
        model(several(count(number)), LINE).start()


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_a_collection_that_is_shorter_than_the_cardinality_fails(model: Any, sequential: str) -> None:
    attributes = f'isSequential="{sequential}" camunda:collection="names" camunda:elementVariable="name"'
    text = "the collection of 't' has 0 elements, and none for instance"
    with pytest.raises(ExecutionError, match=text):
        model(several(count("2"), attributes=attributes), LINE).start(names=[])


def test_sequential_instances_begin_one_after_the_other(model: Any) -> None:
    attributes = 'isSequential="true" camunda:collection="names" camunda:elementVariable="name"'
    run = model(several(attributes=attributes), LINE).start(names=["a", "b"])
    seen = []
    while run.at == ["t"]:
        seen.append(
            (run.value("name", BODY), run.value("loopCounter", BODY), run.value("nrOfActiveInstances", BODY))
        )
        run.complete("t")
    assert seen == [("a", 0, 1), ("b", 1, 1)]
    assert run.at == ["after"]


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_the_completion_condition_ends_the_activity_early(model: Any, sequential: Any) -> None:
    content = count(5) + "<completionCondition>${nrOfCompletedInstances >= 2}</completionCondition>"
    run = model(several(content, f'isSequential="{sequential}"'), LINE).start()
    run.complete("t")
    assert "after" not in run.at
    run.complete("t")
    assert run.at == ["after"]
    assert len(run.user_tasks) == 1


def test_instances_that_are_done_at_once_may_fulfil_the_condition_before_all_have_begun(
    model: Any, host: Any
) -> None:
    done = []
    host.callables["work"] = lambda execution: done.append(execution.get_variable("loopCounter"))
    content = count(5) + "<completionCondition>${nrOfCompletedInstances == 2}</completionCondition>"
    body = several(content, tag='serviceTask camunda:class="work"').replace(
        '</serviceTask camunda:class="work"', "</serviceTask"
    )
    run = model(body, LINE).start()
    assert done == [0, 1]
    assert run.at == ["after"]


def test_sub_processes_may_be_repeated_and_interrupted(model: Any, arrows: Any) -> None:
    inside = '<startEvent id="s2"/><userTask id="w"/>' + arrows("s2 > w")
    body = several(count(3), tag="subProcess", inside=inside)
    body += '<boundaryEvent id="b" attachedToRef="t"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    body += "</timerEventDefinition></boundaryEvent>"
    run = model(body, LINE, "b > after").start().complete("w")
    assert run.at == ["w", "w"]
    run.fire("b")
    assert run.at == ["after"]
    assert run.outcome(BODY) == "cancelled"
    run = model(body, LINE, "b > after").start().complete("w").complete("w").complete("w")
    assert run.at == ["after"]


def test_an_error_of_one_instance_is_caught_at_the_boundary_of_all(model: Any) -> None:
    body = several(count(3)) + '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'
    assert model(body, LINE, "b > after").start().fail("t", "E").at == ["after"]
    run = model(several(count(2)), LINE).start().fail("t", "E")
    assert run.at == ["t"]
    assert run.fail("t", "E").at == ["after"]


def test_jobs_may_be_around_all_instances_or_around_each(model: Any) -> None:
    run = model(several(count(2)).replace('id="t"', 'id="t" camunda:asyncBefore="true"'), LINE).start()
    assert run.at == [BODY]
    run.go_on(BODY)
    assert run.at == ["t", "t"]
    run = model(several(count(2), 'camunda:asyncBefore="true" camunda:asyncAfter="true"'), LINE).start()
    assert len(run.jobs) == 2
    run.go_on("t").go_on("t")
    run.complete("t").go_on("t")
    assert run.at == ["t"]
    run.complete("t").go_on("t")
    assert run.at == ["after"]


def test_ten_thousand_instances_stay_linear(model: Any, host: Any) -> None:
    host.callables["work"] = lambda _: None
    for sequential in ("true", "false"):
        body = several(count(10_000), f'isSequential="{sequential}"', "serviceTask")
        body = body.replace('<serviceTask id="t"', '<serviceTask id="t" camunda:class="work"')
        run = model(body, LINE).start()
        assert run.at == ["after"]
        assert len(run.history) == 10_003


def looping(attributes: str, condition: str = "") -> str:
    inner = f"<loopCondition>{condition}</loopCondition>" if condition else ""
    return (
        ENDS
        + f'<userTask id="t"><standardLoopCharacteristics {attributes}>{inner}'
        + "</standardLoopCharacteristics></userTask>"
    )


def test_a_standard_loop_repeats_while_its_condition_holds(model: Any) -> None:
    run = model(looping("", "${more}"), LINE).start(more=False)
    assert run.at == ["t"]
    run.complete("t", more=True)
    assert run.at == ["t"]
    assert run.value("loopCounter", BODY) == 1
    assert run.complete("t", more=False).at == ["after"]


def test_a_standard_loop_may_test_before(model: Any) -> None:
    assert model(looping('testBefore="true"', "${more}"), LINE).start(more=False).at == ["after"]
    assert model(looping('testBefore="true"', "${more}"), LINE).start(more=True).at == ["t"]


def test_a_standard_loop_ends_at_its_maximum(model: Any) -> None:
    run = model(looping('loopMaximum="2"', "${true}"), LINE).start().complete("t")
    assert run.at == ["t"]
    assert run.complete("t").at == ["after"]
    assert model(looping('loopMaximum="1"'), LINE).start().complete("t").at == ["after"]


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_nothing_is_counted_when_there_is_nothing_to_do(model: Any, sequential: str) -> None:
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}" camunda:collection="items"/>'
    body = f'<startEvent id="s"/><userTask id="t">{loop}</userTask><userTask id="after"/>'
    run = model(body, "s > t > after").start(items=[])
    assert run.at == ["after"]
    assert {name for _, name in run.last.variables} == {"items"}
