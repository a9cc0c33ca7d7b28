"""Asynchronous continuations, their retries and priorities; timers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.errors import ConflictError, ExecutionError
from shoal.kernel import stimulus
from shoal.kernel.effects import JobKind

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def test_before_an_asynchronous_element_a_job_waits_and_no_activity_instance_exists(model: Any) -> None:
    run = model(ENDS + '<userTask id="t" camunda:asyncBefore="true"/>', "s > t > e").start()
    (job,) = run.jobs.values()
    assert (job.kind, job.activity_id, job.due_at) == (JobKind.ASYNC_BEFORE, "t", None)
    assert (job.retries, job.priority, job.exclusive) == (3, 0, True)
    assert run.path == ["s"]
    run.go_on("t")
    assert not run.jobs
    assert run.path == ["s", "t"]


def test_after_an_asynchronous_element_a_job_waits_for_every_flow_that_is_taken(model: Any) -> None:
    body = ENDS + '<userTask id="t" camunda:asyncAfter="true"/><userTask id="a"/><userTask id="b"/>'
    run = model(body, "s > t > a > e", "t > b > e").start().complete("t")
    assert [job.kind for job in run.jobs.values()] == [JobKind.ASYNC_AFTER] * 2
    assert run.outcome("t") == "ended"
    run.go_on("t")
    assert run.at == ["a", "t"]
    run.go_on("t")
    assert run.at == ["a", "b"]


def test_after_the_last_element_a_job_can_wait_too(model: Any) -> None:
    run = model('<startEvent id="s"/><task id="t" camunda:asyncAfter="true"/>', "s > t").start()
    assert run.ended is None
    assert run.go_on("t").ended is not None


def test_start_events_can_be_asynchronous(model: Any) -> None:
    body = '<startEvent id="s" camunda:asyncBefore="true" camunda:asyncAfter="true"/><endEvent id="e"/>'
    run = model(body, "s > e").start(a=1)
    assert run.path == []
    assert run.go_on("s").path == ["s"]
    assert run.go_on("s").ended is not None


def test_a_job_takes_its_properties_from_the_element(model: Any) -> None:
    inside = "<extensionElements><camunda:failedJobRetryTimeCycle>R5/PT1M</camunda:failedJobRetryTimeCycle>"
    attributes = 'camunda:asyncBefore="true" camunda:exclusive="false" camunda:jobPriority="${n * 2}"'
    run = model(ENDS + f'<task id="t" {attributes}>{inside}</extensionElements></task>', "s > t > e")
    (job,) = run.start(n=4).jobs.values()
    # the retry cycle counts when it has failed once
    assert (job.retries, job.priority, job.exclusive) == (3, 8, False)


def test_the_process_can_give_the_priority_of_its_jobs(model: Any) -> None:
    body = ENDS + '<task id="t" camunda:asyncBefore="true"/>'
    run = model(body, "s > t > e", attributes='camunda:jobPriority="9"').start()
    assert [job.priority for job in run.jobs.values()] == [9]


def test_a_parallel_join_may_be_asynchronous(model: Any) -> None:
    body = ENDS + '<parallelGateway id="f"/><parallelGateway id="j" camunda:asyncBefore="true"/>'
    run = model(body + '<userTask id="a"/>', "s > f > j > a > e", "f > j").start()
    assert run.at == ["j", "j"]
    run.go_on("j")
    assert run.at == ["j", "j"]
    assert run.go_on("j").at == ["a"]


def test_an_inclusive_join_waits_for_a_token_that_is_about_to_arrive(model: Any) -> None:
    body = ENDS + '<inclusiveGateway id="f"/><inclusiveGateway id="j" camunda:asyncBefore="true"/>'
    run = model(body + '<userTask id="a"/><userTask id="b"/>', "s > f > j > a > e", "f > j", "f > b > j")
    run.start().go_on("j")
    assert run.at == ["b", "j", "j"]
    run.complete("b").go_on("j")
    assert run.at == ["j", "j", "j"]
    assert run.go_on("j").at == ["a"]


def timer(content: str, element: str = "intermediateCatchEvent", attributes: str = "") -> str:
    definition = f"<timerEventDefinition>{content}</timerEventDefinition>"
    return f'<{element} id="t" {attributes}>{definition}</{element}>'


@pytest.mark.parametrize(
    ("content", "due"),
    [
        ("<timeDuration>PT90M</timeDuration>", datetime(2030, 1, 1, 1, 30, tzinfo=UTC)),
        ("<timeDuration>${wait}</timeDuration>", datetime(2030, 1, 1, 2, tzinfo=UTC)),
        ("<timeDate>2030-05-01T12:00:00+02:00</timeDate>", datetime(2030, 5, 1, 10, tzinfo=UTC)),
        ("<timeDate>${when}</timeDate>", datetime(2030, 2, 1, tzinfo=UTC)),
    ],
)
def test_an_intermediate_timer_waits_until_it_is_due(model: Any, content: Any, due: Any) -> None:
    run = model(ENDS + timer(content), "s > t > e")
    run.start(wait="PT2H", when=datetime(2030, 2, 1, tzinfo=UTC))
    (job,) = run.jobs.values()
    assert (job.kind, job.due_at, job.repeat) == (JobKind.TIMER, due, None)
    assert run.history[1].activity_type == "intermediateTimer"
    assert run.fire("t").ended is not None


def test_the_job_of_a_timer_is_no_continuation_and_the_other_way_round(model: Any) -> None:
    run = model(ENDS + timer("<timeDuration>PT1H</timeDuration>"), "s > t > e").start()
    (job,) = run.jobs.values()
    with pytest.raises(ConflictError):
        run.do(stimulus.Continue(job.node_id, job.id))
    run = model(ENDS + '<task id="t" camunda:asyncBefore="true"/>', "s > t > e").start()
    (job,) = run.jobs.values()
    with pytest.raises(ConflictError):
        run.do(stimulus.Trigger(job.node_id, job.id, "t"))


def boundary(content: str, interrupting: str) -> str:
    return (
        ENDS
        + '<userTask id="work"/><userTask id="after"/>'
        + timer(content, "boundaryEvent", f'attachedToRef="work" cancelActivity="{interrupting}"')
    )


def test_an_interrupting_boundary_timer_cancels_its_activity(model: Any) -> None:
    run = model(boundary("<timeDuration>PT1H</timeDuration>", "true"), "s > work > e", "t > after > e")
    run.start().fire("t")
    assert run.at == ["after"]
    assert run.outcome("work") == "cancelled"
    assert run.history[2].activity_type == "boundaryTimer"
    assert list(run.last.user_tasks_ended.values()) == ["deleted"]


def test_a_boundary_timer_ends_with_its_activity(model: Any) -> None:
    run = model(boundary("<timeDuration>PT1H</timeDuration>", "true"), "s > work > e", "t > after > e")
    run.start().complete("work")
    assert run.ended is not None
    assert not run.jobs


def test_a_repeating_boundary_timer_fires_as_often_as_it_says(model: Any) -> None:
    run = model(boundary("<timeCycle>R3/PT1H</timeCycle>", "false"), "s > work > e", "t > after > e").start()
    due = []
    while run.jobs:
        due += [job.due_at.hour for job in run.jobs.values()]
        run.fire("t")
    assert due == [1, 2, 3]
    assert run.at == ["after", "after", "after", "work"]


def test_a_boundary_timer_by_cron_goes_on_for_ever(model: Any) -> None:
    run = model(boundary("<timeCycle>0 0 * * * ?</timeCycle>", "false"), "s > work > e", "t > after > e")
    run.start()
    for _ in range(4):
        run.fire("t")
    assert run.at == ["after"] * 4 + ["work"]
    assert len(run.jobs) == 1
    assert run.complete("work").jobs == {}


def test_the_id_of_a_timer_is_another_than_that_of_the_job_before_it(model: Any) -> None:
    body = ENDS + timer("<timeDuration>PT1H</timeDuration>", attributes='camunda:asyncBefore="true"')
    run = model(body, "s > t > e").start()
    (before,) = run.jobs
    run.go_on("t")
    (after,) = run.jobs
    assert before != after


@pytest.mark.parametrize(("value", "message"), [("soon", "timer of 't'"), (5, "neither a text nor a date")])
def test_a_timer_that_cannot_be_understood_fails(model: Any, value: Any, message: Any) -> None:
    run = model(ENDS + timer("<timeDuration>${wait}</timeDuration>"), "s > t > e")
    with pytest.raises(ExecutionError, match=message) as caught:
        run.start(wait=value)
    assert caught.value.element_id == "t"


def test_a_message_without_a_name_fails(model: Any) -> None:
    definition = '<messageEventDefinition messageRef="m"/>'
    body = ENDS + f'<intermediateCatchEvent id="t">{definition}</intermediateCatchEvent>'
    with pytest.raises(ExecutionError, match="is null"):
        model(body, "s > t > e", outside='<message id="m" name="${n}"/>').start(n=None)


def test_a_state_of_another_process_is_refused(model: Any) -> None:
    run = model(ENDS + '<userTask id="t"/>', "s > t > e").start()
    run.process = model(ENDS + '<userTask id="u"/>', "s > u > e").process
    with pytest.raises(ConflictError, match="does not have"):
        run.complete("t")
