"""Timer start events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.integration.commands.scene import rows
from tests.integrity import check_every_row

from shoal import clock
from shoal.batch.handlers import BATCH_HANDLERS
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.recalculate_timers import recalculate_due_date
from shoal.errors import ExecutionError
from shoal.filters import InstanceFilter
from shoal.jobs.execute_job import execute_job
from shoal.store.queries.definitions import find_by_key
from shoal.store.queries.instance_filters import count_instances
from shoal.store.tables.jobs import job
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


def jobs(ctx: Context, key: str) -> list[Any]:
    with ctx.database.read() as tx:
        definition = find_by_key(tx, key, version=None, tenant_id=None)
    return [] if definition is None else rows(ctx, job, definition_id=definition.id)


def test_its_jobs_have_the_priority_of_the_model(ctx: Context, moving: Moving, key: str) -> None:
    content = model(key, "<timeCycle>R2/PT5M</timeCycle>")["timed.bpmn"]
    deploy(ctx, {"timed.bpmn": content.replace(b'id="tick"', b'id="tick" camunda:jobPriority="77"')})
    for _ in range(2):
        assert [each.priority for each in jobs(ctx, key)] == [77]
        moving.now += timedelta(minutes=5)
        work(ctx)
    assert not jobs(ctx, key)


def test_an_expression_may_name_a_bean_and_is_evaluated_again(ctx: Context, moving: Moving, key: str) -> None:
    ctx.host.register("cycle_bean", "R/PT15M")  # type: ignore[arg-type]
    deploy(ctx, model(key, "<timeCycle>${cycle_bean}</timeCycle>"))
    [found] = jobs(ctx, key)
    assert found.due_at == START + timedelta(minutes=15)
    moving.now += timedelta(minutes=1)
    assert recalculate_due_date(ctx, found.id) == START + timedelta(minutes=16)
    ctx.host.register("cycle_bean", "R/PT10M")  # type: ignore[arg-type]
    assert recalculate_due_date(ctx, found.id, creation_based=True) == START + timedelta(minutes=10)


def test_a_cycle_goes_on_when_a_job_of_it_fails(ctx: Context, moving: Moving, key: str) -> None:
    failing = '<serviceTask id="wait" camunda:expression="${nobody.works()}"/>'
    deploy(ctx, model(key, "<timeCycle>R/PT5M</timeCycle>", failing))
    [first] = jobs(ctx, key)
    moving.now += timedelta(minutes=5)
    for left in (2, 1):
        with pytest.raises(ExecutionError):
            execute_job(ctx, first.id, BATCH_HANDLERS)
        assert sorted((each.id == first.id, each.retries) for each in jobs(ctx, key)) == [(False, 3), (True, left)]
    assert next(each.due_at for each in jobs(ctx, key) if each.id != first.id) == START + timedelta(minutes=10)
