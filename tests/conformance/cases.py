"""What the conformance suite has to know of each operation: how targets are made, and what shows its effect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from tests.batch_scene import ORDER, Scene

from shoal.batch.control import cancel_batch, delete_batch
from shoal.batch.operations.migrate_instances import MigrateParams
from shoal.clock import now
from shoal.commands.cancel_instances import cancel_instances
from shoal.commands.delete_decisions import delete_decisions
from shoal.commands.deploy import deploy
from shoal.commands.migration_plans import generate_migration
from shoal.commands.prepared import Prepared
from shoal.commands.purge import purge_rows
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.ids import new_id
from shoal.store.queries.definitions import find_by_key
from shoal.store.tables.batches import batch
from shoal.store.tables.decisions import decision_instance, decision_output
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import variable, variable_update
from shoal.store.tables.waits import external_task
from shoal.store.within import within

_header = process_instance.c

Effects = dict[str, int]
"""How often the operation had its effect on each element: 0 untouched, 1 done, more: wrong."""


def start_orders(scene: Scene, count: int) -> tuple[dict[str, Any], list[str]]:
    """Instances of the order process."""
    key, ids = scene.start(count, amount=1)
    return {"business_key": key}, ids


def purge_instance(scene: Scene, instance_id: str) -> None:
    """Remove an instance."""
    with scene.ctx.database.write() as tx:
        purge_rows(scene.ctx, tx, [instance_id])


@dataclass(frozen=True, slots=True)
class Case:
    """One operation."""

    operation: str
    count: Callable[[Scene, Sequence[str]], Effects]
    params: dict[str, Any] | Callable[[Scene], dict[str, Any]] = field(default_factory=dict)
    targets: Callable[[Scene, int], tuple[dict[str, Any], list[str]]] = start_orders
    """Makes elements: a filter that finds them, and their ids in order."""
    vanish: Callable[[Scene, str], None] = purge_instance
    """Removes an element for good."""
    arrange: Callable[[Scene, Sequence[str]], None] | None = None
    spoil: Callable[[Scene, Sequence[str]], str] | None = None
    """Makes the elements such that the operation skips them; the reason."""
    running: bool = True
    """Its targets are running instances."""
    again_is_skipped: bool = True
    """A second run finds nothing to do; otherwise it does the same once more."""
    again_fails: bool = False
    """A second run fails, because the elements are not any more what it wants."""
    counts_times: bool = True
    """The effect can be seen to have happened twice."""

    def given(self, scene: Scene) -> dict[str, Any]:
        """The parameters."""
        return self.params(scene) if callable(self.params) else self.params


def suspend(scene: Scene, ids: Sequence[str]) -> None:
    """Suspend instances."""
    with scene.ctx.database.write() as tx:
        suspend_instances(tx, ids)


def cancel(scene: Scene, ids: Sequence[str]) -> None:
    """Cancel instances."""
    with scene.ctx.database.write() as tx:
        cancel_instances(scene.ctx, tx, ids, Prepared(), now())


def _cancelled(scene: Scene, ids: Sequence[str]) -> str:
    cancel(scene, ids)
    return "not-running"


def _suspended(reason: str) -> Callable[[Scene, Sequence[str]], str]:
    def spoil(scene: Scene, ids: Sequence[str]) -> str:
        suspend(scene, ids)
        return reason

    return spoil


def _by_header(condition: Any) -> Callable[[Scene, Sequence[str]], Effects]:
    def count(scene: Scene, ids: Sequence[str]) -> Effects:
        t = _header
        rows = scene.rows(select(t.id).where(within(t.id, list(ids)), condition))
        found = {row[0] for row in rows}
        return {each: int(each in found) for each in ids}

    return count


def _revisions(base: int, suspended: bool) -> Callable[[Scene, Sequence[str]], Effects]:
    def count(scene: Scene, ids: Sequence[str]) -> Effects:
        t = _header
        rows = scene.rows(select(t.id, t.suspended, t.revision).where(within(t.id, list(ids))))
        found = {row[0]: row for row in rows}
        # a second suspension would have changed the revision again
        return {each: found[each][2] - base if found[each][1] is suspended else 0 for each in ids}

    return count


def _gone(scene: Scene, ids: Sequence[str]) -> Effects:
    left: set[str] = set()
    for table in (activity_instance, variable, variable_update):
        rows = scene.rows(select(table.c.instance_id).where(within(table.c.instance_id, list(ids))))
        left |= {row[0] for row in rows}
    heads = {
        row[0] for row in scene.rows(select(process_instance.c.id).where(within(process_instance.c.id, list(ids))))
    }
    assert left == heads, "instances are deleted with everything of theirs, or not at all"
    return {each: int(each not in heads) for each in ids}


def _variables(scene: Scene, ids: Sequence[str]) -> Effects:
    u, v = variable_update.c, variable.c
    updates = Counter(
        row[0]
        for row in scene.rows(select(u.instance_id).where(within(u.instance_id, list(ids)), u.name == "added"))
    )
    values = dict(
        tuple(row)
        for row in scene.rows(
            select(v.instance_id, v.long_value).where(within(v.instance_id, list(ids)), v.name == "added")
        )
    )
    assert {each for each, times in updates.items() if times} == set(values)
    assert set(values.values()) <= {7}
    return {each: updates[each] for each in ids}


def _shipped(scene: Scene, ids: Sequence[str]) -> Effects:
    a = activity_instance.c
    rows = scene.rows(
        select(a.instance_id, func.count())
        .where(within(a.instance_id, list(ids)), a.activity_id == "ship")
        .group_by(a.instance_id)
    )
    found = {row[0]: row[1] for row in rows}
    return {each: found.get(each, 0) for each in ids}


def _retries(scene: Scene, ids: Sequence[str]) -> Effects:
    rows = scene.rows(select(job.c.instance_id).where(within(job.c.instance_id, list(ids)), job.c.retries == 8))
    found = {row[0] for row in rows}
    return {each: int(each in found) for each in ids}


OTHER = ORDER.replace(b'<process id="order"', b'<process id="other"')


def _definition(scene: Scene, key: str) -> str:
    if key == "other":
        deploy(scene.ctx, {"other.bpmn": OTHER}, filter_duplicates=True)
    with scene.ctx.database.read() as tx:
        found = find_by_key(tx, key, version=None, tenant_id=None)
    assert found is not None
    return found.id


def _migration(scene: Scene) -> dict[str, Any]:
    plan = generate_migration(scene.ctx, _definition(scene, "order"), _definition(scene, "other"))
    return MigrateParams.of(plan).model_dump(mode="json", exclude_unset=True)


def _migrated(scene: Scene, ids: Sequence[str]) -> Effects:
    return _by_header(_header.definition_id == _definition(scene, "other"))(scene, ids)


def _modification(scene: Scene) -> dict[str, Any]:
    start = {"type": "start-before", "activity_id": "ship", "variables": {"by": "hand"}}
    return {"definition_id": _definition(scene, "order"), "instructions": [start]}


def _restart(scene: Scene) -> dict[str, Any]:
    start = {"type": "start-before", "activity_id": "ship"}
    return {"definition_id": _definition(scene, "order"), "instructions": [start]}


def _restarted(scene: Scene, ids: Sequence[str]) -> Effects:
    rows = scene.rows(select(_header.restarted_from_id).where(within(_header.restarted_from_id, list(ids))))
    found = Counter(row[0] for row in rows)
    return {each: found[each] for each in ids}


PACKING = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
    id="d" targetNamespace="tests">
  <process id="packing" isExecutable="true" camunda:historyTimeToLive="P30D">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="pack"/>
    <serviceTask id="pack" camunda:type="external" camunda:topic="pack"/>
    <sequenceFlow id="f2" sourceRef="pack" targetRef="end"/>
    <endEvent id="end"/>
  </process>
</definitions>"""


