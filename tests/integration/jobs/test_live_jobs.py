"""Jobs of instances: taken with a lease, run, retried with pauses, and incidents in the end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from shoal import clock
from shoal.commands.change_variables import change_variables
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.set_job_retries import RetryChange, set_job_retries
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import resume_instances, suspend_instances
from shoal.errors import RevisionConflictError
from shoal.jobs import run
from shoal.jobs.acquire import Acquired, acquire
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import job_log
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job
from shoal.values import infer
from shoal.workers.loop import Worker

EVERY_OTHER_MINUTE = "PT1M,PT2M"


def model(key: str, *attributes: str, body: str = "", loop: str = "") -> bytes:
    """start -> a service task called ``code`` with these attributes -> end."""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="d" targetNamespace="tests">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="code"/>
    <serviceTask id="code" camunda:class="code" camunda:asyncBefore="true" {" ".join(attributes)}>
      <extensionElements>{body}</extensionElements>{loop}
    </serviceTask>
    <sequenceFlow id="f2" sourceRef="code" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>""".encode()


def cycle(text: str) -> str:
    return f"<camunda:failedJobRetryTimeCycle>{text}</camunda:failedJobRetryTimeCycle>"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC).replace(microsecond=0)  # noqa: TID251 - the start of a clock of our own

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def time_() -> Iterator[Clock]:
    standing = Clock()
    clock.use(standing)
    yield standing
    clock.use(None)


@pytest.fixture
def ctx(new_context: Callable[..., Context]) -> Context:
    made = new_context(jobs_per_acquisition=10)
    made.host.register("code", lambda _execution: None)
    deploy(made, {"plain.bpmn": model("plain")})
    return made


def failing(_execution: Any) -> None:
    raise RuntimeError("no luck")


def rows(ctx: Context, statement: Any) -> list[Any]:
    with ctx.database.read() as tx:
        return list(tx.execute(statement))


def the_job(ctx: Context) -> Any:
    (found,) = rows(ctx, select(job))
    return found


def states(ctx: Context) -> list[str]:
    return [row[0] for row in rows(ctx, select(process_instance.c.state).order_by(process_instance.c.id))]


def taken(ctx: Context, owner: str = "me") -> Acquired:
    return acquire(ctx, owner, lambda *_given: True)


def test_due_jobs_run(ctx: Context) -> None:
    start_instances(ctx, key="plain", count=25)
    Worker(ctx).run_until_idle()
    assert set(states(ctx)) == {"completed"}
    assert rows(ctx, select(job)) == []
    events = [row[0] for row in rows(ctx, select(job_log.c.event))]
    assert (events.count("created"), events.count("succeeded")) == (25, 25)


def test_a_failure_costs_a_try_and_ends_in_an_incident(ctx: Context, time_: Clock) -> None:
    ctx.host.register("code", failing)
    start_instances(ctx, key="plain")
    worker = Worker(ctx)
    for left in (2, 1, 0):
        assert worker.run_once()
        found = the_job(ctx)
        assert (found.retries, found.leased_by) == (left, None)
        assert "no luck" in found.error_message
        assert "Traceback" in found.error_details
        assert found.failed_activity_id == "code"
    assert not worker.run_once()
    (opened,) = rows(ctx, select(incident))
    assert (opened.kind, opened.configuration, opened.state) == ("failedJob", the_job(ctx).id, "open")
    assert (opened.activity_id, opened.instance_id) == ("code", the_job(ctx).instance_id)
    events = [row[0] for row in rows(ctx, select(job_log.c.event).order_by(job_log.c.id))]
    assert events == ["created", "failed", "failed", "failed"]

    ctx.host.register("code", lambda _execution: None)
    with ctx.database.write() as tx:
        set_job_retries(ctx, tx, [the_job(ctx).id], RetryChange(1), clock.now())
    (resolved,) = rows(ctx, select(incident.c.state))
    assert resolved[0] == "resolved"
    worker.run_until_idle()
    assert states(ctx) == ["completed"]


