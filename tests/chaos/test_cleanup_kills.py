"""Worker processes are killed while they clean up history, two of them on one database.

At the end exactly what had to go is gone: nothing of it is left, and nothing else is missing.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from tests.integration.commands.scene import typed
from tests.integration.retention.scene import deploy_calls, finish, set_removal_times
from tests.integrity import check_every_row

from shoal.commands.context import Context
from shoal.commands.start_instances import start_instances
from shoal.retention.cleanup_jobs import clean_up, cleanup_jobs
from shoal.store.queries.erasure import HISTORY
from shoal.store.tables.instances import process_instance

KILLS = int(os.environ.get("SHOAL_CHAOS_KILLS", "4"))
EXPIRED, KEPT, RUNNING = 60, 3, 3
ROWS = 5
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(120 + 20 * KILLS)]


def test_what_has_to_go_goes_and_nothing_else(new_context: Callable[..., Context]) -> None:
    ctx = new_context(blob_threshold_bytes=100, history_cleanup_degree_of_parallelism=2)
    deploy_calls(ctx)
    ids = start_instances(ctx, key="inner", count=EXPIRED + KEPT + RUNNING, variables=typed(large="x" * 500))
    gone, kept, running = ids[:EXPIRED], ids[EXPIRED : EXPIRED + KEPT], ids[EXPIRED + KEPT :]
    for each in (*gone, *kept):
        finish(ctx, each)
    set_removal_times(ctx, LONG_AGO, *gone, *running)
    before = _rows(ctx, kept)
    clean_up(ctx)
    command = [
        sys.executable,
        "-m",
        "tests.chaos.process",
        ctx.database.url,
        ctx.settings.blob_url or "",
        str(ROWS),
    ]
    left = [_rows(ctx, gone)]
    for _ in range(KILLS):
        process = _started(command)
        deadline = time.monotonic() + 10
        while left[-1] and _rows(ctx, gone) == left[-1] and time.monotonic() < deadline:
            time.sleep(0.001)
        time.sleep(random.uniform(0, 0.02))
        _end(process)
        check_every_row(ctx.database)
        left.append(_rows(ctx, gone))
    assert left[0] > left[1] > 0, f"the first process was killed before or after its work: {left}"
    last = _started(command)
    deadline = time.monotonic() + 60
    while not all(each.suspended for each in cleanup_jobs(ctx)) and time.monotonic() < deadline:
        time.sleep(0.1)
    _end(last)
    assert all(each.suspended for each in cleanup_jobs(ctx))
    with ctx.database.read() as tx:
        assert set(tx.execute(select(process_instance.c.id)).scalars()) == {*kept, *running}
    assert _rows(ctx, kept) == before
    assert _rows(ctx, gone) == 0
    check_every_row(ctx.database)
    for each in running:
        finish(ctx, each)
    check_every_row(ctx.database)


def _rows(ctx: Context, ids: list[str]) -> int:
    with ctx.database.read() as tx:
        counts = [select(func.count()).where(table.c.instance_id.in_(ids)) for table in HISTORY]
        return sum(int(tx.execute(each).scalar_one()) for each in counts)


def _started(command: list[str]) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    if process.stdout is not None:
        process.stdout.close()
