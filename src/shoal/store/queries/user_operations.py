"""The log of what users did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, func, select, update

from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.batches import batch
from shoal.store.tables.definitions import deployment, process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import incident, job
from shoal.store.tables.people import user_operation
from shoal.store.tables.waits import external_task, user_task

_t = user_operation.c


class Operation(NamedTuple):
    """One row: one property of an operation, or the operation itself."""

    id: str
    operation_id: str
    at: datetime
    user_id: str | None
    tenant_id: str | None
    operation_type: str
    entity_type: str
    category: str
    property: str | None
    org_value: str | None
    new_value: str | None
    deployment_id: str | None
    definition_id: str | None
    definition_key: str | None
    instance_id: str | None
    root_id: str | None
    node_id: str | None
    task_id: str | None
    external_task_id: str | None
    job_id: str | None
    job_definition_id: str | None
    batch_id: str | None
    annotation: str | None


_ROW = tuple(_t[name] for name in Operation._fields)
COLUMNS = frozenset(Operation._fields)

_ID_COLUMNS = (
    "operation_id",
    "deployment_id",
    "definition_id",
    "instance_id",
    "root_id",
    "node_id",
    "task_id",
    "external_task_id",
    "job_id",
    "batch_id",
)


def insert_operations(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows; what they do not say is null."""
    values = [tuple(row.get(name) for name in Operation._fields) for row in rows]
    tx.dialect.insert_many(tx.connection, user_operation, Operation._fields, values)


def operation_conditions(wanted: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Columns with the value that they must have, or one of a list of values. ``after``, ``before``: instants."""
    found: list[ColumnElement[bool]] = []
    for name, value in wanted.items():
        if value is None:
            continue
        if name == "after":
            found.append(_t.at >= value)
        elif name == "before":
            found.append(_t.at <= value)
        elif name in _ID_COLUMNS:
            found.append(filter_values.id_is(_t[name], value))
        elif isinstance(value, str):
            found.append(filter_values.equals(name, _t[name], value))
        else:
            found.append(filter_values.one_of(name, _t[name], value))
    return found


def list_operations(
    tx: Tx,
    wanted: Sequence[ColumnElement[bool]],
    *,
    sort: str | Sequence[Order],
    descending: bool,
    offset: int,
    limit: int,
) -> list[Operation]:
    """The rows that meet all conditions, by time."""
    order = ordered_by({"at": _t.at}, sort, descending=descending, last=_t.id)
    statement = select(*_ROW).where(*wanted).order_by(*order).offset(offset).limit(limit)
    return [Operation._make(row) for row in tx.execute(statement)]


def count_operations(tx: Tx, wanted: Sequence[ColumnElement[bool]]) -> int:
    """How many rows meet all conditions."""
    return int(tx.execute(select(func.count()).select_from(user_operation).where(*wanted)).scalar_one())


def annotate_operation(tx: Tx, operation_id: str, annotation: str | None) -> bool:
    """Give all rows of an operation a remark, or none; False if there is no such operation."""
    statement = update(user_operation).where(_t.operation_id == operation_id).values(annotation=annotation)
    return bool(tx.execute(statement).rowcount)


_OF_INSTANCES: Mapping[str, Table] = MappingProxyType(
    {"task_id": user_task, "external_task_id": external_task, "job_id": job, "incident_id": incident}
)


def place_of(tx: Tx, name: str, entity_id: str) -> dict[str, Any]:
    """Where something is that an operation names: its instance, root, definition, deployment and tenant.

    ``name`` is the column that names it. Nothing if it does not exist.
    """
    i, d = process_instance.c, process_definition.c
    instance = (
        i.id.label("instance_id"),
        i.root_id,
        i.tenant_id,
        d.id.label("definition_id"),
        d.key.label("definition_key"),
        d.deployment_id,
    )
    if name == "definition_id":
        statement = select(
            d.id.label("definition_id"), d.key.label("definition_key"), d.deployment_id, d.tenant_id
        ).where(d.id == entity_id)
    elif name == "deployment_id":
        statement = select(deployment.c.id.label("deployment_id"), deployment.c.tenant_id).where(
            deployment.c.id == entity_id
        )
    elif name == "batch_id":
        statement = select(batch.c.id.label("batch_id"), batch.c.tenant_id).where(batch.c.id == entity_id)
    elif name == "instance_id":
        statement = select(*instance).join(process_definition, d.id == i.definition_id).where(i.id == entity_id)
    elif name in _OF_INSTANCES:
        table = _OF_INSTANCES[name]
        statement = (
            select(*instance)
            .join(table, table.c.instance_id == i.id)
            .join(process_definition, d.id == i.definition_id)
            .where(table.c.id == entity_id)
        )
    else:
        return {}
    row = tx.execute(statement).mappings().first()
    return {} if row is None else dict(row)
