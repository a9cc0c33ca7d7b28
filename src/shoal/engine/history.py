"""History: what was logged, how long it is kept, and its cleanup."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from shoal import clock
from shoal.batch.lifetime import days_to_live
from shoal.commands.context import Context
from shoal.engine import log_words
from shoal.engine.access import ADMIN, Logged, allowed
from shoal.engine.history_activities import HistoryActivities
from shoal.engine.history_lists import HistoryLists
from shoal.errors import NotFoundError
from shoal.ids import is_id
from shoal.people.permissions import Permission
from shoal.retention.cleanup import expiry_of
from shoal.retention.cleanup_jobs import clean_up, cleanup_jobs
from shoal.retention.window import CleanupWindows
from shoal.store.queries.decision_erasure import delete_decisions
from shoal.store.queries.hierarchies import lock_decisions
from shoal.store.queries.history import cleanable
from shoal.store.queries.history.cleanable import CleanableBatches, CleanableRow, ReportFilter
from shoal.store.queries.jobs import Job


class History(HistoryLists, HistoryActivities):
    """``engine.history``: the logs (see :class:`HistoryLists`), reports of what may go, and the cleanup."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.ADMINISTER, Logged("CreateHistoryCleanupJobs", "ProcessInstance", ADMIN))
    def clean_up(self, *, immediately_due: bool = True) -> list[Job]:
        """Let history cleanup run now, or in its next window; its jobs. Workers do it.

        >>> jobs = engine.history.clean_up()
        >>> engine.run_until_idle()

        ConflictError: it is disabled, or there is no window to wait for.
        """
        return clean_up(self._context, immediately_due=immediately_due)

    @allowed(Permission.READ_SYSTEM)
    def cleanup_jobs(self) -> list[Job]:
        """The jobs of history cleanup; none if it was never asked for and has no window."""
        return cleanup_jobs(self._context)

    @allowed(Permission.READ_SYSTEM)
    def cleanup_window(self) -> tuple[datetime, datetime] | None:
        """When the current or next window begins and ends; None if there is none."""
        return CleanupWindows.of(self._context.settings).current_or_next(clock.now())

    @property
    @allowed(Permission.READ_SYSTEM)
    def cleanup_enabled(self) -> bool:
        """Whether history cleanup is allowed."""
        return self._context.settings.history_cleanup_enabled

    @allowed(Permission.READ_HISTORY)
    def cleanable_instances(
        self,
        *,
        definition_ids: Sequence[str] | None = None,
        definition_keys: Sequence[str] | None = None,
        tenant_ids: Sequence[str] | None = None,
        without_tenant: bool = False,
        compact: bool = False,
    ) -> list[CleanableRow]:
        """How many ended instances each process definition has, and how many of them cleanup may remove now.

        ``compact``: only definitions that have any.
        """
        wanted = ReportFilter(definition_ids, definition_keys, tenant_ids, without_tenant, compact)
        with self._context.database.read() as tx:
            return cleanable.cleanable_instances(tx, wanted, expiry_of(self._context, clock.now()))

    @allowed(Permission.READ_DECISION_HISTORY)
    def cleanable_decisions(
        self,
        *,
        definition_ids: Sequence[str] | None = None,
        definition_keys: Sequence[str] | None = None,
        tenant_ids: Sequence[str] | None = None,
        without_tenant: bool = False,
        compact: bool = False,
    ) -> list[CleanableRow]:
        """The same for decision definitions and evaluated decisions."""
        wanted = ReportFilter(definition_ids, definition_keys, tenant_ids, without_tenant, compact)
        with self._context.database.read() as tx:
            return cleanable.cleanable_decisions(tx, wanted, expiry_of(self._context, clock.now()))

    @allowed(Permission.READ_BATCHES)
    def cleanable_batches(self) -> list[tuple[CleanableBatches, int | None]]:
        """How many ended batches each operation has, how many of them cleanup may remove now, and after how many
        days that is.
        """
        with self._context.database.read() as tx:
            found = cleanable.cleanable_batches(tx, expiry_of(self._context, clock.now()))
        return [(each, days_to_live(self._context.settings, each.operation)) for each in found]

    @allowed(Permission.DELETE_DECISION_HISTORY, log_words.DELETE_DECISION_HISTORY)
    def delete_decision(self, decision_id: str) -> None:
        """Remove an evaluated decision with its inputs and outputs; those that it required stay. NotFoundError."""
        with self._context.database.write() as tx:
            if not is_id(decision_id) or not lock_decisions(tx, [decision_id], skip=False):
                raise NotFoundError(f"there is no decision instance '{decision_id}'", decision_id=decision_id)
            delete_decisions(tx, self._context.blobs, [decision_id])