@pytest.mark.parametrize(
    ("text", "pauses"),
    [("R3/PT5M", [5, 5]), ("PT1M,PT2M,PT4M", [1, 2, 4]), ("${pauses}", [1, 2]), ("R1/PT1M", [])],
)
def test_the_pauses_of_the_model_are_kept(ctx: Context, time_: Clock, text: str, pauses: list[int]) -> None:
    deploy(ctx, {"paused.bpmn": model("paused", body=cycle(text))})
    ctx.host.register("code", failing)
    start_instances(ctx, key="paused", variables={"pauses": infer("pauses", EVERY_OTHER_MINUTE)})
    worker = Worker(ctx)
    for pause in pauses:
        assert worker.run_once()
        assert the_job(ctx).due_at == time_.now + timedelta(minutes=pause)
        time_.forward(minutes=pause, seconds=-1)
        assert not worker.run_once()
        time_.forward(seconds=1)
    assert worker.run_once()
    assert the_job(ctx).retries == 0
    assert len(rows(ctx, select(incident))) == 1


def test_the_cycle_counts_when_the_first_try_has_failed(ctx: Context, time_: Clock) -> None:
    deploy(ctx, {"counted.bpmn": model("counted", body=cycle("${pauses}"))})
    ctx.host.register("code", failing)
    [instance_id] = start_instances(ctx, key="counted", variables={"pauses": infer("pauses", "R7/PT1M")})
    worker = Worker(ctx)
    assert the_job(ctx).retries == 3
    with ctx.database.write() as tx:
        set_job_retries(ctx, tx, [the_job(ctx).id], RetryChange(2), clock.now())
    assert worker.run_once()
    assert (the_job(ctx).retries, the_job(ctx).due_at) == (6, time_.now + timedelta(minutes=1))
    with ctx.database.write() as tx:
        set_job_retries(ctx, tx, [the_job(ctx).id], RetryChange(4), clock.now())
    change_variables(ctx, instance_id, {"pauses": infer("pauses", "R9/PT5M")})
    time_.forward(minutes=1)
    assert worker.run_once()
    assert (the_job(ctx).retries, the_job(ctx).due_at) == (3, time_.now + timedelta(minutes=5))


def test_the_cycle_of_all_instances_of_an_activity(ctx: Context, time_: Clock) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>${broken}</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    deploy(ctx, {"several.bpmn": model("several", body=cycle("R5/PT2M"), loop=loop)})
    start_instances(ctx, key="several")
    assert Worker(ctx).run_once()
    assert (the_job(ctx).retries, the_job(ctx).due_at) == (4, time_.now + timedelta(minutes=2))


def test_the_pause_of_the_settings(new_context: Callable[..., Context], ctx: Context, time_: Clock) -> None:
    patient = new_context(ctx.database, retry_pause_seconds=30.0)
    patient.host.register("code", failing)
    start_instances(ctx, key="plain")
    Worker(patient).run_until_idle()
    assert (the_job(ctx).retries, the_job(ctx).due_at) == (2, time_.now + timedelta(seconds=30))


def test_a_huge_message_is_cut(ctx: Context) -> None:
    def shout(_execution: Any) -> None:
        raise RuntimeError("loud " * 1_000_000 + "\0")

    ctx.host.register("code", shout)
    start_instances(ctx, key="plain")
    Worker(ctx).run_once()
    assert len(the_job(ctx).error_message) < 5_000
    assert len(the_job(ctx).error_details) < 25_000


def test_one_failure_does_not_hold_up_the_others(ctx: Context) -> None:
    def picky(execution: Any) -> None:
        if execution.get_variable("bad"):
            raise RuntimeError("bad")

    ctx.host.register("code", picky)
    start_instances(ctx, key="plain", requests=[(None, {"bad": infer("bad", number == 3)}) for number in range(8)])
    Worker(ctx).run_until_idle()
    assert states(ctx).count("completed") == 7
    assert the_job(ctx).retries == 0


