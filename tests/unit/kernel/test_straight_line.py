"""Start, tasks, end."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ConflictError, ExecutionError, NotFoundError
from shoal.kernel import stimulus
from shoal.kernel.effects import EndState

LINE = '<startEvent id="s"/><userTask id="work" name="Work"/><endEvent id="e"/>'


def test_a_started_instance_waits_at_its_first_user_task(model: Any) -> None:
    run = model(LINE, "s > work > e").start(a=1)
    assert run.at == ["work"]
    (task,) = run.user_tasks.values()
    assert (task.activity_id, task.name, task.priority) == ("work", "Work", 50)
    assert run.value("a") == 1
    assert run.last.started


def test_completing_the_last_task_ends_the_instance(model: Any) -> None:
    run = model(LINE, "s > work > e").start().complete("work")
    assert run.ended.state is EndState.COMPLETED
    assert run.ended.end_activity_id == "e"
    assert run.last.user_tasks_ended == {run.history[1].id: "completed"}
    assert run.path == ["s", "work", "e"]
    assert [record.activity_type for record in run.history] == ["startEvent", "userTask", "noneEndEvent"]


def test_an_instance_without_waits_ends_within_its_first_step(model: Any) -> None:
    run = model('<startEvent id="s"/><manualTask id="m"/><task id="t"/><endEvent id="e"/>', "s > m > t > e")
    run.start(x="y")
    assert run.ended.state is EndState.COMPLETED
    assert all(record.ended and not record.cancelled for record in run.last.activities.values())
    assert not run.last.activities_ended
    assert run.last.scopes_ended == {run.snapshot.instance.id}


def test_a_path_ends_where_the_model_has_no_way_on(model: Any) -> None:
    run = model('<startEvent id="s"/><userTask id="work"/>', "s > work").start().complete("work")
    assert run.ended.end_activity_id == "work"


def test_variables_of_a_completion_go_to_the_scope_that_has_them_else_to_the_instance(model: Any) -> None:
    run = model(LINE + '<userTask id="next"/>', "s > work > next > e").start(a=1)
    run.complete("work", a=2, b=3)
    assert (run.value("a"), run.value("b")) == (2, 3)
    assert [record.created for record in run.last.variables.values()] == [False, True]


def test_local_variables_of_a_completion_end_with_the_task(model: Any) -> None:
    run = model(LINE + '<userTask id="next"/>', "s > work > next > e").start()
    work = run.node("work")
    run.complete("work", {"mine": 1})
    assert run.value("mine") is None
    assert run.last.scopes_ended == {work}
    assert [record.scope_id for record in run.last.variable_log] == [work]


def test_a_stimulus_for_a_node_that_is_not_there_is_refused(model: Any) -> None:
    run = model(LINE, "s > work > e").start()
    with pytest.raises(NotFoundError, match="any more"):
        run.do(stimulus.Complete("00000000-0000-7000-8000-00000000ffff"))


def test_an_instance_cannot_be_started_twice(model: Any) -> None:
    run = model(LINE, "s > work > e").start()
    with pytest.raises(ConflictError, match="started already"):
        run.start()


def test_an_unknown_start_event_is_refused(model: Any) -> None:
    with pytest.raises(NotFoundError, match="no start event 'other'"):
        model(LINE, "s > work > e").start("other")


def test_a_continuation_does_not_fit_a_user_task(model: Any) -> None:
    run = model(LINE, "s > work > e").start()
    node = run.node("work")
    with pytest.raises(ConflictError, match="no asynchronous continuation"):
        run.do(stimulus.Continue(node, node))


def test_an_endless_loop_is_stopped_and_names_its_element(model: Any, host: Any) -> None:
    host.max_steps = 500
    run = model('<startEvent id="s"/><task id="a"/><task id="b"/>', "s > a > b > a")
    with pytest.raises(ExecutionError, match="endless loop") as caught:
        run.start()
    assert caught.value.element_id in ("a", "b")


def test_an_ended_instance_takes_no_stimulus_into_the_same_effects(model: Any, host: Any) -> None:
    from shoal.kernel import advance

    run = model(LINE, "s > work > e").start()
    node = run.node("work")
    effects = advance(run.process, run.snapshot, stimulus.Complete(node), host, run.now)
    with pytest.raises(ConflictError, match="has ended"):
        advance(run.process, run.snapshot, stimulus.Complete(node), host, run.now, effects)


def test_two_stimuli_fill_the_same_effects(model: Any, host: Any) -> None:
    from shoal.kernel import advance

    run = model(LINE + '<userTask id="next"/>', "s > work > next > e").start()
    effects = advance(run.process, run.snapshot, stimulus.Complete(run.node("work")), host, run.now)
    advance(run.process, run.snapshot, stimulus.Complete(run.node("next")), host, run.now, effects)
    assert effects.end is not None
    assert list(effects.user_tasks_ended.values()) == ["completed", "completed"]
    run.apply(effects)
