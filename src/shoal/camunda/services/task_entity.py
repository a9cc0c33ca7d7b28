"""A user task that can be changed and saved, as ``task_service`` makes and finds it."""

from __future__ import annotations

from typing import Any

from shoal import clock
from shoal.camunda.services.entity import TASK, Entity
from shoal.ids import new_id
from shoal.store.queries.task_filters import TaskDetails

_CHANGEABLE = {
    "name": "name",
    "description": "description",
    "assignee": "assignee",
    "owner": "owner",
    "priority": "priority",
    "due_date": "due_at",
    "follow_up_date": "follow_up_at",
    "delegation_state": "delegation_state",
}
"""Camunda's names, with those of the engine."""
_PRIORITY = 50


class Task(Entity):
    """Camunda 7: ``Task``. What is set here is kept by ``save_task``.

    It can be given a name, description, assignee, owner, priority, due date, follow-up date and delegation state,
    which is ``PENDING`` or ``RESOLVED``; a new one also its ``parent_task_id``.
    """

    __slots__ = ("changes", "is_new")

    native: TaskDetails
    changes: dict[str, Any]
    is_new: bool

    def __init__(self, native: TaskDetails, *, is_new: bool = False) -> None:
        super().__init__(native, TASK)
        self.changes = {}
        self.is_new = is_new

    @classmethod
    def new(cls, task_id: str | None) -> Task:
        """One that belongs to no process instance, and is not kept yet."""
        said = {"id": task_id or new_id(), "priority": _PRIORITY, "suspended": False, "created_at": clock.now()}
        return cls(TaskDetails._make(said.get(name) for name in TaskDetails._fields), is_new=True)

    def __setattr__(self, name: str, value: Any) -> None:
        property_ = "parent_id" if name == "parent_task_id" and self.is_new else _CHANGEABLE.get(name)
        if property_ is not None:
            self.changes[property_] = value
            self.native = self.native._replace(**{property_: value})
        elif name in ("native", "changes", "is_new", "_getters"):
            object.__setattr__(self, name, value)
        else:
            raise AttributeError(f"'{name}' of a task cannot be set; these can: {', '.join(_CHANGEABLE)}")

    def saved(self) -> None:
        """What was set is kept."""
        self.changes, self.is_new = {}, False
