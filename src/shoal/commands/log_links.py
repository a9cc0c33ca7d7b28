"""The log of who had to do with user tasks: what changed, told from what was there before.

Camunda 7: assignee and owner are links too; links that go because their task ends are not logged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from shoal.commands.rows import ChunkRows
from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries.identity_link_log import log_links
from shoal.store.queries.identity_links import Candidates, IdentityLink, candidates_of
from shoal.store.queries.user_tasks import find_tasks

_SINGLE = ("assignee", "owner")
_CANDIDATES = {"candidate_users": "users", "candidate_groups": "groups"}


def log_changed_links(tx: Tx, rows: ChunkRows) -> None:
    """Log the links of the tasks of a chunk; asked before anything of the tasks is written."""
    changed = [(task_id, values) for task_id, values in rows.tasks_changed if not values.keys().isdisjoint(_SINGLE)]
    if changed or rows.links_replaced:
        task_ids = sorted({each[0] for each in (*changed, *rows.links_replaced)})
        # a task that is new in this chunk has no row yet, and said everything as it was made
        before = find_tasks(tx, task_ids)
        candidates = candidates_of(tx, task_ids)
        for task_id, values in changed:
            if (task := before.get(task_id)) is not None:
                for kind in _SINGLE:
                    if kind in values:
                        old, new = getattr(task, kind), values[kind]
                        rows.link_log += _replaced(task.instance_id, task_id, kind, {old} - {None}, {new} - {None})
        for task_id, name in rows.links_replaced:
            if (task := before.get(task_id)) is not None:
                known = set(getattr(candidates.get(task_id, Candidates()), _CANDIDATES[name]))
                wanted = _linked(rows, task_id, name)
                rows.link_log += _replaced(task.instance_id, task_id, name, known, wanted)
    log_links(tx, [(*each, rows.now) for each in rows.link_log])


def log_link(tx: Tx, operation: str, instance_id: str, link: IdentityLink, now: datetime) -> None:
    """Log one link by itself: ``add`` or ``delete``."""
    log_links(tx, [(new_id(), instance_id, link.task_id, operation, link.kind, link.user_id, link.group_id, now)])


def _linked(rows: ChunkRows, task_id: str, name: str) -> set[str]:
    """The candidates that the chunk gives to a task."""
    place = 4 if name == "candidate_users" else 5
    return {row[place] for row in rows.links if row[2] == task_id and row[place] is not None}


def _replaced(
    instance_id: str, task_id: str, name: str, before: Collection[str], after: Collection[str]
) -> Iterator[tuple[Any, ...]]:
    kind = "candidate" if name in _CANDIDATES else name
    for operation, holders in (("delete", set(before) - set(after)), ("add", set(after) - set(before))):
        for each in sorted(holders):
            holder = (None, each) if name == "candidate_groups" else (each, None)
            yield (new_id(), instance_id, task_id, operation, kind, *holder)
