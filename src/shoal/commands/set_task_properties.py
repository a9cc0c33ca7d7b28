"""Gives properties of a user task new values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.change_user_tasks import change_user_tasks
from shoal.commands.context import Context
from shoal.commands.direct import raise_first
from shoal.commands.task_properties import check_task_properties


def set_task_properties(ctx: Context, task_id: str, changes: Mapping[str, Any]) -> None:
    """Change what is named in ``changes``, and nothing else: see ``TASK_PROPERTIES``.

    None takes a text or an instant away. InputError names a property that there is not, or that cannot have the
    value. NotFoundError: no open task. SuspendedError. ExecutionError: a listener failed, nothing changed.
    """
    check_task_properties(changes)
    raise_first(change_user_tasks(ctx, {task_id: lambda _task, _candidates: changes}), [task_id])
