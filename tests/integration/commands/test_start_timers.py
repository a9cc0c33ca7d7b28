"""Timer start events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from tests.integrity import check_every_row

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.filters import InstanceFilter
from shoal.store.queries.instance_filters import count_instances
from shoal.workers.loop import Worker

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Moving:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def moving() -> Iterator[Moving]:
    source = Moving()
    clock.use(source)
    yield source
    clock.use(None)


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """Tests of a module share a database: each has its own process."""
    return f"timed_{abs(hash(request.node.name))}"


def model(key: str, timer: str, task: str = "") -> dict[str, bytes]:
    return {
        "timed.bpmn": f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
            xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="t">
        <process id="{key}" isExecutable="true">
          <startEvent id="tick"><timerEventDefinition>{timer}</timerEventDefinition></startEvent>
          <sequenceFlow id="f" sourceRef="tick" targetRef="wait"/>
          {task or '<userTask id="wait"/>'}
          <sequenceFlow id="g" sourceRef="wait" targetRef="end"/><endEvent id="end"/>
        </process></definitions>""".encode()
    }


def started(ctx: Context, key: str) -> int:
    with ctx.database.read() as tx:
        return count_instances(tx, InstanceFilter(definition_key=key))


def work(ctx: Context) -> None:
    Worker(ctx).run_until_idle()


def test_a_cycle_starts_an_instance_at_each_of_its_times(ctx: Context, moving: Moving, key: str) -> None:
    deploy(ctx, model(key, "<timeCycle>R3/PT1H</timeCycle>"))
    counts = []
    for _ in range(5):
        moving.now += timedelta(hours=1)
        work(ctx)
        counts.append(started(ctx, key))
    assert counts == [1, 2, 3, 3, 3]
    check_every_row(ctx.database)


def test_a_cron_expression_goes_on_for_ever(ctx: Context, moving: Moving, key: str) -> None:
    deploy(ctx, model(key, "<timeCycle>0 0/10 * * * ?</timeCycle>"))
    work(ctx)
    assert started(ctx, key) == 0
    for _ in range(4):
        moving.now += timedelta(minutes=10)
        work(ctx)
        work(ctx)
    assert started(ctx, key) == 4


def test_a_date_and_a_duration_start_once(ctx: Context, moving: Moving, key: str) -> None:
    deploy(ctx, model(key, "<timeDuration>PT5M</timeDuration>"))
    for _ in range(3):
        moving.now += timedelta(minutes=5)
        work(ctx)
    assert started(ctx, key) == 1


def test_the_newest_version_takes_over(ctx: Context, moving: Moving, key: str) -> None:
    deploy(ctx, model(key, "<timeCycle>R/PT1H</timeCycle>"))
    second = deploy(ctx, model(key, "<timeCycle>R/PT1H</timeCycle>")).definitions[0]
    moving.now += timedelta(hours=1)
    work(ctx)
    with ctx.database.read() as tx:
        assert count_instances(tx, InstanceFilter(definition_id=second.id)) == started(ctx, key) == 1


def test_a_start_that_fails_loses_a_try_and_starts_nothing(ctx: Context, moving: Moving, key: str) -> None:
    deploy(
        ctx,
        model(key, "<timeDuration>PT1H</timeDuration>", '<serviceTask id="wait" camunda:expression="${missing}"/>'),
    )
    moving.now += timedelta(hours=1)
    for _ in range(ctx.settings.default_retries):
        work(ctx)
        moving.now += timedelta(hours=1)
    assert started(ctx, key) == 0
    check_every_row(ctx.database)
