"""Plans the next occurrence of timers that are cycles, and whose job has just failed."""

from __future__ import annotations

from collections.abc import Sequence

from shoal import clock
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.load import Loaded, load
from shoal.commands.move_chunk import move_each
from shoal.kernel.stimulus import Repeat
from shoal.store.queries.instance_jobs import change_jobs, lock_jobs
from shoal.store.queries.jobs import Job


def plan_despite_failure(ctx: Context, jobs: Sequence[Job], owner: str) -> None:
    """Give each cycle its next job. The one that failed stays, to be tried again, and repeats no more.

    Camunda 7: the same. ``jobs`` are of different instances. One whose instance was changed by others meanwhile is
    left out: its next failure plans again.
    """
    by_instance = {job.instance_id: job for job in jobs if job.instance_id is not None}
    now = clock.now()
    with ctx.database.read() as tx:
        found = load(ctx, tx, list(by_instance))
    work = [
        (instance, (Repeat(job.node_id or "", job.id, job.repeat or ""),))
        for instance_id, job in by_instance.items()
        if isinstance(instance := found.get(instance_id), Loaded)
    ]
    moved, failed = move_each(ctx, work, now)
    rows, refused = build_rows(ctx, moved, now)
    left = {each.id: by_instance[each.id] for each, _ in work if each.id not in failed and each.id not in refused}
    with ctx.database.write() as tx:
        conflicts = lock_unchanged(tx, rows, skip=False)
        held = lock_jobs(tx, [each.id for each in left.values()], skip=False)
        lost = {
            instance_id
            for instance_id, job in left.items()
            if job.id not in held or held[job.id].leased_by != owner or held[job.id].repeat is None
        }
        conflicts |= rows.drop(lost)
        write_rows(ctx, tx, rows)
        planned = [job.id for instance_id, job in left.items() if instance_id not in conflicts | lost]
        change_jobs(tx, ("repeat",), [(each, None) for each in planned])
