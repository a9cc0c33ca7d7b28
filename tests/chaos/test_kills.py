"""Worker processes are killed at any moment while a batch is seeded and executed, two of them on one database.

At the end each target was done exactly once and the counters equal the rows. ``SHOAL_CHAOS_KILLS`` says how
often a process is killed (50 by hand, a few in the normal test run).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from tests.batch_scene import Scene, check_batch
from tests.chaos.process import LEASE_SECONDS
from tests.integrity import check_every_row

from shoal.batch.states import BatchState
from shoal.batch.view import BatchView, get_batch
from shoal.commands.context import Context
from shoal.store.tables.history import activity_instance
from shoal.store.tables.variables import variable_update
from shoal.store.within import within

KILLS = int(os.environ.get("SHOAL_CHAOS_KILLS", "6"))
COUNT = 1500
WORKERS = 2

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120 + 30 * KILLS)]


class Workers:
    """Processes that work on one database, and are killed and replaced."""

    def __init__(self, ctx: Context) -> None:
        self._command = [
            sys.executable,
            "-m",
            "tests.chaos.process",
            ctx.database.url,
            ctx.settings.blob_url,
        ]
        self.processes: list[subprocess.Popen[bytes]] = []
        self.kills = 0

    def start(self) -> None:
        """One more; comes back at once."""
        root = Path(__file__).parents[2]
        self.processes.append(subprocess.Popen(self._command, stdout=subprocess.PIPE, cwd=root))

    def kill(self) -> None:
        """Kill one that works already, and start another."""
        victim = self.processes.pop(0)
        assert victim.stdout is not None
        assert victim.stdout.readline() == b"ready\n"
        self.start()
        time.sleep(random.uniform(0, 0.7))
        victim.send_signal(signal.SIGKILL)
        assert victim.wait() == -signal.SIGKILL
        victim.stdout.close()
        self.kills += 1

    def stop(self) -> None:
        """End all."""
        for process in self.processes:
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


@pytest.fixture(scope="module")
def scene(new_context: Callable[..., Context]) -> Scene:
    return Scene(new_context(lease_seconds=LEASE_SECONDS))


def updates(scene: Scene, ids: list[str]) -> Counter[str]:
    """How often the variable of the test was set, by instance."""
    u = variable_update.c
    rows = scene.rows(select(u.instance_id).where(within(u.instance_id, ids), u.name == "once"))
    return Counter(row[0] for row in rows)


def shipped(scene: Scene, ids: list[str]) -> Counter[str]:
    """How often the instance went on behind the message."""
    a = activity_instance.c
    rows = scene.rows(
        select(a.instance_id, func.count())
        .where(within(a.instance_id, ids), a.activity_id == "ship")
        .group_by(a.instance_id)
    )
    return Counter({row[0]: row[1] for row in rows})


OPERATIONS: list[tuple[str, dict[str, Any], Callable[[Scene, list[str]], Counter[str]]]] = [
    ("set-variables", {"variables": {"once": 1}}, updates),
    ("correlate-message", {"message_name": "paid"}, shipped),
]


def test_each_target_is_done_once_however_many_workers_die(scene: Scene) -> None:
    workers = Workers(scene.ctx)
    done: list[tuple[BatchView, list[str], Callable[[Scene, list[str]], Counter[str]]]] = []
    try:
        for _ in range(WORKERS):
            workers.start()
        while workers.kills < KILLS:
            operation, params, count = OPERATIONS[len(done) % len(OPERATIONS)]
            key, ids = scene.start(COUNT)
            made = scene.create(
                operation,
                params,
                ids=ids[: COUNT // 3],
                filter={"business_key": key},
                chunk_size=20,
                jobs_per_seed=2,
            )
            while workers.kills < KILLS and not get_batch(scene.ctx, made.id).has_ended:
                workers.kill()
                check_batch(scene.ctx, made.id)
            done.append((made, ids, count))
        deadline = time.monotonic() + 90
        while not all(get_batch(scene.ctx, made.id).has_ended for made, _, _ in done):
            assert time.monotonic() < deadline, "a batch does not end"
            time.sleep(0.1)
    finally:
        workers.stop()
    check_every_row(scene.ctx.database, scene.ctx.blobs)
    for made, ids, count in done:
        check_batch(scene.ctx, made.id)
        view = get_batch(scene.ctx, made.id)
        assert (view.state, view.statistics.succeeded) == (BatchState.COMPLETED, COUNT)
        assert count(scene, ids) == dict.fromkeys(ids, 1)
