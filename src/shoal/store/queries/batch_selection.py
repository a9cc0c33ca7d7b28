"""The elements of a selection: what filters find, united with the ids that were named.

Counted by deployment with one statement, and walked by key, deployment by deployment.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, Table, Text, cast, func, null, select, union

from shoal.store.database import Tx
from shoal.store.fetch_ids import fetch_ids, select_raw
from shoal.store.queries.batch_filters import batch_conditions
from shoal.store.queries.decision_filters import decision_conditions
from shoal.store.queries.definition_filters import matching_definitions
from shoal.store.queries.external_task_filters import matching_external_tasks
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.job_filters import matching_jobs
from shoal.store.queries.visibility import visible
from shoal.store.tables.batches import batch, batch_requested_id
from shoal.store.tables.decisions import decision_definition, decision_instance
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.store.tables.waits import external_task
from shoal.store.within import within

TargetKind = Literal["instances", "jobs", "external-tasks", "decisions", "batches", "definitions"]
"""What the elements are."""

Deployment = str | None
EVERYWHERE: Literal["everywhere"] = "everywhere"
"""Instead of a deployment: of any, and of none."""

_requested = batch_requested_id.c
_Columns = Sequence[ColumnElement[Any]]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the elements of one kind are found."""

    id: ColumnElement[Any]
    matching: Callable[[_Columns, Any, datetime], Select[Any]]
    """The columns of the elements that fit a filter."""
    existing: Callable[[Select[Any]], Select[Any]]
    """Joins what is there with a statement over the ids."""
    group: ColumnElement[Any]
    """Tells the deployment: a definition, or the deployment itself."""
    definitions: Table | None = None
    """Where ``group`` is a definition of."""

    def inside(self, deployment_id: Deployment) -> ColumnElement[bool]:
        """The condition that an element belongs to the deployment."""
        if self.definitions is None:
            return self.group.is_not_distinct_from(deployment_id)
        ids = select(self.definitions.c.id)
        if deployment_id is None:
            return self.group.not_in(ids)
        return self.group.in_(ids.where(self.definitions.c.deployment_id == deployment_id))


def _of_instance(statement: Select[Any], table: Table, on: ColumnElement[bool]) -> Select[Any]:
    joined = statement.join(table, on)
    return joined.join(process_instance, process_instance.c.id == table.c.instance_id).where(visible())


