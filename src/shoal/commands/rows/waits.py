"""Rows of jobs, subscriptions and external tasks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shoal.commands.advance import Moved
from shoal.commands.event_payload import write_payload
from shoal.commands.rows.texts import storable
from shoal.ids import new_id
from shoal.kernel import InstanceFacts
from shoal.kernel.effects import Effects

if TYPE_CHECKING:
    from shoal.commands.rows.chunk import ChunkRows


def add_waits(rows: ChunkRows, moved: Moved, effects: Effects) -> None:
    now = rows.now
    facts = moved.loaded.snapshot.instance
    instance_id = facts.id
    if effects.jobs:
        deployment_id = moved.loaded.deployed.deployment_id
        for job in effects.jobs.values():
            rows.jobs.append(
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
            if rows.level.keeps_everything:
                rows.job_log.append(
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
                        job.node_id,
                    )
                )
    rows.jobs_changed += effects.jobs_changed.items()
    rows.jobs_deleted += effects.jobs_deleted
    for wait in effects.subscriptions.values():
        rows.subscriptions.append(
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
    rows.subscriptions_changed += effects.subscriptions_changed.items()
    rows.subscriptions_deleted += effects.subscriptions_deleted
    for work in effects.external_tasks.values():
        rows.external_tasks.append(
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
        if rows.level.keeps_everything:
            rows.external_task_log.append(
                (
                    new_id(),
                    work.id,
                    "created",
                    instance_id,
                    work.node_id,
                    work.activity_id,
                    facts.definition_id,
                    storable(work.topic),
                    work.priority,
                    now,
                )
            )
    rows.external_tasks_changed += effects.external_tasks_changed.items()
    rows.external_tasks_deleted += effects.external_tasks_deleted
    if effects.thrown:
        _add_thrown(rows, effects, facts)


def _add_thrown(rows: ChunkRows, effects: Effects, thrower: InstanceFacts) -> None:
    """Jobs that belong to no instance: the one that threw the event may have ended when it is delivered."""
    for event in effects.thrown:
        name = storable(event.name)
        if event.kind not in ("message", "signal") or name is None:
            continue
        rows.jobs.append(
            (
                new_id(),
                f"deliver-{event.kind}",
                0,
                None,
                None,
                thrower.definition_id,
                None,
                event.element_id,
                None,
                0,
                rows.retries,
                False,
                False,
                None,
                write_payload(event, name, thrower),
                rows.now,
            )
        )
