"""The one translation of an ``InstanceFilter``: it lists, counts, and walks by key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true

from shoal.filters import InstanceFilter, InstanceState
from shoal.store.database import Tx
from shoal.store.fetch_ids import fetch_ids, select_raw
from shoal.store.queries import filter_values
from shoal.store.queries.instance_dependents import dependents
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.queries.visibility import visible
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance

_t = process_instance.c
_d = process_definition.c


class InstanceRow(NamedTuple):
    """An instance as lists show it."""

    id: str
    definition_id: str
    definition_key: str
    definition_name: str | None
    definition_version: int
    business_key: str | None
    state: str
    suspended: bool
    tenant_id: str | None
    root_id: str
    super_id: str | None
    start_activity_id: str | None
    end_activity_id: str | None
    started_at: datetime
    ended_at: datetime | None
    started_by: str | None
    end_reason: str | None
    restarted_from_id: str | None
    removal_time: datetime | None
    revision: int


_DEFINITION = {"definition_key": _d.key, "definition_name": _d.name, "definition_version": _d.version}
_ROW = tuple(_DEFINITION[name] if name in _DEFINITION else _t[name] for name in InstanceRow._fields)
_SORTS = {**dict(zip(InstanceRow._fields, _ROW, strict=True)), "duration": _t.ended_at - _t.started_at}


def conditions(filter: InstanceFilter) -> list[ColumnElement[bool]]:  # noqa: A002
    """What the filter says, as conditions on ``process_instance``. FilterRejectedError names a bad value."""
    return [visible(), *_each(filter, together=True), *(_any(each) for each in filter.any_of or ())]


def _each(wanted: InstanceFilter, *, together: bool) -> list[ColumnElement[bool]]:
    """One condition for every field that is said, but ``any_of``; those on incidents in one if ``together``."""
    return [
        *_header(wanted),
        *_family(wanted),
        *_definition(wanted),
        *_times(wanted),
        *dependents(wanted, together=together),
    ]


def _any(wanted: InstanceFilter) -> ColumnElement[bool]:
    alternatives = [*_each(wanted, together=False), *(_any(each) for each in wanted.any_of or ())]
    return or_(*alternatives) if alternatives else true()


def every_instance() -> list[ColumnElement[bool]]:
    """No condition but that the instance is visible."""
    return [visible()]


def select_instance_ids(
    tx: Tx,
    filter: InstanceFilter,  # noqa: A002
    *,
    after_id: str | None = None,
    limit: int,
    deployment_id: str | None = None,
    up_to_id: str | None = None,
) -> list[str]:
    """A page of the ids that match, in their order: those after ``after_id`` and up to ``up_to_id``."""
    statement = select_raw(_t.id).where(*conditions(filter))
    if after_id is not None:
        statement = statement.where(_t.id > after_id)
    if up_to_id is not None:
        statement = statement.where(_t.id <= up_to_id)
    if deployment_id is not None:
        statement = statement.where(_t.definition_id.in_(select(_d.id).where(_d.deployment_id == deployment_id)))
    return fetch_ids(tx, statement.order_by(_t.id).limit(limit))


def count_instances(tx: Tx, filter: InstanceFilter, *, up_to_id: str | None = None) -> int:  # noqa: A002
    """How many match."""
    statement = select(func.count()).select_from(process_instance).where(*conditions(filter))
    if up_to_id is not None:
        statement = statement.where(_t.id <= up_to_id)
    count: int = tx.execute(statement).scalar_one()
    return count


def list_deployments_of_instances(
    tx: Tx,
    filter: InstanceFilter,  # noqa: A002
    *,
    up_to_id: str | None = None,
) -> list[str]:
    """The deployments that the matching instances come from, in the order of their ids."""
    matching = select(_t.definition_id).where(*conditions(filter))
    if up_to_id is not None:
        matching = matching.where(_t.id <= up_to_id)
    statement = select(_d.deployment_id).where(_d.id.in_(matching)).distinct().order_by(_d.deployment_id)
    return list(tx.execute(statement).scalars())


def list_instances(
    tx: Tx,
    filter: InstanceFilter,  # noqa: A002
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> list[InstanceRow]:
    """The instances that match. FilterRejectedError: ``sort`` is no field of ``InstanceRow``, nor ``duration``."""
    order = ordered_by(_SORTS, sort, descending=descending, last=_t.id)
    statement = select(*_ROW).join(process_definition, _d.id == _t.definition_id).where(*conditions(filter))
    statement = statement.order_by(*order).offset(offset)
    if limit is not None:
        statement = statement.limit(limit)
    return [InstanceRow._make(row) for row in tx.execute(statement)]


def _header(wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.ids_not_in is not None:
        found.append(~filter_values.id_among(_t.id, wanted.ids_not_in))
    if wanted.started_by is not None:
        found.append(filter_values.equals("started_by", _t.started_by, wanted.started_by))
    if wanted.business_key is not None:
        found.append(filter_values.equals("business_key", _t.business_key, wanted.business_key))
    if wanted.business_key_in is not None:
        found.append(filter_values.one_of("business_key_in", _t.business_key, wanted.business_key_in))
    if wanted.business_key_like is not None:
        found.append(filter_values.like("business_key_like", _t.business_key, wanted.business_key_like))
    if wanted.state is not None:
        found.append(_state(wanted.state))
    if wanted.state_in is not None:
        found.append(or_(*(_state(each) for each in wanted.state_in)) if wanted.state_in else _t.id.is_(None))
    if wanted.running is not None:
        found.append(_t.state == "active" if wanted.running else _t.state != "active")
    if wanted.tenant_id_in is not None:
        found.append(filter_values.one_of("tenant_id_in", _t.tenant_id, wanted.tenant_id_in))
    if wanted.without_tenant is not None:
        found.append(_t.tenant_id.is_(None) if wanted.without_tenant else _t.tenant_id.is_not(None))
    return found


def _family(wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.super_instance_id is not None:
        found.append(filter_values.id_is(_t.super_id, wanted.super_instance_id))
    if wanted.sub_instance_id is not None:
        called = process_instance.alias()
        found.append(
            _t.id.in_(select(called.c.super_id).where(filter_values.id_is(called.c.id, wanted.sub_instance_id)))
        )
    if wanted.root_instance_id is not None:
        found.append(filter_values.id_is(_t.root_id, wanted.root_instance_id))
    if wanted.root_only is not None:
        found.append(_t.super_id.is_(None) if wanted.root_only else _t.super_id.is_not(None))
    if wanted.leaf_only is not None:
        called = process_instance.alias()
        calls = exists().where(called.c.super_id == _t.id, called.c.state == "active")
        found.append(~calls if wanted.leaf_only else calls)
    return found


def _state(state: InstanceState) -> ColumnElement[bool]:
    match state:
        case InstanceState.ACTIVE:
            return and_(_t.state == "active", _t.suspended.is_(False))
        case InstanceState.SUSPENDED:
            return and_(_t.state == "active", _t.suspended.is_(True))
        case _:
            return _t.state == state.value


def _definition(wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.definition_id is not None:
        found.append(filter_values.id_is(_t.definition_id, wanted.definition_id))
    if wanted.definition_id_in is not None:
        found.append(filter_values.id_among(_t.definition_id, wanted.definition_id_in))
    of: list[ColumnElement[bool]] = []
    if wanted.definition_key is not None:
        of.append(filter_values.equals("definition_key", _d.key, wanted.definition_key))
    if wanted.definition_key_in is not None:
        of.append(filter_values.one_of("definition_key_in", _d.key, wanted.definition_key_in))
    if wanted.definition_key_not_in is not None:
        of.append(~filter_values.one_of("definition_key_not_in", _d.key, wanted.definition_key_not_in))
    if wanted.definition_name is not None:
        of.append(filter_values.equals("definition_name", _d.name, wanted.definition_name))
    if wanted.definition_name_like is not None:
        of.append(filter_values.like("definition_name_like", _d.name, wanted.definition_name_like))
    if wanted.definition_version is not None:
        of.append(filter_values.number_is(_d.version, wanted.definition_version))
    if wanted.definition_without_tenant is not None:
        of.append(_d.tenant_id.is_(None) if wanted.definition_without_tenant else _d.tenant_id.is_not(None))
    if wanted.deployment_id is not None:
        of.append(filter_values.id_is(_d.deployment_id, wanted.deployment_id))
    return found + [_t.definition_id.in_(select(_d.id).where(each)) for each in of]


def _times(wanted: InstanceFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.started_before is not None:
        found.append(_t.started_at < wanted.started_before)
    if wanted.started_after is not None:
        found.append(_t.started_at > wanted.started_after)
    if wanted.ended_before is not None:
        found.append(_t.ended_at < wanted.ended_before)
    if wanted.ended_after is not None:
        found.append(_t.ended_at > wanted.ended_after)
    return found
