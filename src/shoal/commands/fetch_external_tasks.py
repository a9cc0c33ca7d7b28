"""Hands external tasks to remote workers: each to one worker, with a lock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.load import Loaded, load
from shoal.commands.texts import checked
from shoal.errors import InputError
from shoal.filters import InstanceFilter, VariableCondition
from shoal.store.database import Tx
from shoal.store.queries.definitions import with_version_tag
from shoal.store.queries.external_task_filters import task_has
from shoal.store.queries.external_tasks import ExternalTask, find_free, lock_external_tasks
from shoal.store.queries.instance_filters import conditions
from shoal.values import TypedValue

CreateTime = Literal["asc", "desc"] | None
_EVERY = InstanceFilter.model_validate({})


@dataclass(frozen=True, slots=True)
class Topic:
    """What a worker asks for. ``variables`` None means all that the task sees, () means none."""

    name: str
    lock_duration: timedelta
    variables: tuple[str, ...] | None = None
    local_variables: bool = False
    instances: InstanceFilter = _EVERY
    """Of which instances."""
    version_tag: str | None = None
    having: tuple[VariableCondition, ...] = ()
    """Of which tasks: conditions on variables of their own (Camunda 7: localVariables of the execution)."""


@dataclass(frozen=True, slots=True)
class LockedTask:
    """A task that now belongs to the worker."""

    task: ExternalTask
    worker_id: str
    locked_until: datetime
    variables: Mapping[str, TypedValue]
    definition_id: str
    definition_key: str
    version_tag: str | None
    business_key: str | None
    tenant_id: str | None
    properties: Mapping[str, str]


def fetch_and_lock_external_tasks(
    ctx: Context,
    worker_id: str,
    topics: Sequence[Topic],
    *,
    max_tasks: int,
    use_priority: bool = False,
    create_time: CreateTime = None,
) -> list[LockedTask]:
    """Lock up to ``max_tasks`` tasks that nobody has (any more): each goes to exactly one worker.

    Left out: tasks without retries left, and those of suspended instances. ``use_priority``: higher ones first.
    ``create_time``: older ones first ("asc"), or newer ones ("desc"), over all topics; else topic by topic.
    InputError: no worker, no topic name, a lock that is not positive, a negative number.
    """
    _check(worker_id, topics, max_tasks)
    now = clock.now()
    ordered = use_priority or create_time is not None
    with ctx.database.write() as tx:
        taken: list[tuple[Topic, ExternalTask]] = []
        for topic in topics:
            left = max_tasks if ordered else max_tasks - len(taken)
            if left > 0:
                taken += [(topic, each) for each in _free(tx, topic, left, use_priority, create_time, now)]
        if ordered:
            taken.sort(key=lambda each: each[1].id, reverse=create_time == "desc")
        if use_priority:
            taken.sort(key=lambda each: -each[1].priority)
        taken = _each_once(taken)[:max_tasks]
        by_duration: dict[timedelta, list[str]] = {}
        for topic, each in taken:
            by_duration.setdefault(topic.lock_duration, []).append(each.id)
        for duration, ids in by_duration.items():
            lock_external_tasks(tx, ids, worker_id, now + duration)
        found = load(ctx, tx, sorted({each.instance_id for _, each in taken})) if taken else {}
    locked: list[LockedTask] = []
    for topic, each in taken:
        loaded = found.get(each.instance_id)
        if isinstance(loaded, Loaded):
            locked.append(_locked(topic, each, loaded, worker_id, now + topic.lock_duration))
    return locked


def _check(worker_id: str, topics: Sequence[Topic], max_tasks: int) -> None:
    if not worker_id:
        raise InputError("workerId is missing", field="workerId")
    checked("workerId", worker_id)
    if max_tasks < 0:
        raise InputError("maxTasks cannot be negative", field="maxTasks")
    for topic in topics:
        if not topic.name:
            raise InputError("topicName is missing", field="topicName")
        checked("topicName", topic.name)
        if topic.lock_duration <= timedelta():
            raise InputError("lockDuration has to be positive", field="lockDuration")


def _each_once(taken: Sequence[tuple[Topic, ExternalTask]]) -> list[tuple[Topic, ExternalTask]]:
    """Two topics of a request may have the same name and other conditions: the first one gets a task of both."""
    found: dict[str, tuple[Topic, ExternalTask]] = {}
    for topic, task in taken:
        found.setdefault(task.id, (topic, task))
    return list(found.values())


def _free(
    tx: Tx, topic: Topic, limit: int, by_priority: bool, create_time: CreateTime, now: datetime
) -> list[ExternalTask]:
    where = conditions(topic.instances)
    where += [task_has(each) for each in topic.having]
    if topic.version_tag is not None:
        where.append(with_version_tag(topic.version_tag))
    return find_free(
        tx, topic.name, where, limit=limit, by_priority=by_priority, now=now, newest_first=create_time == "desc"
    )


def _locked(topic: Topic, task: ExternalTask, loaded: Loaded, worker_id: str, until: datetime) -> LockedTask:
    facts = loaded.snapshot.instance
    process = loaded.deployed.process
    return LockedTask(
        task,
        worker_id,
        until,
        _visible(topic, task, loaded),
        facts.definition_id,
        facts.definition_key,
        process.version_tag,
        facts.business_key,
        facts.tenant_id,
        process.node(task.activity_id).properties,
    )


def _visible(topic: Topic, task: ExternalTask, loaded: Loaded) -> Mapping[str, TypedValue]:
    if topic.variables == ():
        return {}
    node = loaded.snapshot.state.find(task.node_id)
    if node is None:
        return {}
    values = loaded.snapshot.variables
    seen = values.local(node.id) if topic.local_variables else values.visible(node)
    if topic.variables is None:
        return dict(seen)
    return {name: seen[name] for name in topic.variables if name in seen}
