"""User tasks as listeners see and change them, and the calling of task listeners. Camunda 7: DelegateTask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shoal.bpmn.activities import UserTask
from shoal.errors import ExecutionError
from shoal.kernel.code import run_code
from shoal.kernel.effects import UserTaskRecord
from shoal.kernel.execution import Execution, VariableScope

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step

_LAST = ("complete", "delete")
_OWN = frozenset({"_event", "_node", "_record", "_step", "is_completed"})
_RECORD_NAMES = {"due_date": "due_at", "follow_up_date": "follow_up_at"}
_CHANGEABLE = frozenset(
    {"assignee", "description", "due_date", "follow_up_date", "form_key", "name", "owner", "priority"}
)


class Task(VariableScope):
    """The task during one event. What is set on it is to be written with the step."""

    __slots__ = ("_event", "_record", "is_completed")

    name: str | None
    assignee: str | None
    owner: str | None
    priority: int
    description: str | None
    due_date: datetime | None
    follow_up_date: datetime | None
    form_key: str | None

    def __init__(self, step: Step, node: Node, record: UserTaskRecord, event: str | None) -> None:
        super().__init__(step, node)
        self._record = record
        self._event = event
        self.is_completed = False

    def __getattr__(self, name: str) -> Any:
        if name in _CHANGEABLE:
            return getattr(self._record, _RECORD_NAMES.get(name, name))
        raise AttributeError(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _OWN:
            object.__setattr__(self, name, value)
        elif name in _CHANGEABLE:
            self._change(_RECORD_NAMES.get(name, name), value)
        else:
            raise AttributeError(f"task has no member '{name}' that can be set")

    def _change(self, name: str, value: Any) -> None:
        record = self._record
        setattr(record, name, value)
        effects = self._step.effects
        if effects.user_tasks.get(record.id) is not record:
            effects.user_tasks_changed.setdefault(record.id, {})[name] = value

    @property
    def id(self) -> str:
        """The id of the task."""
        return self._record.id

    @property
    def task_definition_key(self) -> str:
        """The id of the element."""
        return self._node.element

    @property
    def event_name(self) -> str | None:
        """The event for which the listener is called."""
        return self._event

    @property
    def delete_reason(self) -> str | None:
        """Why the task is being cancelled: "deleted", or what was said when the instance was; None if it is not."""
        return self._step.cancelling

    @property
    def tenant_id(self) -> str | None:
        """The tenant of the instance."""
        return self._step.instance.tenant_id

    @property
    def process_instance_id(self) -> str:
        """The id of the instance."""
        return self._step.instance.id

    @property
    def process_definition_id(self) -> str:
        """The id of the definition."""
        return self._step.instance.definition_id

    @property
    def execution_id(self) -> str:
        """The id of the node."""
        return self._node.id

    @property
    def create_time(self) -> datetime:
        """The time of the step; the task itself may be older."""
        return self._step.now

    @property
    def execution(self) -> Execution:
        """The place at which the task is."""
        return Execution(self._step, self._node)

    def add_candidate_user(self, user_id: str) -> None:
        """Let the user claim the task."""
        self.add_candidate_users([user_id])

    def add_candidate_users(self, user_ids: Iterable[str]) -> None:
        """Let the users claim the task."""
        self._change("candidate_users", _with(self._record.candidate_users, user_ids))

    def add_candidate_group(self, group_id: str) -> None:
        """Let the group's members claim the task."""
        self.add_candidate_groups([group_id])

    def add_candidate_groups(self, group_ids: Iterable[str]) -> None:
        """Let the groups' members claim the task."""
        self._change("candidate_groups", _with(self._record.candidate_groups, group_ids))

    def delete_candidate_user(self, user_id: str) -> None:
        """Take that back; nothing happens when the user is no candidate."""
        left = tuple(each for each in self._record.candidate_users if each != user_id)
        self._change("candidate_users", left)

    def delete_candidate_group(self, group_id: str) -> None:
        """Take that back; nothing happens when the group is no candidate."""
        left = tuple(each for each in self._record.candidate_groups if each != group_id)
        self._change("candidate_groups", left)

    def complete(self) -> None:
        """Complete the task when the listeners of this event are done."""
        self.is_completed = True


def run_task_listeners(step: Step, node: Node, record: UserTaskRecord, event: str) -> bool:
    """Call the listeners of that event in the order of the model; whether one of them completed the task.

    Camunda 7: a task that ends already cannot be completed (ExecutionError).
    """
    element = node.plan.element
    completed = False
    if step.skip_listeners:
        return completed
    for listener in element.task_listeners if isinstance(element, UserTask) else ():
        if listener.event == event:
            step.at = node
            task = Task(step, node, record, event)
            run_code(step, node, listener.code, event, task)
            completed = completed or task.is_completed
    if completed and event in _LAST:
        raise ExecutionError(
            f"task '{record.id}' of '{node.element}' cannot be completed by a listener of its event '{event}': "
            "invalid task state",
            node.element,
        )
    return completed


def record_of(step: Step, node: Node, task_id: str) -> UserTaskRecord:
    """The task as it is now: made in this step, loaded with the snapshot, or, at the least, as its model says."""
    record = step.effects.user_tasks.get(task_id)
    if record is None:
        record = step.user_tasks.get(task_id)
    if record is None:
        element = node.plan.element
        name = element.name if element is not None else None
        record = UserTaskRecord(task_id, node.id, node.element, name)
        step.user_tasks[task_id] = record
    return record


def change(step: Step, node: Node, task_id: str, changes: Mapping[str, Any]) -> bool:
    """Somebody changed the task. Camunda 7: update listeners first, then assignment listeners.

    Whether a listener completed the task. Camunda 7: listeners are called even if nothing is different now.
    """
    record = record_of(step, node, task_id)
    before = replace(record)
    task = Task(step, node, record, None)
    for name, value in changes.items():
        task._change(name, value)
    completed = run_task_listeners(step, node, record, "update")
    if record.assignee != before.assignee:
        completed = run_task_listeners(step, node, record, "assignment") or completed
    return completed


def _with(present: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*present, *more)))
