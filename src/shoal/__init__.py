"""Shoal: a BPMN 2.0 workflow engine that moves process instances by the hundred thousand.

The public names. They are loaded when they are first used, so that ``import shoal.errors`` costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shoal.engine import Batch, Engine, open_engine
    from shoal.errors import ShoalError
    from shoal.expressions.errors import BpmnError
    from shoal.filters import InstanceFilter, JobFilter, VariableCondition
    from shoal.settings import Settings
    from shoal.values import TypedValue, ValueType

__all__ = [
    "Batch",
    "BpmnError",
    "Engine",
    "InstanceFilter",
    "JobFilter",
    "Settings",
    "ShoalError",
    "TypedValue",
    "ValueType",
    "VariableCondition",
    "open_engine",
]

_HOMES = {
    "Batch": "shoal.engine",
    "BpmnError": "shoal.expressions.errors",
    "Engine": "shoal.engine",
    "InstanceFilter": "shoal.filters",
    "JobFilter": "shoal.filters",
    "Settings": "shoal.settings",
    "ShoalError": "shoal.errors",
    "TypedValue": "shoal.values",
    "ValueType": "shoal.values",
    "VariableCondition": "shoal.filters",
    "open_engine": "shoal.engine",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'shoal' has no attribute '{name}'")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
