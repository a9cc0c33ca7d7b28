"""Filters: one object that lists, counts, previews and selects for a batch.

Pure descriptions (pydantic, nothing unknown is accepted); the store turns them into SQL in one place.
"""

from __future__ import annotations

from shoal.filters.instances import InstanceFilter, InstanceState, VariableCondition
from shoal.filters.jobs import JobFilter

__all__ = ["InstanceFilter", "InstanceState", "JobFilter", "VariableCondition"]
