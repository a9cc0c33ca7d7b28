"""Conditions on the variables of instances.

Numbers are compared by value whatever their type. A large value, which is not in its row, matches nothing.
"""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select
from sqlalchemy.sql import operators

from shoal.errors import FilterRejectedError
from shoal.filters import VariableCondition
from shoal.store.queries import filter_values
from shoal.store.tables.columns import instant_to_micros
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable

_t = variable.c
_COMPARE = {
    "eq": operators.eq,
    "neq": operators.ne,
    "gt": operators.gt,
    "gteq": operators.ge,
    "lt": operators.lt,
    "lteq": operators.le,
}
_INTEGERS = ("Short", "Integer", "Long")
_INT64 = 2**63
_ORDERED: dict[str, ColumnElement[Any]] = {
    "String": _t.text_value,
    "Double": _t.double_value,
    **dict.fromkeys(("Boolean", *_INTEGERS, "Date"), _t.long_value),
}


def has_variable(condition: VariableCondition) -> ColumnElement[bool]:
    """The scope of the instance itself, or any of its scopes, has a variable of that name and value."""
    if condition.anywhere:
        return exists().where(_t.instance_id == process_instance.c.id, is_variable(condition))
    return has_local_variable(condition, process_instance.c.id, process_instance.c.id)


def has_local_variable(
    condition: VariableCondition, instance_id: ColumnElement[str], scope_id: ColumnElement[str]
) -> ColumnElement[bool]:
    """The scope has a variable of that name and value itself."""
    return exists().where(
        _t.instance_id == instance_id,
        _t.scope_id == scope_id,
        is_variable(condition),
    )


def value_of_variable(
    name: str, type_: str, instance_id: ColumnElement[str], scope_id: ColumnElement[str]
) -> ColumnElement[Any]:
    """The value of the scope's variable of that name and type, NULL without; for ORDER BY.

    FilterRejectedError: values of that type have no order.
    """
    if type_ not in _ORDERED:
        raise FilterRejectedError(
            f"sort: variables of type '{type_}' have no order; supported: {', '.join(_ORDERED)}", field="sort"
        )
    mine = (_t.instance_id == instance_id, _t.scope_id == scope_id, _t.name == name, _t.type == type_)
    return select(_ORDERED[type_]).where(*mine).limit(1).scalar_subquery()


def is_variable(condition: VariableCondition) -> ColumnElement[bool]:
    """A row of ``variable`` has that name and value."""
    name = filter_values.text("variables.name", condition.name)
    named = func.lower(_t.name) == func.lower(name) if condition.ignore_name_case else _t.name == name
    return and_(named, _matches(condition))


def _matches(condition: VariableCondition) -> ColumnElement[bool]:
    value, operator = condition.value, condition.operator
    if operator in ("like", "notLike"):
        if not isinstance(value, str):
            raise _refused(condition, "a text")
        matched = filter_values.like("variables.value", *_in_case(condition, value))
        return and_(_t.type == "String", matched if operator == "like" else not_(matched))
    match value:
        case None:
            return _is_null(condition)
        case bool():
            if operator not in ("eq", "neq"):
                raise _refused(condition, "a number, a text or an instant")
            return and_(_t.type == "Boolean", _COMPARE[operator](_t.long_value, int(value)))
        case int() | float():
            return _number(condition, value)
        case str():
            return _text(condition, value)
        case datetime() if value.tzinfo is not None:
            return and_(_t.type == "Date", _COMPARE[operator](_t.long_value, instant_to_micros(value)))
        case _:
            raise _refused(condition, "null, true, false, a number, a text or an instant with a zone")


def _is_null(condition: VariableCondition) -> ColumnElement[bool]:
    nothing = and_(
        _t.text_value.is_(None),
        _t.long_value.is_(None),
        _t.double_value.is_(None),
        _t.bytes_value.is_(None),
        _t.blob_id.is_(None),
    )
    match condition.operator:
        case "eq":
            return nothing
        case "neq":
            return not_(nothing)
        case _:
            raise _refused(condition, "a value")


def _number(condition: VariableCondition, value: float) -> ColumnElement[bool]:
    compare = _COMPARE[condition.operator]
    if isinstance(value, float) and not math.isfinite(value):
        raise _refused(condition, "a finite number")
    doubles = and_(_t.type == "Double", compare(_t.double_value, float(value)))
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return or_(doubles, and_(_t.type.in_(_INTEGERS), compare(_t.long_value, value)))
    if isinstance(value, float) and abs(value) < 2**53 and value.is_integer():
        return or_(doubles, and_(_t.type.in_(_INTEGERS), compare(_t.long_value, int(value))))
    if isinstance(value, float) and abs(value) < 2**53:
        if condition.operator == "eq":
            return doubles
        if condition.operator == "neq":
            return or_(doubles, _t.type.in_(_INTEGERS))
        # between two whole numbers: both comparisons with the one below mean "greater than it"
        greater = condition.operator in ("gt", "gteq")
        edge = math.floor(value)
        whole = _t.long_value > edge if greater else _t.long_value <= edge
        return or_(doubles, and_(_t.type.in_(_INTEGERS), whole))
    return doubles


def _text(condition: VariableCondition, value: str) -> ColumnElement[bool]:
    if "\0" in value:
        if condition.operator not in ("eq", "neq"):
            raise _refused(condition, "a text without NUL")
        return and_(_t.type == "String", _COMPARE[condition.operator](_t.bytes_value, _encoded(condition, value)))
    column, wanted = _in_case(condition, filter_values.text("variables.value", value))
    return and_(_t.type == "String", _COMPARE[condition.operator](column, wanted))


def _in_case(condition: VariableCondition, value: str) -> tuple[ColumnElement[Any], str]:
    """The column and the text that are compared. Camunda 7: only ASCII letters are alike in every database."""
    return (func.lower(_t.text_value), value.lower()) if condition.ignore_value_case else (_t.text_value, value)


def _encoded(condition: VariableCondition, value: str) -> bytes:
    try:
        return value.encode()
    except UnicodeEncodeError:
        raise _refused(condition, "a text without halves of surrogate pairs") from None


def _refused(condition: VariableCondition, wanted: str) -> FilterRejectedError:
    return FilterRejectedError(
        f"variables: '{condition.name}' {condition.operator} {condition.value!r}: expected {wanted}",
        field="variables",
    )
