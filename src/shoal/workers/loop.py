"""One worker: takes work, does it, rests when there is none. Knows nothing of what the work is."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Mapping

from shoal.batch.throttle import admission
from shoal.commands.context import Context
from shoal.errors import UnavailableError, means_stop
from shoal.ids import new_id
from shoal.jobs import parking
from shoal.jobs.acquire import Acquired, acquire
from shoal.jobs.lease import LeaseKeeper
from shoal.jobs.run import Handler, run_acquired
from shoal.jobs.wake import signal_of
from shoal.retention.cleanup_jobs import schedule_cleanup
from shoal.store.queries.jobs import release_jobs
from shoal.workers.handful import Handful
from shoal.workers.handlers import HANDLERS

_log = logging.getLogger(__name__)

_SHORTEST_REST = 0.02
_LONGEST_OUTAGE_REST = 10.0
_PAUSE_AFTER_BUG = 1.0
_PARKING_SECONDS = 5.0
"""Between two looks for jobs of suspended instances."""


class Worker:
    """Runs in one thread at a time; ``stop`` may be called from any."""

    def __init__(
        self,
        ctx: Context,
        keeper: LeaseKeeper | None = None,
        handlers: Mapping[str, Handler] = HANDLERS,
        *,
        live: bool = True,
    ) -> None:
        """Without ``live`` it leaves jobs of instances to others, who know the callables of their models."""
        self.name = f"{ctx.hostname}:{os.getpid()}:{new_id()}"
        """The owner of this worker's leases; no other worker ever has the same."""
        self._ctx = ctx
        self._keeper = keeper or LeaseKeeper(ctx)
        self._handlers = handlers
        self._signal = signal_of(ctx.database)
        self._admit = admission(ctx)
        self._handful = Handful(ctx.settings.jobs_per_acquisition) if live else None
        self._stop = threading.Event()
        self._parking_at = 0.0
        self._left: Acquired | None = None
        """What an outage of the database left in our hands."""

    def run_once(self) -> bool:
        """Take what is due, and do it; whether there was anything. UnavailableError comes through."""
        self._give_back()
        self._park()
        handful = self._handful
        acquired = acquire(self._ctx, self.name, self._admit, handful.size if handful else 0)
        if acquired.is_empty:
            return False
        self._left = acquired
        started = time.monotonic()
        with self._keeper.keeping(self.name, acquired.job_ids):
            run_acquired(self._ctx, acquired, self.name, self._handlers)
        if handful and acquired.live:
            handful.took(len(acquired.live), time.monotonic() - started)
        self._left = None
        return True

    def run(self) -> None:
        """Work until ``stop``; what was begun is finished."""
        rest = _SHORTEST_REST
        scheduled = False
        while not self._stop.is_set():
            seen = self._signal.count
            try:
                if not scheduled:
                    schedule_cleanup(self._ctx)
                    scheduled = True
                worked = self.run_once()
            except UnavailableError as error:
                _log.warning("%s; next try in %.1f seconds", error, rest)
                self._stop.wait(rest)
                rest = min(rest * 2, _LONGEST_OUTAGE_REST)
                continue
            except BaseException as error:
                # the thread must go on, whatever the code of users raised
                if means_stop(error):
                    raise
                _log.exception("a worker stumbled; it goes on")
                self._stop.wait(_PAUSE_AFTER_BUG)
                continue
            if worked:
                rest = _SHORTEST_REST
            else:
                self._signal.wait(seen, min(rest, self._ctx.settings.poll_seconds))
                rest = min(rest * 2, self._ctx.settings.poll_seconds)

    def run_until_idle(self) -> None:
        """Work until nothing is due."""
        while not self._stop.is_set() and self.run_once():
            pass

    def stop(self) -> None:
        """Finish what was begun, and take nothing more."""
        self._stop.set()
        self._signal.notify()

    def _park(self) -> None:
        """Now and then; again at once while there is more to put aside."""
        if self._handful and time.monotonic() >= self._parking_at and not parking.run_once(self._ctx):
            self._parking_at = time.monotonic() + _PARKING_SECONDS

    def _give_back(self) -> None:
        """After an outage: let everybody have at once what we could not finish."""
        if self._left is not None:
            with self._ctx.database.write() as tx:
                release_jobs(tx, self._left.job_ids, self.name)
            self._left = None
