"""What the models of definitions say, and what their instances add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.bpmn.events import EndEvent, StartEvent
from shoal.commands.context import Context
from shoal.commands.describe_definitions import (
    CalledDefinition,
    DescribedDefinition,
    describe,
    statically_called,
)
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.errors import InputError, NotFoundError
from shoal.filters import InstanceFilter
from shoal.people.permissions import Permission
from shoal.store.database import Tx
from shoal.store.queries.definition_filters import DefinitionRow, find_definition_rows
from shoal.store.queries.deployments import contents_of
from shoal.store.queries.statistics import (
    HistoricStatisticsRow,
    IncidentsWanted,
    StatisticsRow,
    historic_statistics,
    statistics_by_activity,
    statistics_by_definition,
)

Filter = InstanceFilter | Mapping[str, Any] | None


class DefinitionModels:
    """The part of ``engine.definitions`` that looks into models and counts."""

    _context: Context

    @allowed(Permission.READ_DEFINITIONS)
    def describe(self, rows: Sequence[DefinitionRow]) -> list[DescribedDefinition]:
        """The definitions with what their models say: category, description, picture."""
        with self._context.database.read() as tx:
            return describe(self._context, tx, rows)

    @allowed(Permission.READ_DEFINITIONS)
    def model(self, definition_id: str) -> bytes:
        """The file that the definition is in, as it was deployed. NotFoundError."""
        with self._context.database.read() as tx:
            row = _row(tx, definition_id)
            return contents_of(tx, row.deployment_id, names=[row.resource_name])[0][1]

    @allowed(Permission.READ_DEFINITIONS)
    def start_event(self, definition_id: str) -> StartEvent | None:
        """The none start event, at which an instance begins and which has the start form. NotFoundError."""
        with self._context.database.read() as tx:
            process = self._context.catalog.get(tx, _row(tx, definition_id).id).process
        plain = [each for each in process.root.start_events if each.definition is None]
        return plain[0] if plain else None

    @allowed(Permission.READ_DEFINITIONS)
    def called(self, definition_id: str) -> list[CalledDefinition]:
        """The definitions that its call activities name without an expression. NotFoundError."""
        with self._context.database.read() as tx:
            return statically_called(self._context, tx, _row(tx, definition_id))

    @allowed(Permission.READ_DEFINITIONS)
    def statistics(
        self,
        rows: Sequence[DefinitionRow],
        *,
        failed_jobs: bool = False,
        incidents: IncidentsWanted | None = None,
    ) -> list[StatisticsRow]:
        """Of each definition: its running instances; its jobs without retries and open incidents, if wanted."""
        with self._context.database.read() as tx:
            ids = [row.id for row in rows]
            return statistics_by_definition(tx, ids, failed_jobs=failed_jobs, incidents=incidents)

    @allowed(Permission.READ_DEFINITIONS)
    def activity_statistics(
        self, definition_id: str, *, failed_jobs: bool = False, incidents: IncidentsWanted | None = None
    ) -> list[StatisticsRow]:
        """Where the tokens of its running instances are, by activity. NotFoundError."""
        with self._context.database.read() as tx:
            row = _row(tx, definition_id)
            return statistics_by_activity(tx, row.id, failed_jobs=failed_jobs, incidents=incidents)

    @allowed(Permission.READ_HISTORY)
    def activity_history(
        self,
        definition_id: str,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        with_incidents: bool = False,
        **conditions: Any,
    ) -> list[HistoricStatisticsRow]:
        """What became of the activity instances of its instances that match, by activity. NotFoundError."""
        wanted = parsed(InstanceFilter, filter, conditions)
        if wanted.definition_id is not None:
            raise InputError("definition_id: it is said already", field="definition_id")
        with self._context.database.read() as tx:
            row = _row(tx, definition_id)
            process = self._context.catalog.get(tx, row.id).process
            ends = [each.id for each in process.nodes.values() if isinstance(each, EndEvent)]
            return historic_statistics(tx, row.id, wanted, ends=ends, with_incidents=with_incidents)


def _row(tx: Tx, definition_id: str) -> DefinitionRow:
    found = find_definition_rows(tx, [definition_id])
    if not found:
        raise NotFoundError(f"there is no process definition '{definition_id}'", definition_id=definition_id)
    return found[0]
