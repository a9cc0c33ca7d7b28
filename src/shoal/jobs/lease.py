"""Leases: a job belongs to the worker that took it, as long as the worker renews it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from shoal import clock
from shoal.commands.context import Context
from shoal.errors import UnavailableError
from shoal.store.database import Tx
from shoal.store.queries.jobs import hold_jobs, renew_leases

_log = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """The job was taken over, deleted or cancelled meanwhile. Whoever gets this writes nothing."""


def guard(tx: Tx, job_ids: Sequence[str], owner: str) -> None:
    """Make sure that the jobs still belong to ``owner``, and keep it so until the transaction ends."""
    if len(hold_jobs(tx, job_ids, owner)) != len(job_ids):
        raise LeaseLostError(f"{owner} does not hold all of {len(job_ids)} job(s) any more")


class LeaseKeeper:
    """Renews, in a thread of its own, the leases of everything that this process works on."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._held: dict[str, tuple[str, ...]] = {}
        self._changing = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, owner: str, job_ids: Sequence[str]) -> Iterator[None]:
        """Renew these leases while the block runs."""
        with self._changing:
            self._held[owner] = tuple(job_ids)
        try:
            yield
        finally:
            with self._changing:
                self._held.pop(owner, None)

    def start(self) -> None:
        """Begin to renew."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="shoal-leases", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop renewing; leases that are held then run out by themselves."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=10)
            self._thread = None

    def run_once(self) -> int:
        """Renew every lease that is held now; how many."""
        with self._changing:
            held = dict(self._held)
        if not held:
            return 0
        until = clock.now() + timedelta(seconds=self._ctx.settings.lease_seconds)
        with self._ctx.database.write() as tx:
            for owner, job_ids in held.items():
                renew_leases(tx, job_ids, owner, until)
        return sum(map(len, held.values()))

    def _run(self) -> None:
        while not self._stop.wait(self._ctx.settings.lease_seconds / 3):
            try:
                self.run_once()
            except UnavailableError as error:
                _log.warning("leases could not be renewed: %s", error)
            except Exception:  # noqa: BLE001 - the thread must go on
                _log.exception("leases could not be renewed")
