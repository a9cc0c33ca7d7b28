"""The log of identity links as lists show it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement

from shoal.filters.history import IdentityLinkLogFilter
from shoal.store.queries.filter_conditions import of_ids, of_instants, of_tenant, of_texts
from shoal.store.queries.filter_values import id_among
from shoal.store.queries.listing import Listing
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import identity_link_log
from shoal.store.tables.instances import process_instance

_t = identity_link_log.c
_i = process_instance.c
_d = process_definition.c


class IdentityLinkLogRow(NamedTuple):
    """A user or a group came to have a part in a task, or had it no more."""

    id: str
    operation: str
    kind: str
    user_id: str | None
    group_id: str | None
    assigner_id: str | None
    task_id: str | None
    instance_id: str | None
    root_id: str | None
    definition_id: str | None
    definition_key: str | None
    tenant_id: str | None
    logged_at: datetime
    removal_time: datetime | None


_ELSEWHERE = {
    "root_id": _i.root_id,
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "tenant_id": _i.tenant_id,
    "removal_time": _i.removal_time,
}


def _conditions(wanted: IdentityLinkLogFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_ids(wanted, {"task_id": _t.task_id, "instance_id": _t.instance_id, "definition_id": _i.definition_id}),
        *of_texts(
            wanted,
            {
                "operation": _t.operation,
                "kind": _t.kind,
                "user_id": _t.user_id,
                "group_id": _t.group_id,
                "assigner_id": _t.assigner_id,
                "definition_key": _d.key,
            },
        ),
        *of_instants(wanted, {"logged": _t.logged_at}),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(id_among(_t.id, wanted.ids))
    return found


IDENTITY_LINK_LOG: Listing[IdentityLinkLogRow, IdentityLinkLogFilter] = Listing(
    IdentityLinkLogRow._make,
    {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in IdentityLinkLogRow._fields},
    identity_link_log.outerjoin(process_instance, _i.id == _t.instance_id).outerjoin(
        process_definition, _d.id == _i.definition_id
    ),
    _conditions,
)
