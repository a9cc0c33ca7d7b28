"""A worker process that tests kill: ``python -m tests.chaos.process URL BLOBS [ROWS]``. Says "ready" when it works.

``ROWS`` is how many rows a step of history cleanup removes.
"""

from __future__ import annotations

import sys
import threading

from tests.batch_scene import pass_on

from shoal.commands.context import Context
from shoal.settings import Settings
from shoal.store.database import Database
from shoal.workers.embedded import EmbeddedWorkers

LEASE_SECONDS = 0.8


def main(url: str, blobs: str, rows: str = "10000") -> None:
    """Work until killed."""
    settings = Settings(
        database_url=url,
        blob_url=blobs,
        lease_seconds=LEASE_SECONDS,
        poll_seconds=0.2,
        batch_poll_seconds=1.0,
        history_cleanup_batch_size=int(rows),
        history_cleanup_degree_of_parallelism=2,
    )
    ctx = Context(Database(url), settings)
    ctx.host.register("check", pass_on)
    with EmbeddedWorkers(ctx, 2):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