def test_a_conflict_costs_no_try(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    start_instances(ctx, key="plain")

    def conflict(*_given: Any) -> None:
        raise RevisionConflictError("changed meanwhile")

    with monkeypatch.context() as patch:
        patch.setattr(run, "run_instance_jobs", conflict)
        Worker(ctx).run_once()
    assert (the_job(ctx).retries, the_job(ctx).leased_by, the_job(ctx).error_message) == (3, None, None)


def test_an_instance_that_changed_meanwhile_costs_no_try(ctx: Context) -> None:
    (instance_id,) = start_instances(ctx, key="plain")
    times: list[int] = []

    def disturb(_execution: Any) -> None:
        times.append(1)
        if len(times) == 1:
            with ctx.database.write() as tx:
                t = process_instance.c
                tx.execute(update(process_instance).where(t.id == instance_id).values(revision=t.revision + 1))

    ctx.host.register("code", disturb)
    worker = Worker(ctx)
    worker.run_once()
    assert the_job(ctx).retries == 3
    for _ in range(100):
        if worker.run_once():
            break
        threading.Event().wait(0.02)
    assert states(ctx) == ["completed"]
    assert len(times) == 2


def test_one_that_breaks_everything_stands_alone(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    start_instances(ctx, key="plain", count=9)
    poison = rows(ctx, select(job.c.id).order_by(job.c.id))[4][0]
    real = run.run_instance_jobs

    def fragile(ctx: Context, jobs: Any, owner: str) -> Any:
        if any(each.id == poison for each in jobs):
            raise LookupError("everything is broken")
        return real(ctx, jobs, owner)

    monkeypatch.setattr(run, "run_instance_jobs", fragile)
    Worker(ctx).run_until_idle()
    assert states(ctx).count("completed") == 8
    assert (the_job(ctx).id, the_job(ctx).retries) == (poison, 0)
    assert "everything is broken" in the_job(ctx).error_message


def test_nothing_suspended_is_taken(ctx: Context) -> None:
    ids = start_instances(ctx, key="plain", count=4)
    jobs = rows(ctx, select(job.c.id, job.c.instance_id).order_by(job.c.instance_id))
    with ctx.database.write() as tx:
        suspend_instances(tx, ids[:1])
        tx.execute(update(job).where(job.c.instance_id == ids[1]).values(suspended=True))
        t = process_instance.c
        tx.execute(update(process_instance).where(t.id == ids[2]).values(deleted_at=clock.now()))
    assert [each.instance_id for each in taken(ctx).live] == [ids[3]]
    with ctx.database.write() as tx:
        resume_instances(tx, ids[:1])
        tx.execute(update(process_definition).values(suspended=True))
    # of a suspended definition nothing starts, but what runs goes on
    assert [each.instance_id for each in taken(ctx).live] == [ids[0]]
    assert len(jobs) == 4


def test_one_job_of_an_instance_at_a_time(ctx: Context) -> None:
    ids = start_instances(ctx, key="plain", count=2)
    with ctx.database.write() as tx:
        # both jobs belong to the first instance now
        tx.execute(update(job).values(instance_id=ids[0]))
    first = taken(ctx, "one")
    assert len(first.live) == 1
    assert taken(ctx, "two").is_empty


def test_priority_then_due_date(ctx: Context, time_: Clock) -> None:
    start_instances(ctx, key="plain", count=5)
    ids = [row[0] for row in rows(ctx, select(job.c.id).order_by(job.c.id))]
    values = [(0, -1), (5, -1), (5, -2), (0, None), (9, 5)]
    with ctx.database.write() as tx:
        for job_id, (priority, seconds) in zip(ids, values, strict=True):
            due = None if seconds is None else time_.now + timedelta(seconds=seconds)
            tx.execute(update(job).where(job.c.id == job_id).values(priority=priority, due_at=due))
    order = [ids.index(each.id) for each in taken(ctx).live]
    assert order == [2, 1, 3, 0]


def test_an_expired_lease_is_taken_over(ctx: Context, time_: Clock) -> None:
    start_instances(ctx, key="plain")
    first = taken(ctx, "one")
    assert len(first.live) == 1
    assert taken(ctx, "two").is_empty
    time_.forward(seconds=61)
    second = taken(ctx, "two")
    assert second.job_ids == first.job_ids
    run.run_live(ctx, first.live, "one")
    assert states(ctx) == ["active"]
    run.run_live(ctx, second.live, "two")
    assert states(ctx) == ["completed"]


def test_many_workers_take_each_job_once(ctx: Context) -> None:
    start_instances(ctx, key="plain", count=120)
    seen: list[str] = []
    lock = threading.Lock()

    def take(owner: str) -> None:
        while not (found := taken(ctx, owner)).is_empty:
            with lock:
                seen.extend(found.job_ids)

    threads = [threading.Thread(target=take, args=(f"w{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # a worker may come back empty-handed while others hold everything that is left for a moment
    take("last")
    assert len(seen) == len(set(seen)) == 120


def test_a_job_that_waits_for_its_time(ctx: Context, time_: Clock) -> None:
    start_instances(ctx, key="plain")
    with ctx.database.write() as tx:
        tx.execute(update(job).values(due_at=time_.now + timedelta(hours=1)))
    assert taken(ctx).is_empty
    time_.forward(hours=1)
    assert len(taken(ctx).live) == 1
