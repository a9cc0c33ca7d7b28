"""What must always hold between the rows of all tables, whatever was done and whoever was killed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from shoal.kernel import decode_state
from shoal.kernel.state import Node, Phase, WaitKind
from shoal.store.blobs import BlobStore
from shoal.store.database import Database, Tx
from shoal.store.tables.batches import batch, batch_chunk, batch_element
from shoal.store.tables.decisions import decision_input, decision_instance, decision_output
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.discussions import attachment, task_comment
from shoal.store.tables.history import activity_instance, external_task_log, identity_link_log, job_log
from shoal.store.tables.instances import instance_state, process_instance
from shoal.store.tables.jobs import incident, job
from shoal.store.tables.variables import blob, variable, variable_update
from shoal.store.tables.waits import event_subscription, external_task, identity_link, user_task

_OF_INSTANCES = (
    activity_instance,
    job_log,
    external_task_log,
    identity_link_log,
    instance_state,
    job,
    incident,
    variable,
    variable_update,
    blob,
    event_subscription,
    external_task,
    user_task,
    identity_link,
    task_comment,
    attachment,
)
_WAITS = {
    WaitKind.TASK: (
        "user_task",
        select(user_task.c.instance_id, user_task.c.id).where(
            user_task.c.ended_at.is_(None), user_task.c.instance_id != user_task.c.id
        ),
    ),
    WaitKind.EXTERNAL: ("external_task", select(external_task.c.instance_id, external_task.c.id)),
    WaitKind.JOB: ("job", select(job.c.instance_id, job.c.id).where(job.c.instance_id.is_not(None))),
    WaitKind.SUBSCRIPTION: (
        "event_subscription",
        select(event_subscription.c.instance_id, event_subscription.c.id).where(
            event_subscription.c.instance_id.is_not(None)
        ),
    ),
    WaitKind.CHILD: (
        "process_instance",
        select(process_instance.c.super_id, process_instance.c.id).where(
            process_instance.c.super_id.is_not(None), process_instance.c.state == "active"
        ),
    ),
}


def check_every_row(database: Database, blobs: BlobStore | None = None) -> None:
    """AssertionError lists everything that is wrong in the database, and missing in ``blobs``."""
    with database.read() as tx:
        instances = {row[0]: row[1] for row in tx.execute(select(process_instance.c.id, process_instance.c.state))}
        running = {each for each, state in instances.items() if state == "active"}
        wrong = [
            *_orphans(tx, instances),
            *_states(tx, running),
            *_links(tx),
            *_decisions(tx),
            *_blobs(tx, blobs),
            *_batches(tx),
        ]
    assert not wrong, "\n".join(wrong[:50])


def _orphans(tx: Tx, instances: dict[str, str]) -> Iterable[str]:
    alone = set(tx.execute(select(user_task.c.id).where(user_task.c.instance_id == user_task.c.id)).scalars())
    for table in _OF_INSTANCES:
        column = table.c.instance_id
        for (instance_id,) in tx.execute(select(column).where(column.is_not(None)).distinct()):
            if instance_id not in instances and instance_id not in alone:
                yield f"{table.name}: instance {instance_id} does not exist"
    definitions = set(tx.execute(select(process_definition.c.id)).scalars())
    for instance_id, definition_id in tx.execute(select(process_instance.c.id, process_instance.c.definition_id)):
        if definition_id not in definitions:
            yield f"process_instance {instance_id}: definition {definition_id} does not exist"
    open_incidents = select(incident.c.id, incident.c.instance_id).where(
        incident.c.state == "open", incident.c.instance_id.is_not(None)
    )
    for incident_id, instance_id in tx.execute(open_incidents):
        if instances.get(instance_id) != "active":
            yield f"incident {incident_id}: open, but instance {instance_id} has ended"


def _states(tx: Tx, running: set[str]) -> Iterable[str]:
    states = {
        row[0]: bytes(row[1]) for row in tx.execute(select(instance_state.c.instance_id, instance_state.c.state))
    }
    yield from (f"instance {each}: runs without a state" for each in sorted(running - states.keys()))
    yield from (f"instance {each}: has ended with a state" for each in sorted(states.keys() - running))
    waits: dict[WaitKind, set[tuple[str, str]]] = defaultdict(set)
    open_nodes: set[tuple[str, str]] = set()
    scopes: dict[str, set[str]] = {}
    for instance_id, data in states.items():
        state = decode_state(data)
        for node in (state.root, *state.nodes.values()):
            for wait in node.waits or ():
                waits[wait.kind].add((instance_id, wait.id or instance_id))
        open_nodes |= {(instance_id, node.id) for node in state.nodes.values() if _is_open(node)}
        scopes[instance_id] = {instance_id, *state.nodes}
    for kind, (table, statement) in _WAITS.items():
        yield from _different(f"waits in {table}", waits[kind], {(row[0], row[1]) for row in tx.execute(statement)})
    opened = select(activity_instance.c.instance_id, activity_instance.c.id).where(
        activity_instance.c.ended_at.is_(None)
    )
    yield from _different("open activity instances", open_nodes, {(row[0], row[1]) for row in tx.execute(opened)})
    live = select(variable.c.instance_id, variable.c.scope_id, variable.c.name).where(variable.c.live)
    for instance_id, scope_id, name in tx.execute(live):
        if instance_id in scopes and scope_id not in scopes[instance_id]:
            yield f"variable {name} of {instance_id}: lives in scope {scope_id}, which is gone"


def _is_open(node: Node) -> bool:
    return node.phase in (Phase.ACTIVE, Phase.JOINING)


def _different(what: str, in_states: set[tuple[str, str]], in_rows: set[tuple[str, str]]) -> Iterable[str]:
    for instance_id, row_id in sorted(in_states - in_rows):
        yield f"{what}: {row_id} of instance {instance_id} is in the state only"
    for instance_id, row_id in sorted(in_rows - in_states):
        yield f"{what}: {row_id} of instance {instance_id} is a row only"


def _links(tx: Tx) -> Iterable[str]:
    tasks = set(tx.execute(select(user_task.c.id)).scalars())
    for link_id, task_id in tx.execute(select(identity_link.c.id, identity_link.c.task_id)):
        if task_id not in tasks:
            yield f"identity_link {link_id}: task {task_id} does not exist"
    for table in (task_comment, attachment):
        for row_id, task_id in tx.execute(select(table.c.id, table.c.task_id).where(table.c.task_id.is_not(None))):
            if task_id not in tasks:
                yield f"{table.name} {row_id}: task {task_id} does not exist"


def _decisions(tx: Tx) -> Iterable[str]:
    decisions = set(tx.execute(select(decision_instance.c.id)).scalars())
    for table in (decision_input, decision_output):
        for decision_id in set(tx.execute(select(table.c.decision_id)).scalars()) - decisions:
            yield f"{table.name}: decision {decision_id} does not exist"


def _blobs(tx: Tx, store: BlobStore | None) -> Iterable[str]:
    rows = set(tx.execute(select(blob.c.id)).scalars())
    used: set[Any] = set()
    for table in (variable, variable_update, attachment, decision_input, decision_output):
        used |= set(tx.execute(select(table.c.blob_id).where(table.c.blob_id.is_not(None))).scalars())
    yield from (f"blob {each}: is used, but not registered" for each in sorted(used - rows))
    yield from (f"blob {each}: is registered, but not used" for each in sorted(rows - used))
    if store is not None:
        yield from (f"blob {each}: has no file" for each in sorted(rows - set(store.ids())))


def _batches(tx: Tx) -> Iterable[str]:
    elements: dict[tuple[str, str], int] = {
        (row[0], row[1]): row[2]
        for row in tx.execute(
            select(batch_element.c.chunk_id, batch_element.c.state, func.count()).group_by(
                batch_element.c.chunk_id, batch_element.c.state
            )
        )
    }
    sizes: dict[str, int] = defaultdict(int)
    c = batch_chunk.c
    for row in tx.execute(select(c.id, c.batch_id, c.state, c.size, c.skipped_count, c.failed_count)):
        chunk_id, batch_id, state, size, skipped, failed = row
        sizes[batch_id] += size
        if state == "done":
            for kind, count in (("skipped", skipped), ("failed", failed)):
                if elements.get((chunk_id, kind), 0) != count:
                    found = elements.get((chunk_id, kind), 0)
                    yield f"batch_chunk {chunk_id}: counts {count} {kind}, has {found} rows"
    for batch_id, total in tx.execute(
        select(batch.c.id, batch.c.total_count).where(batch.c.seeded_at.is_not(None))
    ):
        if sizes[batch_id] != total:
            yield f"batch {batch_id}: {total} elements, but {sizes[batch_id]} in its chunks"
