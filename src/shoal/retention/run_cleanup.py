"""Runs one job of history cleanup: a step, and when the next one is due, in one transaction."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from shoal import clock
from shoal.commands.context import Context
from shoal.errors import UnavailableError, means_stop
from shoal.jobs.incident import open_failed_job_incidents
from shoal.jobs.lease import LeaseLostError, guard
from shoal.jobs.retry import details_of, growing_pause, message_of
from shoal.jobs.run import Handler
from shoal.jobs.wake import signal_of
from shoal.retention.cleanup import Step, clean_some
from shoal.retention.cleanup_jobs import number_of, payload
from shoal.retention.window import CleanupWindows
from shoal.store.blobs import sweep_orphans
from shoal.store.database import Tx
from shoal.store.queries.cleanup_jobs import KIND, change_cleanup_jobs
from shoal.store.queries.job_log import JobEvent, insert_job_events
from shoal.store.queries.jobs import FailedTry, Job, delete_jobs, fail_jobs

_log = logging.getLogger(__name__)

_FIRST_PAUSE = timedelta(seconds=10)
_LONGEST_PAUSE = timedelta(hours=1)
_SWEEP_EVERY = timedelta(days=1)


def run_once(ctx: Context, job: Job, owner: str) -> None:
    """Do one step of the job, which ``owner`` has leased.

    UnavailableError comes through: nothing was done, and no try is lost. Every other error costs a try; the last
    one opens an incident.
    """
    try:
        sweeps = _run(ctx, job, owner)
        if sweeps:
            removed = sweep_orphans(ctx.database, ctx.blobs)
            _log.info("history cleanup: %d files without an owner were removed", removed)
    except UnavailableError:
        raise
    except LeaseLostError as error:
        _log.info("history cleanup: %s", error)
    except BaseException as error:
        # a driver may raise anything
        if means_stop(error):
            raise
        _log.warning("history cleanup failed: %s", error)
        _fail(ctx, job, owner, error)


def _run(ctx: Context, job: Job, owner: str) -> bool:
    """Whether files without an owner are to be looked for now."""
    said = job.payload if isinstance(job.payload, dict) else payload()
    settings = ctx.settings
    now = clock.now()
    windows = CleanupWindows.of(settings)
    window = windows.current_or_next(now)
    inside = window is not None and window[0] <= now
    with ctx.database.write() as tx:
        guard(tx, [job.id], owner)
        if number_of(job.id) >= settings.history_cleanup_degree_of_parallelism:
            delete_jobs(tx, [job.id])
            return False
        if not settings.history_cleanup_enabled or not (inside or said["immediately"]):
            _rest(ctx, tx, job, None if window is None or not settings.history_cleanup_enabled else window[0], said)
            return False
        step = clean_some(ctx, tx, now, settings.history_cleanup_batch_size, _place(said["after"]))
        if not step.is_last:
            _go_on(ctx, tx, job, now, said, step)
            return False
        if settings.history_level.keeps_everything:
            insert_job_events(tx, [JobEvent("succeeded", job, job.retries)], ctx.hostname, now)
        sweeps = number_of(job.id) == 0 and _is_due(said["swept_at"], now)
        swept_at = now.isoformat() if sweeps else said["swept_at"]
        idle = 0 if step.removed else said["idle"] + 1
        due_at: datetime | None = None
        if window is not None:
            due_at = now + min(_FIRST_PAUSE * 2 ** min(idle, 10), _LONGEST_PAUSE) if inside else window[0]
            if inside and due_at >= window[1]:
                due_at, idle = windows.next_after(now), 0
        _rest(ctx, tx, job, due_at, payload(idle=idle, swept_at=swept_at))
    return sweeps


def _go_on(ctx: Context, tx: Tx, job: Job, now: datetime, said: Mapping[str, Any], step: Step) -> None:
    after = None if step.after is None else [step.after[0].isoformat(), step.after[1]]
    left = payload(immediately=said["immediately"], after=after, swept_at=said["swept_at"])
    _rest(ctx, tx, job, now, left)
    tx.after_commit(signal_of(ctx.database).notify)


def _rest(ctx: Context, tx: Tx, job: Job, due_at: datetime | None, left: Mapping[str, Any]) -> None:
    """Give the job back, due then; suspended if there is nothing to wait for."""
    change_cleanup_jobs(
        tx,
        [job.id],
        due_at=due_at,
        suspended=due_at is None,
        retries=ctx.settings.default_retries,
        payload=dict(left),
        leased_by=None,
        leased_until=None,
        error_message=None,
        error_details=None,
    )


def _fail(ctx: Context, job: Job, owner: str, error: BaseException) -> None:
    now = clock.now()
    retries = max(0, job.retries - 1)
    message = message_of(str(error) or type(error).__name__)
    details = details_of("".join(traceback.format_exception(error)))
    failed = FailedTry(job.id, retries, now + growing_pause(3 - min(retries, 2)), message, details, None)
    with ctx.database.write() as tx:
        try:
            guard(tx, [job.id], owner)
        except LeaseLostError:
            return
        fail_jobs(tx, [failed])
        if retries == 0:
            open_failed_job_incidents(tx, [(job, failed)], now)
        if ctx.settings.history_level.keeps_everything:
            insert_job_events(tx, [JobEvent("failed", job, retries, message, details)], ctx.hostname, now)


def _place(after: Any) -> tuple[datetime, str] | None:
    return None if after is None else (datetime.fromisoformat(after[0]), after[1])


def _is_due(swept_at: str | None, now: datetime) -> bool:
    return swept_at is None or datetime.fromisoformat(swept_at) <= now - _SWEEP_EVERY


CLEANUP_HANDLERS: Mapping[str, Handler] = MappingProxyType({KIND: run_once})