_KINDS: Mapping[TargetKind, _Kind] = {
    "instances": _Kind(
        process_instance.c.id,
        lambda columns, wanted, _now: select(*columns).select_from(process_instance).where(*conditions(wanted)),
        lambda statement: statement.join(process_instance, process_instance.c.id == _requested.target_id).where(
            visible()
        ),
        process_instance.c.definition_id,
        process_definition,
    ),
    "jobs": _Kind(
        job.c.id,
        lambda columns, wanted, _now: matching_jobs(columns, wanted),
        lambda statement: statement.join(job, job.c.id == _requested.target_id),
        job.c.deployment_id,
    ),
    "external-tasks": _Kind(
        external_task.c.id,
        matching_external_tasks,
        lambda statement: _of_instance(statement, external_task, external_task.c.id == _requested.target_id),
        process_instance.c.definition_id,
        process_definition,
    ),
    "decisions": _Kind(
        decision_instance.c.id,
        lambda columns, wanted, _now: (
            select(*columns).select_from(decision_instance).where(*decision_conditions(wanted))
        ),
        lambda statement: statement.join(decision_instance, decision_instance.c.id == _requested.target_id),
        decision_instance.c.definition_id,
        decision_definition,
    ),
    "batches": _Kind(
        batch.c.id,
        lambda columns, wanted, _now: select(*columns).select_from(batch).where(*batch_conditions(wanted)),
        lambda statement: statement.join(batch, batch.c.id == _requested.target_id),
        cast(null(), Text),
    ),
    "definitions": _Kind(
        process_definition.c.id,
        lambda columns, wanted, _now: matching_definitions(columns, wanted),
        lambda statement: statement.join(process_definition, process_definition.c.id == _requested.target_id).where(
            process_definition.c.deleted_at.is_(None)
        ),
        process_definition.c.deployment_id,
    ),
}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many elements a selection has."""

    by_deployment: Mapping[Deployment, int]
    """Those that exist."""
    unknown: int
    """Named ids that name nothing."""

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_deployment.values()) + self.unknown


def count_selection(
    tx: Tx, kind: TargetKind, filters: Sequence[Any], now: datetime, *, batch_id: str, named: int
) -> Counted:
    """Count the elements, each once: those that filters find, none younger than the batch, and the named ones."""
    of = _KINDS[kind]
    parts = [of.matching((of.id, of.group), each, now).where(of.id < batch_id) for each in filters]
    existing = 0
    if named:
        there = of.existing(select(of.id, of.group).select_from(batch_requested_id))
        there = there.where(_requested.batch_id == batch_id)
        existing = int(tx.execute(select(func.count()).select_from(there.subquery())).scalar_one())
        parts.append(there)
    if not parts:
        return Counted({}, 0)
    found = parts[0].subquery() if len(parts) == 1 else union(*parts).subquery()
    group = found.c[1]
    counts: dict[Deployment, int] = {}
    rows = [(row[0], int(row[1])) for row in tx.execute(select(group, func.count()).group_by(group))]
    deployments = _deployments(tx, of, [row[0] for row in rows])
    for value, count in rows:
        deployment_id = deployments.get(value) if of.definitions is not None else value
        counts[deployment_id] = counts.get(deployment_id, 0) + count
    ordered = sorted(counts, key=lambda each: (each is None, each or ""))
    return Counted({each: counts[each] for each in ordered}, named - existing)


def page_matching(
    tx: Tx,
    kind: TargetKind,
    filters: Sequence[Any],
    now: datetime,
    *,
    after_id: str | None,
    limit: int,
    up_to_id: str,
    deployment_id: Deployment | Literal["everywhere"] = EVERYWHERE,
) -> list[str]:
    """The next elements that any of the filters finds, by id, each once; older than ``up_to_id``."""
    of = _KINDS[kind]
    pages: list[list[str]] = []
    for each in filters:
        statement = of.matching((of.id,), each, now).with_only_columns(*select_raw(of.id).selected_columns)
        statement = statement.where(of.id < up_to_id)
        if after_id is not None:
            statement = statement.where(of.id > after_id)
        if deployment_id != EVERYWHERE:
            statement = statement.where(of.inside(deployment_id))
        pages.append(fetch_ids(tx, statement.order_by(of.id).limit(limit)))
    return merged(pages, limit)


def page_named(
    tx: Tx,
    kind: TargetKind,
    batch_id: str,
    *,
    after_id: str | None,
    limit: int,
    deployment_id: Deployment | Literal["everywhere"] = EVERYWHERE,
) -> list[str]:
    """The next named ids; everywhere: whether they exist or not, else those that exist in the deployment."""
    statement = select(_requested.target_id).select_from(batch_requested_id)
    if deployment_id != EVERYWHERE:
        of = _KINDS[kind]
        statement = of.existing(statement).where(of.inside(deployment_id))
    statement = statement.where(_requested.batch_id == batch_id)
    if after_id is not None:
        statement = statement.where(_requested.target_id > after_id)
    return list(tx.execute(statement.order_by(_requested.target_id).limit(limit)).scalars())


def existing_among(tx: Tx, kind: TargetKind, ids: Sequence[str]) -> set[str]:
    """Those of the ids that name something."""
    of = _KINDS[kind]
    given = select(of.id).where(within(of.id, ids))
    if kind == "instances":
        given = given.where(visible())
    elif kind == "external-tasks":
        given = given.join(process_instance, process_instance.c.id == external_task.c.instance_id).where(visible())
    elif kind == "definitions":
        given = given.where(process_definition.c.deleted_at.is_(None))
    return set(tx.execute(given).scalars())


def merged(pages: Iterable[Sequence[str]], limit: int) -> list[str]:
    """The first of several sorted pages together, each id once."""
    given = [each for each in pages if each]
    if len(given) == 1:
        return list(given[0][:limit])
    found: list[str] = []
    for each in heapq.merge(*given):
        if not found or found[-1] != each:
            if len(found) == limit:
                break
            found.append(each)
    return found


def _deployments(tx: Tx, of: _Kind, definition_ids: Sequence[str]) -> dict[str, str]:
    if of.definitions is None:
        return {}
    c = of.definitions.c
    rows = tx.execute(select(c.id, c.deployment_id).where(within(c.id, [each for each in definition_ids if each])))
    return {row[0]: row[1] for row in rows}
