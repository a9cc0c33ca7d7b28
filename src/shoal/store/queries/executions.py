"""Executions: each running instance, each open activity instance in it, and each token that a job will move.

Camunda 7 lets an activity in a scope where nothing else is active use the execution of the scope; here it always
has its own, whose id is that of its activity instance, as tasks and subscriptions say it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, Text, cast, exists, func, null, select, union_all

from shoal.filters.activities import ExecutionFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.incident_conditions import incident_conditions
from shoal.store.queries.instance_filters import conditions
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.variable_conditions import has_local_variable
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job
from shoal.store.tables.waits import event_subscription

_i = process_instance.c
_a = activity_instance.c
_j = job.c
_d = process_definition.c
_e = event_subscription.c


class ExecutionRow(NamedTuple):
    """An execution. ``activity_id`` None: that of the instance itself."""

    id: str
    instance_id: str
    activity_id: str | None
    definition_id: str
    definition_key: str
    tenant_id: str | None
    suspended: bool


def list_executions(
    tx: Tx,
    wanted: ExecutionFilter,
    *,
    sort: str | Sequence[Order] = "id",
    offset: int = 0,
    limit: int,
) -> list[ExecutionRow]:
    """The executions that match. FilterRejectedError: they cannot be sorted so."""
    places = _places(wanted)
    columns: dict[str, ColumnElement[Any]] = {
        "id": places.c.id,
        "instance_id": places.c.instance_id,
        "activity_id": places.c.activity_id,
        "definition_id": _i.definition_id,
        "definition_key": _d.key,
        "tenant_id": _i.tenant_id,
        "suspended": _i.suspended,
    }
    statement = _matching(select(*columns.values()), places, wanted)
    order = ordered_by(columns, sort, last=places.c.id)
    rows = tx.execute(statement.order_by(*order).offset(offset).limit(limit))
    return [ExecutionRow._make(row) for row in rows]


def count_executions(tx: Tx, wanted: ExecutionFilter) -> int:
    """How many match."""
    return int(tx.execute(_matching(select(func.count()), _places(wanted), wanted)).scalar_one())


def _places(wanted: ExecutionFilter) -> Subquery:
    """Ids, instances and activities; each part is narrowed by itself, because databases do not always do that."""
    instances = select(_i.id, _i.id.label("instance_id"), cast(null(), Text).label("activity_id"))
    activities = select(_a.id, _a.instance_id, _a.activity_id).where(_a.ended_at.is_(None))
    tokens = select(_j.id, _j.instance_id, _j.activity_id).where(
        _j.node_id == _j.id, _j.kind.in_(("async-before", "async-after"))
    )
    parts = []
    for statement, own, of in (
        (instances, _i.id, _i.id),
        (activities, _a.id, _a.instance_id),
        (tokens, _j.id, _j.instance_id),
    ):
        narrowed = statement
        if wanted.ids is not None:
            narrowed = narrowed.where(filter_values.id_among(own, wanted.ids))
        if wanted.instances.ids is not None:
            narrowed = narrowed.where(filter_values.id_among(of, wanted.instances.ids))
        parts.append(narrowed)
    return union_all(*parts).subquery("execution")


def _matching(statement: Select[Any], places: Subquery, wanted: ExecutionFilter) -> Select[Any]:
    own = places.c
    found = [*conditions(wanted.instances), _i.state == "active"]
    if wanted.activity_id is not None:
        found.append(filter_values.equals("activity_id", own.activity_id, wanted.activity_id))
    for kind, name in (("message", wanted.message_name), ("signal", wanted.signal_name)):
        if name is not None:
            named = filter_values.equals(f"{kind}_name", _e.name, name)
            found.append(
                exists().where(_e.instance_id == own.instance_id, _e.node_id == own.id, _e.kind == kind, named)
            )
    about_incidents = incident_conditions(wanted)
    if about_incidents:
        here = exists().where(
            incident.c.instance_id == own.instance_id, incident.c.node_id == own.id, incident.c.state == "open"
        )
        found.append(here.where(*about_incidents))
    found += [has_local_variable(each, own.instance_id, own.id) for each in wanted.variables or ()]
    return (
        statement.select_from(places)
        .join(process_instance, _i.id == own.instance_id)
        .join(process_definition, _d.id == _i.definition_id)
        .where(*found)
    )
