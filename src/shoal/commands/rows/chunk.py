"""Turns the effects of a chunk into rows, one list per statement, before any transaction is open.

The rows of one instance lie together in every list, so an instance that turns out to have changed meanwhile
is cut out without building the others again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from shoal.commands.advance import Moved
from shoal.commands.rows.activities import add_activities
from shoal.commands.rows.headers import add_header
from shoal.commands.rows.tasks import add_tasks
from shoal.commands.rows.variables import add_variables
from shoal.commands.rows.waits import add_waits
from shoal.errors import ShoalError
from shoal.settings import HistoryLevel
from shoal.store.variable_codec import Encoder, PendingBlob

_LISTS = (
    "new_headers",
    "ended_headers",
    "continued",
    "released",
    "migrated",
    "new_states",
    "changed_states",
    "ended",
    "activities",
    "activities_ended",
    "activities_dropped",
    "activities_changed",
    "jobs",
    "jobs_changed",
    "jobs_deleted",
    "subscriptions",
    "subscriptions_changed",
    "subscriptions_deleted",
    "external_tasks",
    "external_tasks_changed",
    "external_tasks_deleted",
    "tasks",
    "links_replaced",
    "links",
    "tasks_ended",
    "tasks_dropped",
    "tasks_changed",
    "variables",
    "variables_changed",
    "variables_removed",
    "variable_log",
    "ended_scopes",
    "replaced_blobs",
    "purged",
    "job_log",
    "external_task_log",
    "link_log",
)


class ChunkRows:
    """What ``flush`` writes. ``revisions`` says what the instances had when they were loaded."""

    __slots__ = (
        *_LISTS,
        "_blobs",
        "encoder",
        "_ends",
        "_families",
        "_lists",
        "_marks",
        "done",
        "dropped_blobs",
        "host",
        "level",
        "now",
        "retries",
        "revisions",
    )

    def __init__(self, level: HistoryLevel, now: datetime, blob_threshold: int, retries: int = 3) -> None:
        self.level = level
        self.now = now
        self.revisions: dict[str, int] = {}
        self.done: set[str] = set()
        """Jobs and external tasks whose work was done by this chunk; others that end are just withdrawn."""
        self.host: str | None = None
        self.retries = retries
        """Tries of a job that delivers an event."""
        self.new_headers: list[tuple[Any, ...]] = []
        self.ended_headers: list[tuple[Any, ...]] = []
        self.continued: list[str] = []
        self.released: list[str] = []
        self.migrated: list[tuple[str, str]] = []
        self.new_states: list[tuple[str, bytes]] = []
        self.changed_states: list[tuple[str, bytes]] = []
        self.ended: list[str] = []
        self.activities: list[tuple[Any, ...]] = []
        self.activities_ended: list[tuple[str, datetime, bool]] = []
        self.activities_dropped: list[str] = []
        self.activities_changed: list[tuple[str, dict[str, Any]]] = []
        self.jobs: list[tuple[Any, ...]] = []
        self.jobs_changed: list[tuple[str, dict[str, Any]]] = []
        self.jobs_deleted: list[str] = []
        self.subscriptions: list[tuple[Any, ...]] = []
        self.subscriptions_changed: list[tuple[str, dict[str, Any]]] = []
        self.subscriptions_deleted: list[str] = []
        self.external_tasks: list[tuple[Any, ...]] = []
        self.external_tasks_changed: list[tuple[str, dict[str, Any]]] = []
        self.external_tasks_deleted: list[str] = []
        self.tasks: list[tuple[Any, ...]] = []
        self.links_replaced: list[tuple[str, str]] = []
        self.links: list[tuple[Any, ...]] = []
        self.tasks_ended: list[tuple[str, datetime, str]] = []
        self.tasks_dropped: list[str] = []
        self.tasks_changed: list[tuple[str, dict[str, Any]]] = []
        self.variables: list[tuple[Any, ...]] = []
        self.variables_changed: list[tuple[Any, ...]] = []
        self.variables_removed: list[str] = []
        self.variable_log: list[tuple[Any, ...]] = []
        self.ended_scopes: list[tuple[str, str]] = []
        self.replaced_blobs: list[tuple[str, str]] = []
        self.purged: list[str] = []
        self.job_log: list[tuple[Any, ...]] = []
        self.external_task_log: list[tuple[Any, ...]] = []
        self.link_log: list[tuple[Any, ...]] = []
        self.dropped_blobs: list[str] = []
        self._lists: tuple[list[Any], ...] = tuple(getattr(self, name) for name in _LISTS)
        self._marks: dict[str, tuple[list[int], list[int]]] = {}
        self._families: dict[str, str] = {}
        self._ends = [0] * len(self._lists)
        self.encoder = Encoder(blob_threshold)
        self._blobs: dict[str, list[PendingBlob]] = {}

    @property
    def blobs(self) -> list[PendingBlob]:
        """The large values that have to be stored before the transaction commits."""
        return [each for blobs in self._blobs.values() for each in blobs]

    @property
    def migrated_to(self) -> dict[str, list[str]]:
        """The instances that were migrated, by their new definition."""
        found: dict[str, list[str]] = {}
        for instance_id, definition_id in self.migrated:
            found.setdefault(definition_id, []).append(instance_id)
        return found

    @property
    def instance_ids(self) -> list[str]:
        """All instances in here."""
        return list(self._marks)

    def add_all(self, chunk: Iterable[Moved]) -> dict[str, Exception]:
        """Add instances; those with a value that cannot be stored are left out, and their errors returned."""
        failed: dict[str, Exception] = {}
        families: dict[str, Exception] = {}
        for moved in chunk:
            try:
                self.add(moved)
            except ShoalError as error:
                failed[moved.id] = families[moved.family] = error
        if families:
            for each in self.drop({each for each in self._marks if self._family(each) in families}):
                failed[each] = families[self._family(each)]
        return failed

    def add(self, moved: Moved) -> None:
        """Add one instance. VariableTypeError if it has a value that cannot be stored; nothing is added then."""
        before = self._ends
        instance_id = moved.id
        try:
            self._add(moved)
        except ShoalError:
            for rows, length in zip(self._lists, before, strict=True):
                del rows[length:]
            self.encoder.blobs.clear()
            raise
        if self.encoder.blobs:
            self._blobs[instance_id] = self.encoder.blobs
            self.encoder.blobs = []
        header = moved.loaded.header
        if header is not None:
            self.revisions[instance_id] = header.revision
        self._ends = [len(each) for each in self._lists]
        self._marks[instance_id] = (before, self._ends)
        if moved.family != instance_id:
            self._families[instance_id] = moved.family

    def drop(self, instance_ids: Collection[str]) -> set[str]:
        """Take instances out again, and their families; all that are out now."""
        if not instance_ids:
            return set()
        dropped = {each for each in instance_ids if each in self._marks}
        if self._families:
            families = {self._family(each) for each in dropped}
            dropped = {each for each in self._marks if self._family(each) in families}
        shift = [0] * len(self._lists)
        kept: dict[str, tuple[list[int], list[int]]] = {}
        for instance_id, (starts, ends) in self._marks.items():
            starts = [start - moved for start, moved in zip(starts, shift, strict=True)]
            ends = [end - moved for end, moved in zip(ends, shift, strict=True)]
            if instance_id not in dropped:
                kept[instance_id] = (starts, ends)
                continue
            for place, rows in enumerate(self._lists):
                del rows[starts[place] : ends[place]]
                shift[place] += ends[place] - starts[place]
            self.revisions.pop(instance_id, None)
            self.dropped_blobs += [each.id for each in self._blobs.pop(instance_id, ())]
        self._marks = kept
        return dropped

    def _family(self, instance_id: str) -> str:
        return self._families.get(instance_id, instance_id)

    def _add(self, moved: Moved) -> None:
        effects = moved.effects
        end = effects.end
        instance_id = moved.id
        if end is not None and not self.level.keeps_activities:
            if moved.loaded.header is not None:
                self.purged.append(instance_id)
            return
        add_header(self, moved, end)
        add_activities(self, instance_id, effects)
        if effects.variables or effects.variables_removed or effects.scopes_ended:
            add_variables(self, moved, effects, end is not None)
        if effects.user_tasks or effects.user_tasks_ended or effects.user_tasks_changed:
            add_tasks(self, instance_id, effects)
        add_waits(self, moved, effects)
