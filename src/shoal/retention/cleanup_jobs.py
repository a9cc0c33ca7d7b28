"""The jobs of history cleanup: there for ever, due in the windows, or when somebody asks.

Camunda 7: jobs of the type history-cleanup, one for each degree of parallelism. Inside of a window they run until
nothing is left, then look again after 10 seconds, 20, 40 ... up to an hour; outside they wait for the next window,
and without any window they are suspended.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.commands.context import Context
from shoal.errors import ConflictError
from shoal.jobs.wake import signal_of
from shoal.retention.window import CleanupWindows
from shoal.settings import Settings
from shoal.store.database import Tx
from shoal.store.queries import incidents
from shoal.store.queries.cleanup_jobs import (
    KIND,
    change_cleanup_jobs,
    find_cleanup_jobs,
    insert_cleanup_jobs,
    lock_cleanup_jobs,
)
from shoal.store.queries.jobs import Job

LANE = 1
"""Work in masses; live work goes first."""
MOST = 8
FORMAT = 1


def job_id(number: int) -> str:
    """The id of the job of that number, the same in every database: nobody can make it twice."""
    return f"00000000-0000-7000-8000-c1ea00000{number:03x}"


def number_of(job_id_: str) -> int:
    """The number of a job."""
    return int(job_id_[-3:], 16)


def schedule_cleanup(ctx: Context) -> None:
    """Let history cleanup run in its windows, if there are any. Called when workers start."""
    settings = ctx.settings
    now = clock.now()
    window = CleanupWindows.of(settings).current_or_next(now)
    if not settings.history_cleanup_enabled or window is None:
        return
    ids = _ids(settings)
    with ctx.database.read() as tx:
        known = {each.id for each in find_cleanup_jobs(tx, ids) if _is_set(each, window[0], now)}
    if len(known) == len(ids):
        return
    with ctx.database.write() as tx:
        _make(ctx, tx, ids, now)
        wrong = [each.id for each in lock_cleanup_jobs(tx, ids) if not _is_set(each, window[0], now)]
        change_cleanup_jobs(tx, wrong, due_at=max(window[0], now), suspended=False)
        tx.after_commit(signal_of(ctx.database).notify)


def clean_up(ctx: Context, *, immediately_due: bool = True) -> list[Job]:
    """Let history cleanup run now, or in its next window, and return its jobs; workers do it.

    Jobs that failed for good get new tries. ConflictError: it is disabled, or there is no window to wait for.
    """
    settings = ctx.settings
    if not settings.history_cleanup_enabled:
        raise ConflictError("History cleanup is disabled for this engine")
    now = clock.now()
    window = CleanupWindows.of(settings).current_or_next(now)
    if not immediately_due and window is None:
        raise ConflictError(
            "history cleanup has no window to wait for: set history_cleanup_batch_window_start_time, or let it "
            "run immediately"
        )
    due_at = now if immediately_due or window is None else max(window[0], now)
    ids = _ids(settings)
    with ctx.database.write() as tx:
        _make(ctx, tx, ids, now)
        jobs = lock_cleanup_jobs(tx, ids)
        failed = [each.id for each in jobs if each.retries == 0]
        keep = settings.history_level.keeps_everything
        incidents.end_of_jobs(tx, failed, "resolved", now, keep=keep)
        change_cleanup_jobs(
            tx,
            ids,
            due_at=due_at,
            suspended=False,
            retries=settings.default_retries,
            payload=payload(immediately=immediately_due, swept_at=(jobs[0].payload or {}).get("swept_at")),
        )
        tx.after_commit(signal_of(ctx.database).notify)
    return cleanup_jobs(ctx)


def cleanup_jobs(ctx: Context) -> list[Job]:
    """The jobs of history cleanup; none if it was never asked for and has no window."""
    with ctx.database.read() as tx:
        return find_cleanup_jobs(tx, [job_id(number) for number in range(MOST)])


def payload(
    *, immediately: bool = False, idle: int = 0, after: Sequence[Any] | None = None, swept_at: str | None = None
) -> dict[str, Any]:
    """What a job keeps from one run to the next.

    ``immediately``: windows do not count until nothing is left; ``idle``: runs in a row that found nothing;
    ``after``: where the walk over running instances is; ``swept_at``: when files without an owner were looked for.
    """
    return {"format": FORMAT, "immediately": immediately, "idle": idle, "after": after, "swept_at": swept_at}


def _ids(settings: Settings) -> list[str]:
    return [job_id(number) for number in range(settings.history_cleanup_degree_of_parallelism)]


def _is_set(job: Job, begin: datetime, now: datetime) -> bool:
    """Whether the job waits for the right moment: no later than the window, or for a run that was asked for."""
    return not job.suspended and job.due_at is not None and job.due_at <= max(begin, now)


def _make(ctx: Context, tx: Tx, ids: Sequence[str], now: datetime) -> None:
    insert_cleanup_jobs(
        tx,
        [
            {
                "id": each,
                "kind": KIND,
                "lane": LANE,
                "due_at": now,
                "priority": 0,
                "retries": ctx.settings.default_retries,
                "exclusive": False,
                "suspended": True,
                "payload": payload(),
                "created_at": now,
            }
            for each in ids
        ],
    )
