"""Activity instances as history shows them: open and ended."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_

from shoal.filters.activities import ActivityFilter
from shoal.store.queries.filter_conditions import of_absence, of_ids, of_instants, of_tenant, of_texts
from shoal.store.queries.filter_values import id_among, id_is, one_of
from shoal.store.queries.listing import Listing
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.history import activity_instance
from shoal.store.tables.instances import process_instance
from shoal.store.tables.waits import user_task

_t = activity_instance.c
_i = process_instance.c
_d = process_definition.c
_u = user_task.c


class ActivityRow(NamedTuple):
    """An activity instance. Its name stands in the model."""

    id: str
    instance_id: str
    parent_id: str
    activity_id: str
    activity_type: str
    called_instance_id: str | None
    task_id: str | None
    assignee: str | None
    started_at: datetime
    ended_at: datetime | None
    cancelled: bool
    completes_scope: bool
    definition_id: str
    definition_key: str
    tenant_id: str | None
    root_id: str
    removal_time: datetime | None


_COMPLETES = and_(_t.activity_type.like("%EndEvent"), _t.ended_at.is_not(None), _t.cancelled.is_(False))
_ELSEWHERE = {
    "assignee": _u.assignee,
    "completes_scope": _COMPLETES,
    "definition_id": _i.definition_id,
    "definition_key": _d.key,
    "tenant_id": _i.tenant_id,
    "root_id": _i.root_id,
    "removal_time": _i.removal_time,
}
_COLUMNS = {name: _ELSEWHERE[name] if name in _ELSEWHERE else _t[name] for name in ActivityRow._fields}


def _conditions(wanted: ActivityFilter) -> list[ColumnElement[bool]]:
    found = [
        *of_ids(wanted, {"instance_id": _t.instance_id, "definition_id": _i.definition_id}),
        *of_texts(
            wanted,
            {
                "activity_id": _t.activity_id,
                "type": _t.activity_type,
                "assignee": _u.assignee,
                "definition_key": _d.key,
            },
        ),
        *of_instants(wanted, {"started": _t.started_at, "ended": _t.ended_at}),
        *of_absence(wanted, {"ended": _t.ended_at}, absent=False),
        *of_tenant(wanted, _i.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(id_among(_t.id, wanted.ids))
    if wanted.cancelled is not None:
        found.append(_t.cancelled.is_(wanted.cancelled))
    if wanted.completes_scope is not None:
        found.append(_COMPLETES if wanted.completes_scope else ~_COMPLETES)
    if wanted.places is not None:
        found.append(
            or_(
                false(),
                *(
                    and_(id_is(_i.definition_id, each), one_of("places", _t.activity_id, activity_ids))
                    for each, activity_ids in wanted.places
                ),
            )
        )
    return found


ACTIVITIES: Listing[ActivityRow, ActivityFilter] = Listing(
    lambda row: ActivityRow._make(row)._replace(completes_scope=bool(row[11])),
    _COLUMNS,
    activity_instance.join(process_instance, _i.id == _t.instance_id)
    .join(process_definition, _d.id == _i.definition_id)
    .outerjoin(user_task, and_(_u.id == _t.task_id, _u.instance_id == _t.instance_id)),
    _conditions,
    sorts={"duration": _t.ended_at - _t.started_at},
)