def _tasks(scene: Scene, count: int) -> tuple[dict[str, Any], list[str]]:
    deploy(scene.ctx, {"packing.bpmn": PACKING}, filter_duplicates=True)
    ids = start_instances(scene.ctx, key="packing", count=count)
    rows = scene.rows(select(external_task.c.id).where(within(external_task.c.instance_id, ids)))
    return {"instance": {"ids": ids}}, sorted(row[0] for row in rows)


def _task_gone(scene: Scene, task_id: str) -> None:
    (row,) = scene.rows(select(external_task.c.instance_id).where(external_task.c.id == task_id))
    purge_instance(scene, row[0])


def _task_retries(scene: Scene, ids: Sequence[str]) -> Effects:
    t = external_task.c
    found = {row[0] for row in scene.rows(select(t.id).where(within(t.id, list(ids)), t.retries == 8))}
    return {each: int(each in found) for each in ids}


FAR = datetime(2100, 1, 1, tzinfo=UTC)
_FAR = {"mode": "absolute", "absolute_removal_time": FAR.isoformat()}


def _far(table: Any) -> Callable[[Scene, Sequence[str]], Effects]:
    def count(scene: Scene, ids: Sequence[str]) -> Effects:
        c = table.c
        found = {row[0] for row in scene.rows(select(c.id).where(within(c.id, list(ids)), c.removal_time == FAR))}
        return {each: int(each in found) for each in ids}

    return count


