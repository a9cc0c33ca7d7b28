"""Code of users that raises what is no Exception: a failure of its step, never the end of a worker."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from tests.integration.commands.models import END, START, chain

from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job
from shoal.workers.embedded import EmbeddedWorkers
from shoal.workers.loop import Worker

CODE = (
    "code",
    '<bpmn:serviceTask id="code" camunda:class="code" camunda:asyncBefore="true">{}</bpmn:serviceTask>',
)


class Strange(BaseException):
    """Neither an Exception nor a wish to stop."""


@pytest.fixture
def ctx(new_context: Callable[..., Context]) -> Context:
    made = new_context(default_retries=2, poll_seconds=0.05)
    deploy(made, {"plain.bpmn": chain("plain", START, CODE, END)})
    return made


def rows(ctx: Context, statement: Any) -> list[Any]:
    with ctx.database.read() as tx:
        return list(tx.execute(statement))


@pytest.mark.parametrize("error", [SystemExit(3), Strange("odd")])
def test_it_costs_tries_and_ends_in_an_incident(ctx: Context, error: BaseException) -> None:
    def code(_execution: Any) -> None:
        raise error

    ctx.host.register("code", code)
    start_instances(ctx, key="plain")
    Worker(ctx).run_until_idle()
    (found,) = rows(ctx, select(job))
    assert found.retries == 0
    assert found.error_message == f"'code': {type(error).__name__}: {error}"
    assert [row.activity_id for row in rows(ctx, select(incident))] == ["code"]


@pytest.mark.parametrize("raised", [SystemExit, KeyboardInterrupt, Strange])
def test_worker_threads_live_on_and_do_the_rest(ctx: Context, raised: type[BaseException]) -> None:
    done = threading.Event()

    def code(execution: Any) -> None:
        if execution.business_key == "bad":
            raise raised()
        done.set()

    ctx.host.register("code", code)
    start_instances(ctx, key="plain", business_key="bad")
    with EmbeddedWorkers(ctx, 1) as workers:
        for _ in range(3):
            done.clear()
            start_instances(ctx, key="plain", business_key="good")
            assert done.wait(10)
        assert workers.is_alive()
    ended = rows(ctx, select(process_instance.c.state).where(process_instance.c.business_key == "good"))
    assert {row.state for row in ended} == {"completed"}


def test_a_loop_outlives_what_its_work_raises(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shoal.workers.loop._PAUSE_AFTER_BUG", 0.01)
    again = threading.Event()
    calls = 0

    def acquire(*_given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls > 3:
            again.set()
        sys.exit("no more")

    monkeypatch.setattr("shoal.workers.loop.acquire", acquire)
    with EmbeddedWorkers(ctx, 1) as workers:
        assert again.wait(10)
        assert workers.is_alive()
