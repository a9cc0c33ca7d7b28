"""Executions: running instances, and the tokens and scopes in them, as clients of Camunda 7 know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.commands.create_incident import create_incident
from shoal.commands.show_activities import InstanceActivities, show_activities
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import NotFoundError
from shoal.filters.activities import ExecutionFilter
from shoal.people.permissions import Permission
from shoal.store.queries.executions import ExecutionRow, count_executions, list_executions
from shoal.store.queries.ordering import Order

Filter = ExecutionFilter | Mapping[str, Any] | None


class Executions:
    """``engine.executions``. Their ids are those of activity instances and of process instances."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_INSTANCES)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[ExecutionRow]:
        """The executions that match: ``find(message_name="paid", instances={"definition_key": "order"})``."""
        check_page(limit, offset=offset)
        wanted = parsed(ExecutionFilter, filter, conditions)
        with self._context.database.read() as tx:
            return list_executions(tx, wanted, sort=sort or "id", offset=offset, limit=limit)

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many match; all, if nothing is said."""
        wanted = parsed(ExecutionFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_executions(tx, wanted)

    @allowed(Permission.READ_INSTANCES)
    def get(self, execution_id: str) -> ExecutionRow:
        """One execution. NotFoundError."""
        found = self.find(ids=(execution_id,), limit=1)
        if not found:
            raise NotFoundError(f"there is no execution '{execution_id}'", execution_id=execution_id)
        return found[0]

    @allowed(Permission.READ_INSTANCES)
    def tree(self, instance_id: str) -> InstanceActivities:
        """The activity instances of a running instance, as a tree. NotFoundError."""
        return show_activities(self._context, instance_id)

    @allowed(Permission.UPDATE_INSTANCES, log_words.CREATE_INCIDENT)
    def create_incident(
        self, execution_id: str, kind: str, *, configuration: str | None = None, message: str | None = None
    ) -> str:
        """Say that work has stopped there, for a reason of any type; the id of the incident.

        NotFoundError; ConflictError: the instance has several activities, or none. InputError.
        """
        return create_incident(self._context, execution_id, kind, configuration, message)
