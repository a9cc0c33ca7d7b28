"""Messages and signals that an instance throws: kept as a job, so that none is lost, and delivered by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal import clock
from shoal.commands.advance import failure_of
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.correlate_targets import trigger_of
from shoal.commands.event_payload import read_payload
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.job_result import JobResult, JobState
from shoal.commands.load import Loaded, load
from shoal.commands.move_chunk import move_each
from shoal.commands.rows import ChunkRows
from shoal.errors import ConflictError
from shoal.ids import new_id
from shoal.kernel import InstanceFacts, new_snapshot
from shoal.kernel.stimulus import Start, Stimulus
from shoal.store.database import Tx
from shoal.store.queries import incidents, instance_jobs, subscriptions
from shoal.store.queries.instance_filters import every_instance
from shoal.store.queries.jobs import Job
from shoal.store.queries.subscriptions import Subscription
from shoal.values import TypedValue

DELIVERIES = {"deliver-message": "message", "deliver-signal": "signal"}
"""The kinds of such jobs, and what they deliver."""

_PAGE = 1000


def deliver_thrown(ctx: Context, job: Job, owner: str) -> JobResult:
    """Deliver a signal to everybody who waited for it when it was thrown, and to the definitions that it starts.

    A message goes to the one node that waits for it, else to the one definition that it starts; with none or
    several the job fails, so that it is tried again, and ends as an incident if that does not help.

    A thousand receivers are one transaction, and the job remembers how far it is: each gets the event once. One
    that fails does not keep the others from it; the job stays for those. Camunda 7: an event from a tenant reaches
    those of that tenant and those of none; one from no tenant reaches all.
    """
    payload = dict(job.payload)
    error: Exception | None = None
    while True:
        try:
            with ctx.database.read() as tx:
                receivers, reached = _receivers(tx, job, payload)
        except ConflictError as mismatch:
            return JobResult(JobState.FAILED, failure_of(mismatch), job.activity_id)
        outcome = _deliver(ctx, job, owner, receivers, payload, reached)
        if outcome is None:
            return JobResult(JobState.LOST)
        payload, failed = outcome
        error = error or failed
        if reached is None:
            break
    if not payload["missed"]:
        return JobResult(JobState.DONE)
    return JobResult(JobState.CONFLICT) if error is None else JobResult(JobState.FAILED, failure_of(error))


def _receivers(tx: Tx, job: Job, payload: Mapping[str, Any]) -> tuple[list[Subscription], str | None]:
    """The next page, and how far it reaches; None if it is the last one."""
    kind, tenant_id = DELIVERIES[job.kind], payload["tenant_id"]
    if kind == "message":
        return [_the_one(tx, payload["name"], tenant_id)], None
    if payload["reached"] is None:
        return subscriptions.among(tx, payload["missed"]), None
    page = subscriptions.waiting_instances(
        tx,
        kind,
        payload["name"],
        conditions=every_instance(),
        after_id=payload["reached"] or None,
        up_to_id=job.id,
        limit=_PAGE,
    )
    reached = page[-1].id if len(page) == _PAGE else None
    if reached is None:
        page += subscriptions.starting_definitions(tx, kind, payload["name"])
    told = payload.get("told")
    if told is not None:
        page = [each for each in page if each.instance_id != told]
    if tenant_id is not None:
        page = [each for each in page if each.tenant_id in (None, tenant_id)]
    return page, reached


def _the_one(tx: Tx, name: str, tenant_id: str | None) -> Subscription:
    waiting = subscriptions.waiting_instances(
        tx, "message", name, conditions=every_instance(), sender_tenant_id=tenant_id, limit=_PAGE
    )
    starting = subscriptions.starting_definitions(tx, "message", name)
    for found in (waiting, starting):
        of_tenant = [each for each in found if tenant_id is None or each.tenant_id in (None, tenant_id)]
        if len(of_tenant) == 1:
            return of_tenant[0]
        if of_tenant:
            what = "executions" if found is waiting else "process definitions"
            raise ConflictError(
                f"Cannot correlate message '{name}': {len(of_tenant)} {what} match; one was wanted",
                matches=f"{len(of_tenant)} {what}",
            )
    raise ConflictError(
        f"Cannot correlate message '{name}': nobody waits for it, and it starts nothing", matches="none"
    )


def _deliver(
    ctx: Context,
    job: Job,
    owner: str,
    receivers: Sequence[Subscription],
    payload: Mapping[str, Any],
    reached: str | None,
) -> tuple[dict[str, Any], Exception | None] | None:
    """One transaction. What remains of the job, and the first error; None if the job is lost."""
    work, of = _work(ctx, receivers, read_payload(payload["variables"]), payload.get("business_key"))
    now = clock.now()
    moved, failed = move_each(ctx, work, now)
    rows, refused = build_rows(ctx, moved, now)
    failed |= refused
    with ctx.database.write() as tx:
        conflicts = lock_unchanged(tx, rows, skip=False)
        held = instance_jobs.lock_jobs(tx, [job.id], skip=False).get(job.id)
        if held is None or held.leased_by != owner:
            rows.drop(rows.instance_ids)
            write_rows(ctx, tx, rows)
            return None
        missed = [each for key, ids in of.items() if key in failed or key in conflicts for each in ids]
        if payload["reached"] is not None:
            missed = [*payload["missed"], *missed]
        left = {**payload, "reached": reached, "missed": missed}
        _finish(ctx, tx, rows, job, left)
    return left, next((failed[key] for key in of if key in failed), None)


def _finish(ctx: Context, tx: Tx, rows: ChunkRows, job: Job, left: Mapping[str, Any]) -> None:
    write_rows(ctx, tx, rows)
    if left["reached"] is None and not left["missed"]:
        instance_jobs.delete_jobs(tx, [job.id])
        if job.retries == 0:
            keep = ctx.settings.history_level.keeps_everything
            incidents.end_of_jobs(tx, [job.id], "resolved", rows.now, keep=keep)
    else:
        instance_jobs.set_payload(tx, job.id, left)


def _work(
    ctx: Context,
    receivers: Sequence[Subscription],
    values: Mapping[str, TypedValue],
    business_key: str | None,
) -> tuple[list[tuple[Loaded, Sequence[Stimulus]]], dict[str, list[str]]]:
    """The instances that get the event, those that it starts among them, and by which subscriptions."""
    waiting: dict[str, list[Subscription]] = {}
    starting: list[Subscription] = []
    for each in receivers:
        if each.instance_id is not None:
            waiting.setdefault(each.instance_id, []).append(each)
        else:
            starting.append(each)
    with ctx.database.read() as tx:
        found = load(ctx, tx, list(waiting))
        models = ctx.catalog.get_many(tx, {each.definition_id or "" for each in starting})
    work: list[tuple[Loaded, Sequence[Stimulus]]] = []
    of: dict[str, list[str]] = {}
    for instance_id, instance in found.items():
        if isinstance(instance, Loaded):
            work.append((instance, [trigger_of(each, values, {}) for each in waiting[instance_id]]))
            of[instance_id] = [each.id for each in waiting[instance_id]]
    for each in starting:
        model = models[each.definition_id or ""]
        facts = InstanceFacts(new_id(), model.definition_id, model.key, business_key, model.tenant_id)
        work.append((Loaded(new_snapshot(facts), model), (Start(values, each.activity_id),)))
        of[facts.id] = [each.id]
    return work, of
