"""Timers: how often they come, and from what their text may come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.unit.kernel.scenarios.shapes import boundary, catch, end, event_sub, loop, sub, timer


def test_a_cycle_on_a_boundary_event_comes_as_often_as_it_says(play: Any) -> None:
    body = '<userTask id="t"/>' + boundary("b", "t", timer("R3/PT1H", "Cycle"), False)
    run = play("s > t > e", "b > late > e", body=body)
    start = run.now
    for n in range(3):
        run.fire("b")
        assert run.now == start + timedelta(hours=n + 1)
    assert run.at == ["late"] * 3 + ["t"]
    assert not run.jobs


def test_a_cycle_ends_with_the_activity(play: Any) -> None:
    body = '<userTask id="t"/>' + boundary("b", "t", timer("R/PT1H", "Cycle"), False)
    run = play("s > t > e", "b > late > e", body=body).fire("b").fire("b").complete("t")
    assert run.at == ["late", "late"]
    assert not run.jobs


def test_a_duration_that_does_not_interrupt_comes_once(play: Any) -> None:
    body = '<userTask id="t"/>' + boundary("b", "t", timer(), False)
    run = play("s > t > e", "b > late > e", body=body).fire("b")
    assert run.at == ["late", "t"]
    assert not run.jobs


@pytest.mark.parametrize(
    ("kind", "value", "due"),
    [
        ("Date", "2030-05-01T10:00:00Z", datetime(2030, 5, 1, 10, tzinfo=UTC)),
        ("Date", "2030-05-01T10:00:00", datetime(2030, 5, 1, 10, tzinfo=UTC)),
        ("Date", "2030-05-01T10:00:00+02:00", datetime(2030, 5, 1, 8, tzinfo=UTC)),
        ("Date", datetime(2030, 5, 1, 10, tzinfo=UTC), datetime(2030, 5, 1, 10, tzinfo=UTC)),
        ("Duration", "PT15M", datetime(2030, 1, 1, 0, 15, tzinfo=UTC)),
        ("Duration", "P1M", datetime(2030, 2, 1, tzinfo=UTC)),
        ("Duration", datetime(2030, 5, 1, 10, tzinfo=UTC), datetime(2030, 5, 1, 10, tzinfo=UTC)),
        ("Cycle", "R3/PT10M", datetime(2030, 1, 1, 0, 10, tzinfo=UTC)),
        ("Cycle", "0 0/5 * * * ?", datetime(2030, 1, 1, 0, 5, tzinfo=UTC)),
        ("Date", "PT2H", datetime(2030, 1, 1, 2, tzinfo=UTC)),
    ],
)
def test_the_text_may_come_from_a_variable(play: Any, kind: Any, value: Any, due: Any) -> None:
    run = play("s > w > late > e", body=catch("w", timer("${when}", kind)), when=value)
    assert [job.due_at for job in run.jobs.values()] == [due]
    assert run.fire("w").at == ["late"]
    assert not run.jobs


def test_a_timer_of_an_event_sub_process_ends_when_its_scope_is_interrupted_otherwise(play: Any) -> None:
    body = event_sub("es", timer(), "es_s > late > es_e", body=end("es_e"))
    run = play("s > t > e", body=body)
    assert run.fire("es_s").at == ["late"]
    assert not run.jobs
    run = play("s > t > e", body=body).complete("t")
    assert run.ended is not None


def test_a_repeating_timer_of_an_event_sub_process(play: Any) -> None:
    body = event_sub("es", timer("R2/PT1H", "Cycle"), "es_s > late > es_e", body=end("es_e"), interrupting=False)
    run = play("s > t > e", body=body).fire("es_s").fire("es_s")
    assert run.at == ["late", "late", "t"]
    assert not run.jobs


def test_there_is_one_boundary_timer_for_all_instances(play: Any) -> None:
    body = f'<userTask id="t">{loop()}</userTask>' + boundary("b", "t", timer())
    run = play("s > t > e", "b > late > e", body=body)
    assert len(run.jobs) == 1
    assert run.complete("t").fire("b").at == ["late"]


def test_the_timer_of_a_sub_process_cancels_what_is_in_it(play: Any) -> None:
    body = sub("sub", "s2 > and_f > a > e2", "and_f > b > e2") + boundary("c", "sub", timer())
    run = play("s > sub > e", "c > late > e", body=body).complete("a").fire("c")
    assert run.at == ["late"]
    assert (run.outcome("a"), run.outcome("b"), run.outcome("sub")) == ("ended", "cancelled", "cancelled")
