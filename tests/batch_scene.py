"""A scene for tests of batches: a process whose instances wait for a message and a timer, and workers to call."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from shoal.batch.create import create_batch
from shoal.batch.states import BatchState
from shoal.batch.view import BatchView, get_batch, view_of
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.start_instances import start_instances
from shoal.ids import new_id
from shoal.store.queries.batches import count_outcomes
from shoal.store.tables.batches import batch_chunk, batch_element, batch_requested_id
from shoal.store.tables.jobs import incident, job
from shoal.values import infer
from shoal.workers.loop import Worker

ORDER = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="d" targetNamespace="tests">
  <message id="m" name="paid"/>
  <process id="order" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f2" sourceRef="fork" targetRef="wait"/>
    <receiveTask id="wait" messageRef="m"/>
    <sequenceFlow id="f3" sourceRef="wait" targetRef="check"/>
    <serviceTask id="check" camunda:class="check"/>
    <sequenceFlow id="f4" sourceRef="check" targetRef="ship"/>
    <userTask id="ship"/>
    <sequenceFlow id="f5" sourceRef="ship" targetRef="end1"/>
    <endEvent id="end1"/>
    <sequenceFlow id="f6" sourceRef="fork" targetRef="late"/>
    <intermediateCatchEvent id="late">
      <timerEventDefinition><timeDuration>P10D</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f7" sourceRef="late" targetRef="end2"/>
    <endEvent id="end2"/>
  </process>
</definitions>"""


def pass_on(_execution: Any) -> None:
    """What the service task of the process does."""


class Scene:
    """One context, with the process deployed."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx
        ctx.host.register("check", pass_on)
        deploy(ctx, {"order.bpmn": ORDER}, filter_duplicates=True)

    def start(self, count: int, **variables: Any) -> tuple[str, list[str]]:
        """Start instances under a business key of their own: the key, and their ids in order."""
        key = new_id()
        values = {name: infer(name, value) for name, value in variables.items()}
        ids = start_instances(self.ctx, key="order", count=count, business_key=key, variables=values)
        return key, sorted(ids)

    def create(
        self,
        operation: str,
        params: Mapping[str, Any] | None = None,
        *,
        ids: Sequence[str] = (),
        filter: Mapping[str, Any] | None = None,  # noqa: A002
        **options: Any,
    ) -> BatchView:
        """Create a batch."""
        return create_batch(self.ctx, operation, params, {"ids": ids, "filter": filter}, options)

    def finish(self, batch_id: str, ctx: Context | None = None, seconds: float = 30) -> BatchView:
        """Work in this thread until the batch has ended; its counters equal its rows then."""
        view = self.finish_any(batch_id, ctx, seconds)
        check_batch(self.ctx, batch_id)
        return view

    def finish_any(self, batch_id: str, ctx: Context | None = None, seconds: float = 30) -> BatchView:
        """The same for a batch of which jobs were deleted."""
        worker = Worker(ctx or self.ctx)
        deadline = time.monotonic() + seconds
        while not (view := get_batch(self.ctx, batch_id)).has_ended:
            assert time.monotonic() < deadline, f"batch is still {view.state}: {view.statistics}"
            if not worker.run_once():
                time.sleep(0.01)
        return view

    def run_until(self, condition: Callable[[], bool], ctx: Context | None = None, seconds: float = 30) -> None:
        """Work in this thread until the condition holds."""
        worker = Worker(ctx or self.ctx)
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline
            if not worker.run_once():
                time.sleep(0.01)

    def idle(self, ctx: Context | None = None) -> None:
        """Work in this thread until nothing is due."""
        Worker(ctx or self.ctx).run_until_idle()

    def rows(self, statement: Any) -> list[Any]:
        """What the database holds."""
        with self.ctx.database.read() as tx:
            return list(tx.execute(statement))


def check_batch(ctx: Context, batch_id: str) -> None:
    """Everything that must hold for every batch at every moment between two transactions."""
    c, e = batch_chunk.c, batch_element.c
    with ctx.database.read() as tx:
        chunks = tx.execute(select(batch_chunk).where(c.batch_id == batch_id)).all()
        elements = tx.execute(select(batch_element).where(e.batch_id == batch_id)).all()
        jobs = tx.execute(select(job).where(job.c.batch_id == batch_id)).all()
        incidents = tx.execute(
            select(incident).where(incident.c.batch_id == batch_id, incident.c.state == "open")
        ).all()
        requested = tx.execute(
            select(func.count()).select_from(batch_requested_id).where(batch_requested_id.c.batch_id == batch_id)
        ).scalar_one()
        counts = count_outcomes(tx, [batch_id]).get(batch_id)
        view = view_of(tx, batch_id)
    seen: Counter[str] = Counter()
    for chunk in chunks:
        assert list(chunk.ids) == sorted(set(chunk.ids)), "a chunk is sorted and has no duplicates"
        assert (chunk.size, chunk.first_id, chunk.last_id) == (len(chunk.ids), chunk.ids[0], chunk.ids[-1])
        seen.update(chunk.ids)
        outcomes = chunk.succeeded_count + chunk.skipped_count + chunk.failed_count + chunk.cancelled_count
        assert outcomes == (0 if chunk.state == "pending" else chunk.size)
    assert not [each for each, times in seen.items() if times > 1], "no element is in two chunks"
    by_id = {chunk.id: chunk for chunk in chunks}
    told: Counter[tuple[str, str]] = Counter()
    for element in elements:
        chunk = by_id[element.chunk_id]
        assert element.target_id in chunk.ids
        if chunk.state != "pending":
            told[chunk.id, element.state] += 1
    for chunk in chunks:
        assert told[chunk.id, "skipped"] == chunk.skipped_count
        assert told[chunk.id, "failed"] == chunk.failed_count
    pending = [chunk.id for chunk in chunks if chunk.state == "pending"]
    executions = [each for each in jobs if each.kind == "batch-execution"]
    doing = [each.chunk_id for each in executions if each.chunk_id in pending]
    assert sorted(pending) == sorted(doing), "each pending chunk has exactly one job"
    stuck = [each for each in executions if each.chunk_id not in pending]
    assert all(by_id[each.chunk_id].failed_count > 0 and each.retries == 0 for each in stuck)
    opened = [each.configuration for each in incidents]
    assert sorted(opened) == sorted(each.id for each in jobs if each.retries == 0), "a failed job has an incident"
    statistics = view.statistics
    assert statistics.total == statistics.done + statistics.cancelled + statistics.remaining
    assert statistics.remaining_jobs + statistics.completed_jobs == statistics.total_jobs
    assert 0 <= statistics.failed_jobs <= statistics.remaining_jobs
    assert statistics.failed_jobs == sum(each.retries == 0 for each in executions)
    kinds = Counter(each.kind for each in jobs if each.retries > 0)
    if view.state is BatchState.SEEDING:
        assert kinds["batch-seed"] == 1
    else:
        assert kinds["batch-seed"] == 0
        assert requested == 0 or view.state is BatchState.FAILED
    assert kinds["batch-monitor"] == (view.state is BatchState.RUNNING)
    if view.has_ended:
        assert not pending
        assert statistics.remaining == 0
    if view.state in (BatchState.COMPLETED, BatchState.COMPLETED_WITH_FAILURES):
        assert (0 if counts is None else counts.seeded) == statistics.total == statistics.done
        assert (statistics.failed > 0) == (view.state is BatchState.COMPLETED_WITH_FAILURES)
