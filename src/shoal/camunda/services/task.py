"""``engine.task_service``: user tasks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from shoal.camunda.queries.base import Page
from shoal.camunda.queries.evaluation import Asker
from shoal.camunda.queries.task import TaskQuery
from shoal.camunda.services.query import QueryBuilder
from shoal.camunda.services.task_discussion import TaskDiscussion
from shoal.camunda.services.task_entity import Task
from shoal.engine import Engine
from shoal.people.principal import Principal
from shoal.store.queries.identity_links import IdentityLink
from shoal.values import TypedValue

Variables = Mapping[str, Any] | None
_MOST = 1_000_000


class TaskService(TaskDiscussion):
    """Camunda 7: ``TaskService``. Everything raises NotFoundError for a task that is not there."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def create_task_query(self) -> QueryBuilder[TaskQuery, Task]:
        """User tasks that have not ended."""
        tasks = self._engine.tasks
        principal: Principal | None = getattr(self._engine, "principal", None)
        asker = Asker() if principal is None else Asker(principal.user_id, principal.groups)

        def found(query: TaskQuery, page: Page) -> list[Task]:
            wanted = query.resolved(asker).filter()
            rows = tasks.find(wanted, sort=query.task_orders() or "id", offset=page.first, limit=page.most)
            return [Task(each) for each in rows]

        return QueryBuilder(TaskQuery, found, lambda query: tasks.count(query.resolved(asker).filter()))

    def get_task(self, task_id: str) -> Task:
        """One task, open or ended."""
        return Task(self._engine.tasks.get(task_id))

    def new_task(self, task_id: str | None = None) -> Task:
        """One that belongs to no process instance, to be filled in and saved. An id of one's own is a UUID."""
        return Task.new(task_id)

    def save_task(self, task: Task) -> None:
        """Keep a new task, or what was set in one that was found or saved before.

        InputError names what cannot be: a value, or an id that is taken. SuspendedError.
        """
        if task.is_new:
            changes = dict(task.changes)
            parent_id = changes.pop("parent_id", None)
            self._engine.tasks.create(task_id=task.id, parent_id=parent_id, **changes)
        elif task.changes:
            self._engine.tasks.change(task.id, **task.changes)
        task.saved()

    def get_sub_tasks(self, parent_task_id: str) -> list[Task]:
        """The open sub-tasks of a task, by id."""
        found = self._engine.tasks.find(parent_id=parent_task_id, open=True, limit=_MOST)
        return [Task(each) for each in found]

    def complete(self, task_id: str, variables: Variables = None) -> None:
        """It is done. SuspendedError; ConflictError: it is delegated; ExecutionError."""
        self._engine.tasks.complete(task_id, variables)

    def complete_with_variables_in_return(
        self, task_id: str, variables: Variables = None, deserialize_values: bool = True
    ) -> dict[str, TypedValue]:
        """The same; the variables of the instance afterwards, none if it has ended."""
        instance_id = self._engine.tasks.get(task_id).instance_id
        self._engine.tasks.complete(task_id, variables)
        if instance_id is None or not deserialize_values:
            return {}
        running = self._engine.instances.list(ids=(instance_id,), running=True)
        return self._engine.variables.all(instance_id) if running else {}

    def claim(self, task_id: str, user_id: str | None) -> None:
        """Take it; None gives it back. ConflictError: somebody else has it."""
        if user_id is None:
            self._engine.tasks.unclaim(task_id)
        else:
            self._engine.tasks.claim(task_id, user_id)

    def set_assignee(self, task_id: str, user_id: str | None) -> None:
        """Give it to somebody, or to nobody."""
        self._engine.tasks.assign(task_id, user_id)

    def set_owner(self, task_id: str, user_id: str | None) -> None:
        """Whose it is."""
        self._engine.tasks.change(task_id, owner=user_id)

    def set_priority(self, task_id: str, priority: int) -> None:
        """How urgent it is."""
        self._engine.tasks.change(task_id, priority=priority)

    def set_name(self, task_id: str, name: str) -> None:
        """How it is called."""
        self._engine.tasks.change(task_id, name=name)

    def set_description(self, task_id: str, description: str) -> None:
        """What is to be done."""
        self._engine.tasks.change(task_id, description=description)

    def set_due_date(self, task_id: str, due_date: datetime | None) -> None:
        """By when; None: at any time."""
        self._engine.tasks.change(task_id, due_at=due_date)

    def set_follow_up_date(self, task_id: str, follow_up_date: datetime | None) -> None:
        """When to look at it again; None: never."""
        self._engine.tasks.change(task_id, follow_up_at=follow_up_date)

    def delegate_task(self, task_id: str, user_id: str) -> None:
        """Let somebody else do it for its owner."""
        self._engine.tasks.delegate(task_id, user_id)

    def resolve_task(self, task_id: str, variables: Variables = None) -> None:
        """What was delegated goes back to its owner."""
        self._engine.tasks.resolve(task_id, variables)

    def add_candidate_user(self, task_id: str, user_id: str) -> None:
        """Let a user take it."""
        self._engine.tasks.add_link(task_id, user_id=user_id)

    def add_candidate_group(self, task_id: str, group_id: str) -> None:
        """Let a group take it."""
        self._engine.tasks.add_link(task_id, group_id=group_id)

    def delete_candidate_user(self, task_id: str, user_id: str) -> None:
        """Take that back."""
        self._engine.tasks.delete_link(task_id, user_id=user_id)

    def delete_candidate_group(self, task_id: str, group_id: str) -> None:
        """Take that back."""
        self._engine.tasks.delete_link(task_id, group_id=group_id)

    def add_user_identity_link(self, task_id: str, user_id: str, identity_link_type: str) -> None:
        """Let a user have to do with it."""
        self._engine.tasks.add_link(task_id, identity_link_type, user_id=user_id)

    def add_group_identity_link(self, task_id: str, group_id: str, identity_link_type: str) -> None:
        """Let a group have to do with it."""
        self._engine.tasks.add_link(task_id, identity_link_type, group_id=group_id)

    def delete_user_identity_link(self, task_id: str, user_id: str, identity_link_type: str) -> None:
        """Take that back."""
        self._engine.tasks.delete_link(task_id, identity_link_type, user_id=user_id)

    def delete_group_identity_link(self, task_id: str, group_id: str, identity_link_type: str) -> None:
        """Take that back."""
        self._engine.tasks.delete_link(task_id, identity_link_type, group_id=group_id)

    def get_identity_links_for_task(self, task_id: str) -> list[IdentityLink]:
        """Who has to do with it."""
        return self._engine.tasks.links(task_id)

    def handle_bpmn_error(
        self, task_id: str, error_code: str, error_message: str | None = None, variables: Variables = None
    ) -> None:
        """End it with a BPMN error."""
        self._engine.tasks.throw_error(task_id, error_code, error_message, variables)

    def handle_escalation(self, task_id: str, escalation_code: str, variables: Variables = None) -> None:
        """Say an escalation."""
        self._engine.tasks.throw_escalation(task_id, escalation_code, variables)

    def delete_task(self, task_id: str, cascade: bool | str = False, *, delete_reason: str = "deleted") -> None:
        """End a task that belongs to no instance; ``cascade``: remove it from history, too.

        As in Java the reason may stand in the place of ``cascade``. ConflictError: it belongs to an instance.
        """
        if isinstance(cascade, str):
            self._engine.tasks.delete(task_id, reason=cascade)
        else:
            self._engine.tasks.delete(task_id, cascade=cascade, reason=delete_reason)

    def delete_tasks(
        self, task_ids: Iterable[str], cascade: bool | str = False, *, delete_reason: str = "deleted"
    ) -> None:
        """The same for several, one after another; those before one that cannot be are ended."""
        for each in list(task_ids):
            self.delete_task(each, cascade, delete_reason=delete_reason)

    def get_variable(self, task_id: str, variable_name: str) -> Any:
        """The value that the task sees; None if there is none of the name."""
        return self.get_variables(task_id).get(variable_name)

    def get_variable_local(self, task_id: str, variable_name: str) -> Any:
        """The value that the task has itself; None if there is none of the name."""
        return self.get_variables_local(task_id).get(variable_name)

    def get_variable_typed(self, task_id: str, variable_name: str) -> TypedValue | None:
        """The value that the task sees, with its type."""
        return self._engine.variables.all(self._scope(task_id)).get(variable_name)

    def get_variables(self, task_id: str, variable_names: Collection[str] | None = None) -> dict[str, Any]:
        """All values that it sees, or those of the names."""
        return self._values(task_id, variable_names, local=False)

    def get_variables_local(self, task_id: str, variable_names: Collection[str] | None = None) -> dict[str, Any]:
        """All values that it has itself, or those of the names."""
        return self._values(task_id, variable_names, local=True)

    def set_variable(self, task_id: str, variable_name: str, value: Any) -> None:
        """Set one where it is, else in the instance."""
        self.set_variables(task_id, {variable_name: value})

    def set_variables(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """Set several, all or none."""
        self._engine.variables.set(self._scope(task_id), variables)

    def set_variable_local(self, task_id: str, variable_name: str, value: Any) -> None:
        """Set one of the task itself."""
        self.set_variables_local(task_id, {variable_name: value})

    def set_variables_local(self, task_id: str, variables: Mapping[str, Any]) -> None:
        """Set several of the task itself."""
        self._engine.variables.set(self._scope(task_id), variables, local=True)

    def remove_variable(self, task_id: str, variable_name: str) -> None:
        """Remove one; it need not be there."""
        self._engine.variables.remove(self._scope(task_id), [variable_name])

    def remove_variables(self, task_id: str, variable_names: Collection[str]) -> None:
        """Remove several; they need not be there."""
        self._engine.variables.remove(self._scope(task_id), list(variable_names))

    def remove_variable_local(self, task_id: str, variable_name: str) -> None:
        """Remove one of the task itself."""
        self.remove_variables_local(task_id, [variable_name])

    def remove_variables_local(self, task_id: str, variable_names: Collection[str]) -> None:
        """Remove several of the task itself."""
        self._engine.variables.remove(self._scope(task_id), list(variable_names), local=True)

    def _values(self, task_id: str, names: Collection[str] | None, *, local: bool) -> dict[str, Any]:
        found = self._engine.variables.all(self._scope(task_id), local=local)
        return {name: each.value for name, each in found.items() if names is None or name in names}

    def _scope(self, task_id: str) -> str:
        return self._engine.tasks.get(task_id).node_id or task_id
