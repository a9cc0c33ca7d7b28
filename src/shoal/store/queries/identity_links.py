"""Who has to do with user tasks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from shoal.store.database import Tx
from shoal.store.tables.waits import identity_link
from shoal.store.within import within

_t = identity_link.c


class IdentityLink(NamedTuple):
    """A user or a group, and its part in a task. Exactly one of ``user_id`` and ``group_id`` is set."""

    task_id: str
    kind: str
    user_id: str | None
    group_id: str | None


class Candidates(NamedTuple):
    """Who may claim a task."""

    users: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


_ROW = tuple(_t[name] for name in IdentityLink._fields)


def links_of_task(tx: Tx, task_id: str) -> list[IdentityLink]:
    """The links of a task, the oldest first."""
    rows = tx.execute(select(*_ROW).where(_t.task_id == task_id).order_by(_t.id))
    return [IdentityLink._make(row) for row in rows]


def candidates_of(tx: Tx, task_ids: Sequence[str]) -> dict[str, Candidates]:
    """The candidates by task; tasks without any are left out."""
    users: dict[str, list[str]] = {}
    groups: dict[str, list[str]] = {}
    rows = tx.execute(select(*_ROW).where(within(_t.task_id, task_ids), _t.kind == "candidate").order_by(_t.id))
    for task_id, _, user_id, group_id in rows:
        (users if user_id is not None else groups).setdefault(task_id, []).append(user_id or group_id)
    return {each: Candidates(tuple(users.get(each, ())), tuple(groups.get(each, ()))) for each in {*users, *groups}}


def insert_link(tx: Tx, link_id: str, instance_id: str, link: IdentityLink) -> None:
    """Insert a link."""
    columns = ("id", "instance_id", *IdentityLink._fields)
    tx.dialect.insert_many(tx.connection, identity_link, columns, [(link_id, instance_id, *link)])


def delete_link(tx: Tx, link: IdentityLink) -> bool:
    """Remove a link; False if it was not there."""
    done = tx.execute(
        identity_link.delete().where(
            _t.task_id == link.task_id,
            _t.kind == link.kind,
            _t.user_id.is_not_distinct_from(link.user_id),
            _t.group_id.is_not_distinct_from(link.group_id),
        )
    )
    return bool(done.rowcount)


def delete_candidates(tx: Tx, replaced: Sequence[tuple[str, str]]) -> None:
    """Remove the candidates of (task, ``candidate_users`` or ``candidate_groups``)."""
    for name, column in (("candidate_users", _t.user_id), ("candidate_groups", _t.group_id)):
        task_ids = [task_id for task_id, which in replaced if which == name]
        if task_ids:
            tx.execute(
                identity_link.delete().where(
                    within(_t.task_id, task_ids), _t.kind == "candidate", column.is_not(None)
                )
            )
