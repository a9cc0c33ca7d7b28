"""What became of activities, and variables of which nothing is to be known any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel

from shoal.commands.context import Context
from shoal.commands.forget_variables import forget_variable, forget_variables
from shoal.commands.name_activities import names_of_activities, placed
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import NotFoundError
from shoal.filters import InstanceFilter
from shoal.filters.activities import ActivityFilter
from shoal.people.permissions import Permission
from shoal.store.queries.history.activities import ACTIVITIES, ActivityRow
from shoal.store.queries.history.durations import DurationRow, Unit, durations
from shoal.store.queries.history.task_report import TaskCountRow, count_tasks, task_durations
from shoal.store.queries.ordering import Order

Given = BaseModel | Mapping[str, Any] | None


class NamedActivity(NamedTuple):
    """An activity instance with the name that the model gives its activity."""

    row: ActivityRow
    name: str | None


class HistoryActivities:
    """The part of ``engine.history`` that is about activity instances and variables."""

    _context: Context

    @allowed(Permission.READ_HISTORY)
    def activities(
        self,
        filter: Given = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        offset: int = 0,
        limit: int = 100,
        **said: Any,
    ) -> list[NamedActivity]:
        """Activity instances, open and ended: ``activities(definition_key="order", ended=True)``.

        ``said`` are the fields of :class:`shoal.filters.activities.ActivityFilter`. Names are those of the models.
        """
        check_page(limit, offset=offset)
        wanted = parsed(ActivityFilter, filter, said)
        ctx = self._context
        with ctx.database.read() as tx:
            rows = ACTIVITIES.rows(
                tx, placed(ctx, tx, wanted), sort or "id", descending=False, offset=offset, limit=limit
            )
            names = names_of_activities(ctx, tx, {each.definition_id for each in rows})
        return [NamedActivity(each, names.get((each.definition_id, each.activity_id))) for each in rows]

    @allowed(Permission.READ_HISTORY)
    def count_activities(self, filter: Given = None, **said: Any) -> int:  # noqa: A002
        """How many activity instances match."""
        wanted = parsed(ActivityFilter, filter, said)
        with self._context.database.read() as tx:
            return ACTIVITIES.count(tx, placed(self._context, tx, wanted))

    @allowed(Permission.READ_HISTORY)
    def activity(self, activity_instance_id: str) -> NamedActivity:
        """One activity instance. NotFoundError."""
        found = self.activities(ids=(activity_instance_id,), limit=1)
        if not found:
            raise NotFoundError(f"there is no activity instance '{activity_instance_id}'")
        return found[0]

    @allowed(Permission.READ_HISTORY)
    def durations(
        self,
        *,
        by: Unit = "month",
        definition_ids: Sequence[str] | None = None,
        definition_keys: Sequence[str] | None = None,
        started_before: datetime | None = None,
        started_after: datetime | None = None,
    ) -> list[DurationRow]:
        """How long ended instances took, in milliseconds, by the month or quarter of their start, whatever year."""
        wanted = {
            "definition_id_in": definition_ids,
            "definition_key_in": definition_keys,
            "started_before": started_before,
            "started_after": started_after,
        }
        with self._context.database.read() as tx:
            return durations(tx, parsed(InstanceFilter, wanted, {}), by)

    @allowed(Permission.READ_HISTORY)
    def task_counts(
        self, *, by_name: bool = True, ended_after: datetime | None = None, ended_before: datetime | None = None
    ) -> list[TaskCountRow]:
        """How many user tasks have ended, by name and definition, or by definition alone."""
        with self._context.database.read() as tx:
            return count_tasks(tx, by_name=by_name, ended_after=ended_after, ended_before=ended_before)

    @allowed(Permission.READ_HISTORY)
    def task_durations(
        self, *, by: Unit = "month", ended_after: datetime | None = None, ended_before: datetime | None = None
    ) -> list[DurationRow]:
        """How long ended user tasks were open, in milliseconds, by the month or quarter of their end."""
        with self._context.database.read() as tx:
            return task_durations(tx, by, ended_after=ended_after, ended_before=ended_before)

    @allowed(Permission.DELETE_HISTORY, log_words.DELETE_VARIABLE_HISTORY)
    def delete_variable(self, variable_id: str) -> None:
        """Forget a variable with its updates; one of a running instance keeps its value. NotFoundError."""
        forget_variable(self._context, variable_id)

    @allowed(Permission.DELETE_HISTORY, log_words.DELETE_VARIABLE_HISTORY)
    def delete_variables(self, instance_id: str) -> None:
        """Forget all variables of an instance with their updates; those that still live keep their values.

        NotFoundError.
        """
        forget_variables(self._context, instance_id)
