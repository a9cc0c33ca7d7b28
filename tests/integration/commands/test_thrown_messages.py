"""Messages that a model throws without an implementation: correlated with exactly one, or an incident."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.commands.models import END, MESSAGE, MESSAGE_START, MESSAGE_WAIT, START, chain
from tests.integration.commands.scene import cancel, open_tasks, rows, typed, written
from tests.integrity import check_every_row

from shoal import clock
from shoal.batch.handlers import BATCH_HANDLERS
from shoal.commands.change_jobs import delete_job
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.set_job_retries import RetryChange, set_job_retries
from shoal.commands.start_instances import start_instances
from shoal.errors import ConflictError
from shoal.filters.history import IncidentFilter
from shoal.jobs.execute_job import execute_job
from shoal.store.database import Tx
from shoal.store.queries.history.incidents import INCIDENTS, HistoricIncidentRow
from shoal.store.tables.jobs import job


def _throwing(key: str, name: str) -> bytes:
    event = '<bpmn:messageEventDefinition messageRef="m1"/>'
    thrown = ("send", f'<bpmn:intermediateThrowEvent id="send">{{}}{event}</bpmn:intermediateThrowEvent>')
    return chain(key, START, thrown, END, roots=MESSAGE.replace("paid", name))


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> Iterator[None]:
    deploy(ctx, {"wait.bpmn": MESSAGE_WAIT, "start.bpmn": MESSAGE_START})
    deploy(ctx, {"paid.bpmn": _throwing("pays", "paid"), "ordered.bpmn": _throwing("orders", "ordered")})
    yield
    check_every_row(ctx.database)


def _thrown(ctx: Context, key: str) -> str:
    start_instances(ctx, key=key)
    [delivery] = rows(ctx, job, kind="deliver-message")
    return str(delivery.id)


def _incidents(ctx: Context) -> list[HistoricIncidentRow]:
    with ctx.database.read() as tx:
        return INCIDENTS.rows(tx, IncidentFilter(state="open"), "id", descending=False, offset=0, limit=10)


def _with_tries(ctx: Context, job_id: str, retries: int) -> None:
    def change(tx: Tx) -> object:
        return set_job_retries(ctx, tx, [job_id], RetryChange(retries), clock.now())

    assert written(ctx, change).succeeded == [job_id]  # type: ignore[arg-type]


def test_the_one_that_waits_gets_it(ctx: Context) -> None:
    [instance_id] = start_instances(ctx, key="message", variables=typed(n=1))
    execute_job(ctx, _thrown(ctx, "pays"), BATCH_HANDLERS)
    assert len(open_tasks(ctx, instance_id)) == 1
    assert not rows(ctx, job)


def test_a_definition_is_started_when_nobody_waits(ctx: Context) -> None:
    before = len(open_tasks(ctx))
    execute_job(ctx, _thrown(ctx, "orders"), BATCH_HANDLERS)
    assert len(open_tasks(ctx)) == before + 1


def test_nobody_or_several_is_an_incident_until_there_is_one(ctx: Context) -> None:
    job_id = _thrown(ctx, "pays")
    with pytest.raises(ConflictError, match="nobody waits for it"):
        execute_job(ctx, job_id, BATCH_HANDLERS)
    waiting = start_instances(ctx, key="message", count=2)
    with pytest.raises(ConflictError, match="2 executions match"):
        execute_job(ctx, job_id, BATCH_HANDLERS)
    _with_tries(ctx, job_id, 0)
    [found] = _incidents(ctx)
    assert (found.activity_id, found.configuration, found.instance_id) == ("send", job_id, None)
    _with_tries(ctx, job_id, 1)
    assert not _incidents(ctx)
    _with_tries(ctx, job_id, 0)
    second = _thrown_second(ctx, job_id)
    delete_job(ctx, second)
    assert [each.configuration for each in _incidents(ctx)] == [job_id]
    cancel(ctx, [waiting[0]])
    execute_job(ctx, job_id, BATCH_HANDLERS)
    assert len(open_tasks(ctx, waiting[1])) == 1
    assert not _incidents(ctx)


def _thrown_second(ctx: Context, first: str) -> str:
    start_instances(ctx, key="pays")
    [second] = [each.id for each in rows(ctx, job, kind="deliver-message") if each.id != first]
    _with_tries(ctx, second, 0)
    assert len(_incidents(ctx)) == 2
    return str(second)
