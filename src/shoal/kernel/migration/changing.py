"""Writes that a row stays and gets other columns."""

from __future__ import annotations

from typing import Any

from shoal.kernel.state import Wait, WaitKind
from shoal.kernel.step import Step


def change(step: Step, wait: Wait, columns: dict[str, Any]) -> None:
    """Change the row of the wait; the names of the columns are those of its record."""
    effects = step.effects
    if wait.kind is WaitKind.JOB:
        _write(effects.jobs.get(wait.id), effects.jobs_changed, wait.id, columns)
    elif wait.kind is WaitKind.SUBSCRIPTION:
        _write(effects.subscriptions.get(wait.id), effects.subscriptions_changed, wait.id, columns)
    elif wait.kind is WaitKind.EXTERNAL:
        _write(effects.external_tasks.get(wait.id), effects.external_tasks_changed, wait.id, columns)
    elif wait.kind is WaitKind.TASK:
        _write(effects.user_tasks.get(wait.id), effects.user_tasks_changed, wait.id, columns)
        known = step.user_tasks.get(wait.id)
        if known is not None:
            _set(known, columns)


def change_activity(step: Step, activity_instance_id: str, columns: dict[str, Any]) -> None:
    """Change the row of an activity instance."""
    effects = step.effects
    made = effects.activities.get(activity_instance_id)
    _write(made, effects.activities_changed, activity_instance_id, columns)


def _write(made: object | None, changed: dict[str, dict[str, Any]], row_id: str, columns: dict[str, Any]) -> None:
    """A row that was made in the same step is simply made otherwise."""
    if made is None:
        changed.setdefault(row_id, {}).update(columns)
    else:
        _set(made, columns)


def _set(record: object, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(record, name, value)
