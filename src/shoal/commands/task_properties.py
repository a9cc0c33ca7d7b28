"""What a user task can be told of itself, and which values that takes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from shoal.commands.texts import checked
from shoal.errors import InputError

_TEXTS = {"name": 255, "description": 4000, "assignee": 255, "owner": 255}
_INSTANTS = ("due_at", "follow_up_at")
_DELEGATIONS = (None, "PENDING", "RESOLVED")
TASK_PROPERTIES = (*_TEXTS, *_INSTANTS, "priority", "delegation_state")
CANDIDATES: Mapping[str, str] = MappingProxyType({"candidate_users": "user", "candidate_groups": "group"})
"""What is changed like a property, but kept as links."""


def check_task_properties(changes: Mapping[str, Any]) -> None:
    """InputError names a property that there is not, or that cannot have the value."""
    for name, value in changes.items():
        _check(name, value)


def _check(name: str, value: Any) -> None:
    if name in _TEXTS:
        if value is not None and not isinstance(value, str):
            raise InputError(f"{name}: a text or null, not {value!r}", field=name)
        checked(name, value, _TEXTS[name])
    elif name in _INSTANTS:
        if value is not None and (not isinstance(value, datetime) or value.tzinfo is None):
            raise InputError(f"{name}: an instant with a time zone or null, not {value!r}", field=name)
    elif name == "priority":
        if type(value) is not int or not -(2**31) <= value < 2**31:
            raise InputError(f"priority: a whole number of 32 bits, not {value!r}", field=name)
    elif name == "delegation_state":
        if value not in _DELEGATIONS:
            raise InputError(f"delegation_state: PENDING, RESOLVED or null, not {value!r}", field=name)
    else:
        raise InputError(
            f"a task has no property '{name}' that can be set; there are: {', '.join(TASK_PROPERTIES)}", field=name
        )
