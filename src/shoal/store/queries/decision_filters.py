"""The one translation of a ``DecisionFilter``."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from shoal.filters.decisions import DecisionFilter
from shoal.store.queries import filter_values
from shoal.store.queries.filter_conditions import of_absence, of_ids, of_tenant, of_texts
from shoal.store.tables.decisions import decision_instance
from shoal.store.tables.definitions import process_definition

_t = decision_instance.c
_d = process_definition.c
_IDS = {
    "definition_id": _t.definition_id,
    "requirements_id": _t.requirements_id,
    "instance_id": _t.instance_id,
    "process_definition_id": _t.process_definition_id,
    "activity_instance_id": _t.activity_instance_id,
}
_TEXTS = {
    "definition_key": _t.definition_key,
    "definition_name": _t.definition_name,
    "requirements_key": _t.requirements_key,
    "activity_id": _t.activity_id,
    "user_id": _t.user_id,
}


def decision_conditions(wanted: DecisionFilter) -> list[ColumnElement[bool]]:
    """What the filter says, as conditions on ``decision_instance``. FilterRejectedError names a bad value."""
    found = [
        *of_ids(wanted, _IDS),
        *of_texts(wanted, _TEXTS),
        *of_absence(wanted, {"root_only": _t.root_decision_id}, absent=True),
        *of_tenant(wanted, _t.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.root_decision_id is not None:
        root = wanted.root_decision_id
        found.append(or_(filter_values.id_is(_t.id, root), filter_values.id_is(_t.root_decision_id, root)))
    if wanted.process_definition_key is not None:
        key = filter_values.equals("process_definition_key", _d.key, wanted.process_definition_key)
        found.append(_t.process_definition_id.in_(select(_d.id).where(key)))
    if wanted.evaluated_from is not None:
        found.append(_t.evaluated_at >= wanted.evaluated_from)
    if wanted.evaluated_until is not None:
        found.append(_t.evaluated_at <= wanted.evaluated_until)
    return found