def _decisions(scene: Scene, count: int) -> tuple[dict[str, Any], list[str]]:
    user, definition = new_id(), new_id()
    ids = [new_id() for _ in range(count)]
    moment = now()
    with scene.ctx.database.write() as tx:
        for each in ids:
            tx.execute(
                decision_instance.insert().values(
                    id=each,
                    definition_id=definition,
                    definition_key="dish",
                    user_id=user,
                    evaluated_at=moment,
                )
            )
            tx.execute(
                decision_output.insert().values(id=new_id(), decision_id=each, variable_name="dish", type="Null")
            )
    return {"user_id": user}, ids


def _erase_decision(scene: Scene, decision_id: str) -> None:
    with scene.ctx.database.write() as tx:
        delete_decisions(scene.ctx, tx, [decision_id])


def _decisions_gone(scene: Scene, ids: Sequence[str]) -> Effects:
    c, o = decision_instance.c, decision_output.c
    heads = {row[0] for row in scene.rows(select(c.id).where(within(c.id, list(ids))))}
    values = {row[0] for row in scene.rows(select(o.decision_id).where(within(o.decision_id, list(ids))))}
    assert heads == values, "decisions are deleted with everything of theirs, or not at all"
    return {each: int(each not in heads) for each in ids}


def _batches(scene: Scene, count: int) -> tuple[dict[str, Any], list[str]]:
    key = new_id()
    made = [scene.create("cancel-instances", ids=[new_id()], created_by=key) for _ in range(count)]
    for each in made:
        cancel_batch(scene.ctx, each.id)
    return {"created_by": key}, [each.id for each in made]


CASES = [
    Case("migrate-instances", _migrated, params=_migration, spoil=_cancelled, counts_times=False, again_fails=True),
    Case("modify-instances", _shipped, params=_modification, spoil=_cancelled, again_is_skipped=False),
    Case(
        "restart-instances",
        _restarted,
        params=_restart,
        arrange=cancel,
        running=False,
        again_is_skipped=False,
    ),
    Case(
        "set-external-task-retries",
        _task_retries,
        params={"retries": 8},
        targets=_tasks,
        vanish=_task_gone,
        again_is_skipped=False,
        counts_times=False,
    ),
    Case("suspend-instances", _revisions(1, True), spoil=_suspended("already-suspended")),
    Case("resume-instances", _revisions(2, False), arrange=suspend, spoil=_cancelled),
    Case(
        "cancel-instances",
        _by_header(process_instance.c.state == "cancelled"),
        params={"reason": "test"},
        spoil=_cancelled,
        counts_times=False,
    ),
    Case(
        "set-variables",
        _variables,
        params={"variables": {"added": 7, "text": {"type": "String", "value": "x"}}},
        spoil=_cancelled,
        again_is_skipped=False,
    ),
    Case(
        "correlate-message",
        _shipped,
        params={"message_name": "paid", "variables": {"paid": True}},
        spoil=_suspended("suspended"),
    ),
    Case(
        "set-job-retries",
        _retries,
        params={"retries": 8},
        spoil=_cancelled,
        again_is_skipped=False,
        counts_times=False,
    ),
    Case("delete-history", _gone, arrange=cancel, running=False, counts_times=False),
    Case(
        "delete-decision-history",
        _decisions_gone,
        targets=_decisions,
        vanish=_erase_decision,
        counts_times=False,
    ),
    Case(
        "set-removal-time-of-instances",
        _by_header(_header.removal_time == FAR),
        params=_FAR,
        again_is_skipped=False,
        counts_times=False,
    ),
    Case(
        "set-removal-time-of-decisions",
        _far(decision_instance),
        params=_FAR,
        targets=_decisions,
        vanish=_erase_decision,
        again_is_skipped=False,
        counts_times=False,
    ),
    Case(
        "set-removal-time-of-batches",
        _far(batch),
        params=_FAR,
        targets=_batches,
        vanish=lambda scene, batch_id: delete_batch(scene.ctx, batch_id),
        again_is_skipped=False,
        counts_times=False,
    ),
]
