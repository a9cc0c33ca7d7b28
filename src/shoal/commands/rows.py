"""Turns the effects of a chunk into rows, one list per statement, before any transaction is open.

The rows of one instance lie together in every list, so an instance that turns out to have changed meanwhile
is cut out without building the others again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from shoal.commands.advance import Moved
from shoal.errors import ShoalError
from shoal.ids import new_id
from shoal.kernel import encode_state
from shoal.kernel.effects import Effects, InstanceEnd
from shoal.settings import HistoryLevel
from shoal.store.variable_codec import Encoder, PendingBlob

_LISTS = (
    "new_headers",
    "ended_headers",
    "continued",
    "new_states",
    "changed_states",
    "ended",
    "activities",
    "activities_ended",
    "activities_dropped",
    "activities_changed",
    "jobs",
    "jobs_deleted",
    "subscriptions",
    "subscriptions_deleted",
    "external_tasks",
    "external_tasks_deleted",
    "tasks",
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
)


class ChunkRows:
    """What ``flush`` writes. ``revisions`` says what the instances had when they were loaded."""

    __slots__ = (
        *_LISTS,
        "_blobs",
        "_encoder",
        "_lists",
        "_marks",
        "done",
        "dropped_blobs",
        "host",
        "level",
        "now",
        "revisions",
    )

    def __init__(self, level: HistoryLevel, now: datetime, blob_threshold: int) -> None:
        self.level = level
        self.now = now
        self.revisions: dict[str, int] = {}
        self.done: set[str] = set()
        """Jobs and external tasks whose work was done by this chunk; others that end are just withdrawn."""
        self.host: str | None = None
        self.new_headers: list[tuple[Any, ...]] = []
        self.ended_headers: list[tuple[Any, ...]] = []
        self.continued: list[str] = []
        self.new_states: list[tuple[str, bytes]] = []
        self.changed_states: list[tuple[str, bytes]] = []
        self.ended: list[str] = []
        self.activities: list[tuple[Any, ...]] = []
        self.activities_ended: list[tuple[str, datetime, bool]] = []
        self.activities_dropped: list[str] = []
        self.activities_changed: list[tuple[str, dict[str, Any]]] = []
        self.jobs: list[tuple[Any, ...]] = []
        self.jobs_deleted: list[str] = []
        self.subscriptions: list[tuple[Any, ...]] = []
        self.subscriptions_deleted: list[str] = []
        self.external_tasks: list[tuple[Any, ...]] = []
        self.external_tasks_deleted: list[str] = []
        self.tasks: list[tuple[Any, ...]] = []
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
        self.dropped_blobs: list[str] = []
        self._lists: tuple[list[Any], ...] = tuple(getattr(self, name) for name in _LISTS)
        self._marks: dict[str, tuple[list[int], list[int]]] = {}
        self._encoder = Encoder(blob_threshold)
        self._blobs: dict[str, list[PendingBlob]] = {}

    @property
    def blobs(self) -> list[PendingBlob]:
        """The large values that have to be stored before the transaction commits."""
        return [each for blobs in self._blobs.values() for each in blobs]

    @property
    def instance_ids(self) -> list[str]:
        """All instances in here."""
        return list(self._marks)

    def add_all(self, chunk: Iterable[Moved]) -> dict[str, Exception]:
        """Add instances; those with a value that cannot be stored are left out, and their errors returned."""
        failed: dict[str, Exception] = {}
        for moved in chunk:
            try:
                self.add(moved)
            except ShoalError as error:
                failed[moved.id] = error
        return failed

    def add(self, moved: Moved) -> None:
        """Add one instance. VariableTypeError if it has a value that cannot be stored; nothing is added then."""
        before = [len(each) for each in self._lists]
        instance_id = moved.id
        try:
            self._add(moved)
        except ShoalError:
            for rows, length in zip(self._lists, before, strict=True):
                del rows[length:]
            self._encoder.blobs.clear()
            raise
        if self._encoder.blobs:
            self._blobs[instance_id] = self._encoder.blobs
            self._encoder.blobs = []
        header = moved.loaded.header
        if header is not None:
            self.revisions[instance_id] = header.revision
        self._marks[instance_id] = (before, [len(each) for each in self._lists])

    def drop(self, instance_ids: Collection[str]) -> None:
        """Take instances out again."""
        if not instance_ids:
            return
        shift = [0] * len(self._lists)
        kept: dict[str, tuple[list[int], list[int]]] = {}
        for instance_id, (starts, ends) in self._marks.items():
            starts = [start - moved for start, moved in zip(starts, shift, strict=True)]
            ends = [end - moved for end, moved in zip(ends, shift, strict=True)]
            if instance_id not in instance_ids:
                kept[instance_id] = (starts, ends)
                continue
            for place, rows in enumerate(self._lists):
                del rows[starts[place] : ends[place]]
                shift[place] += ends[place] - starts[place]
            self.revisions.pop(instance_id, None)
            self.dropped_blobs += [each.id for each in self._blobs.pop(instance_id, ())]
        self._marks = kept

    def _add(self, moved: Moved) -> None:
        effects = moved.effects
        end = effects.end
        instance_id = moved.id
        if end is not None and not self.level.keeps_activities:
            if moved.loaded.header is not None:
                self.purged.append(instance_id)
            return
        self._header(moved, end)
        self._activities(instance_id, effects)
        if effects.variables or effects.variables_removed or effects.scopes_ended:
            self._variables(moved, effects, end is not None)
        if effects.user_tasks or effects.user_tasks_ended or effects.user_tasks_changed:
            self._tasks(instance_id, effects)
        self._waits(moved, effects)

    def _header(self, moved: Moved, end: InstanceEnd | None) -> None:
        header = moved.loaded.header
        facts = moved.loaded.snapshot.instance
        instance_id = facts.id
        now = self.now
        if header is None:
            self.new_headers.append(
                (
                    instance_id,
                    facts.definition_id,
                    facts.business_key,
                    "active" if end is None else end.state.value,
                    False,
                    facts.tenant_id,
                    facts.root_id or instance_id,
                    facts.super_id,
                    facts.super_node_id,
                    moved.start_activity_id,
                    None if end is None else end.end_activity_id,
                    now,
                    None if end is None else now,
                    moved.started_by,
                    None if end is None else end.reason,
                    moved.restarted_from,
                    1,
                )
            )
            if end is None:
                self.new_states.append((instance_id, encode_state(moved.loaded.snapshot.state)))
        elif end is None:
            self.continued.append(instance_id)
            self.changed_states.append((instance_id, encode_state(moved.loaded.snapshot.state)))
        else:
            self.ended.append(instance_id)
            self.ended_headers.append(
                (instance_id, end.state.value, False, now, end.reason, end.end_activity_id, header.revision + 1)
            )

    def _activities(self, instance_id: str, effects: Effects) -> None:
        now = self.now
        keep = self.level.keeps_activities
        rows = self.activities
        for each in effects.activities.values():
            ended = each.ended
            if keep or not ended:
                rows.append(
                    (
                        each.id,
                        instance_id,
                        each.parent_id,
                        each.activity_id,
                        each.activity_type,
                        each.called_instance_id,
                        each.task_id,
                        now,
                        now if ended else None,
                        each.cancelled,
                    )
                )
        if effects.activities_ended:
            if keep:
                self.activities_ended += [
                    (node_id, now, cancelled) for node_id, cancelled in effects.activities_ended.items()
                ]
            else:
                self.activities_dropped += effects.activities_ended
        if effects.activities_changed:
            self.activities_changed += effects.activities_changed.items()

    def _variables(self, moved: Moved, effects: Effects, ended: bool) -> None:
        keep = self.level.keeps_variables
        now = self.now
        encode = self._encoder.encode
        instance_id = moved.id
        stored = moved.loaded.stored
        gone = effects.scopes_ended
        if not (ended and not keep):
            for (scope_id, name), record in effects.variables.items():
                live = not gone or scope_id not in gone
                if not live and not keep:
                    continue
                columns = encode(instance_id, name, record.value)
                known = stored.get((scope_id, name)) if stored else None
                if known is None:
                    self.variables.append((new_id(), instance_id, scope_id, name, *columns, live, now, 1))
                else:
                    self.variables_changed.append((known.id, *columns, known.revision + 1))
                    if known.blob_id is not None:
                        self.replaced_blobs.append((instance_id, known.blob_id))
        if self.level.keeps_everything:
            self.variable_log += [
                (
                    new_id(),
                    instance_id,
                    each.scope_id,
                    each.node_id,
                    each.name,
                    *encode(instance_id, each.name, each.value),
                    now,
                )
                for each in effects.variable_log
            ]
        if stored:
            for key in effects.variables_removed:
                if key in stored and key not in effects.variables:
                    self.variables_removed.append(stored[key].id)
                    blob_id = stored[key].blob_id
                    if blob_id is not None:
                        self.replaced_blobs.append((instance_id, blob_id))
            if gone:
                self._ended_scopes(instance_id, stored, gone, keep)

    def _ended_scopes(
        self, instance_id: str, stored: dict[tuple[str, str], Any], gone: set[str], keep: bool
    ) -> None:
        self.ended_scopes += [(instance_id, each) for each in {scope for scope, _ in stored} & gone]
        if not keep:
            self.replaced_blobs += [
                (instance_id, each.blob_id)
                for (scope, _), each in stored.items()
                if scope in gone and each.blob_id is not None
            ]

    def _tasks(self, instance_id: str, effects: Effects) -> None:
        now = self.now
        keep = self.level.keeps_activities
        ends = effects.user_tasks_ended
        for task in effects.user_tasks.values():
            reason = ends.get(task.id) if ends else None
            if reason is not None and not keep:
                continue
            self.tasks.append(
                (
                    task.id,
                    instance_id,
                    task.node_id,
                    task.activity_id,
                    storable(task.name),
                    storable(task.description),
                    storable(task.assignee),
                    storable(task.owner),
                    task.priority,
                    task.due_at,
                    task.follow_up_at,
                    storable(task.form_key),
                    now,
                    None if reason is None else now,
                    reason,
                )
            )
            for user in task.candidate_users:
                self.links.append((new_id(), instance_id, task.id, "candidate", storable(user), None))
            for group in task.candidate_groups:
                self.links.append((new_id(), instance_id, task.id, "candidate", None, storable(group)))
        for task_id, reason in ends.items():
            if task_id not in effects.user_tasks:
                if keep:
                    self.tasks_ended.append((task_id, now, reason))
                else:
                    self.tasks_dropped.append(task_id)
        if effects.user_tasks_changed:
            self.tasks_changed += effects.user_tasks_changed.items()

    def _waits(self, moved: Moved, effects: Effects) -> None:
        now = self.now
        facts = moved.loaded.snapshot.instance
        instance_id = facts.id
        if effects.jobs:
            deployment_id = moved.loaded.deployed.deployment_id
            for job in effects.jobs.values():
                self.jobs.append(
                    (
                        job.id,
                        job.kind.value,
                        0,
                        instance_id,
                        job.node_id,
                        facts.definition_id,
                        deployment_id,
                        job.activity_id,
                        job.due_at,
                        job.priority,
                        job.retries,
                        job.exclusive,
                        False,
                        job.repeat,
                        None,
                        now,
                    )
                )
                if self.level.keeps_everything:
                    self.job_log.append(
                        (
                            new_id(),
                            job.id,
                            "created",
                            job.kind.value,
                            instance_id,
                            job.activity_id,
                            facts.definition_id,
                            deployment_id,
                            job.priority,
                            job.retries,
                            job.due_at,
                            None,
                            None,
                            None,
                            None,
                            now,
                        )
                    )
        self.jobs_deleted += effects.jobs_deleted
        for wait in effects.subscriptions.values():
            self.subscriptions.append(
                (
                    wait.id,
                    wait.kind,
                    storable(wait.name),
                    instance_id,
                    wait.node_id,
                    wait.activity_id,
                    None,
                    facts.tenant_id,
                    now,
                )
            )
        self.subscriptions_deleted += effects.subscriptions_deleted
        for work in effects.external_tasks.values():
            self.external_tasks.append(
                (
                    work.id,
                    instance_id,
                    work.node_id,
                    work.activity_id,
                    storable(work.topic),
                    work.priority,
                    now,
                )
            )
        self.external_tasks_deleted += effects.external_tasks_deleted


def storable(text: str | None) -> str | None:
    """The text without what no database can hold: NUL characters and halves of surrogate pairs."""
    if text is None or (text.isascii() and "\0" not in text):
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
