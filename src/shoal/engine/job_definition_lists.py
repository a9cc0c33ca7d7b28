"""Job definitions as lists. They are what models say, so they are filtered and sorted here, not by a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from shoal.batch.job_definitions import definitions_of, is_batch_job_definition, place_of
from shoal.commands.context import Context
from shoal.commands.job_definitions import list_all_job_definitions
from shoal.commands.job_definitions import place_of as place_in_model
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import FilterRejectedError, NotFoundError
from shoal.filters.batches import BatchFilter
from shoal.filters.definitions import DefinitionFilter
from shoal.filters.job_definitions import JobDefinitionFilter
from shoal.people.permissions import Permission
from shoal.store.queries.batch_filters import list_batches
from shoal.store.queries.ordering import Order
from shoal.validation import listed

Filter = JobDefinitionFilter | Mapping[str, Any] | None


class JobDefinitionRow(NamedTuple):
    """What makes jobs: an element of a process definition, or a batch, which has none of the element's columns."""

    id: str
    definition_id: str | None
    definition_key: str | None
    deployment_id: str | None
    activity_id: str | None
    batch_id: str | None
    job_type: str
    configuration: str
    suspended: bool
    priority: int | None
    tenant_id: str | None


class JobDefinitionLists:
    """The part of ``engine.jobs`` that lists job definitions."""

    _context: Context

    @allowed(Permission.READ_DEFINITIONS)
    def find_definitions(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[JobDefinitionRow]:
        """The job definitions that match: ``find_definitions(definition_key="order", suspended=True)``."""
        check_page(limit, offset=offset)
        found = self._matching(parsed(JobDefinitionFilter, filter, conditions))
        _sort(found, [(sort, False)] if isinstance(sort, str) else sort)
        return found[offset : offset + limit]

    @allowed(Permission.READ_DEFINITIONS)
    def count_definitions(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many match; all, if nothing is said."""
        return len(self._matching(parsed(JobDefinitionFilter, filter, conditions)))

    @allowed(Permission.READ_DEFINITIONS)
    def find_definition(self, job_definition_id: str) -> JobDefinitionRow:
        """One job definition, of a process definition or of a batch. NotFoundError."""
        found = self._matching(JobDefinitionFilter(id=job_definition_id))
        if not found:
            raise NotFoundError(
                f"Job Definition with id {job_definition_id} does not exist", job_definition_id=job_definition_id
            )
        return found[0]

    def _matching(self, wanted: JobDefinitionFilter) -> list[JobDefinitionRow]:
        return [each for each in (*self._of_models(wanted), *self._of_batches(wanted)) if _matches(each, wanted)]

    def _of_models(self, wanted: JobDefinitionFilter) -> list[JobDefinitionRow]:
        ids = {wanted.definition_id} - {None}
        if wanted.batch_id is not None or is_batch_job_definition(wanted.id):
            return []
        if wanted.id is not None:
            try:
                ids.add(place_in_model(wanted.id).definition_id)
            except NotFoundError:
                return []
        if len(ids) > 1:
            return []
        of = DefinitionFilter(
            ids=tuple(each for each in ids if each is not None) if ids else None,
            key=wanted.definition_key,
            tenant_id_in=wanted.tenant_id_in,
            without_tenant=wanted.without_tenant,
            include_without_tenant=wanted.include_without_tenant,
        )
        return [
            JobDefinitionRow(
                each.id,
                each.definition_id,
                each.definition_key,
                each.deployment_id,
                each.activity_id,
                None,
                each.job_type,
                each.configuration,
                each.suspended,
                each.priority,
                each.tenant_id,
            )
            for each in list_all_job_definitions(self._context, of)
        ]

    def _of_batches(self, wanted: JobDefinitionFilter) -> list[JobDefinitionRow]:
        if wanted.definition_id is not None or wanted.definition_key is not None or wanted.activity_id_in:
            return []
        ids = {wanted.batch_id} - {None}
        if wanted.id is not None:
            if not is_batch_job_definition(wanted.id):
                return []
            ids.add(place_of(wanted.id)[0])
        if len(ids) > 1:
            return []
        of = BatchFilter(finished=False, ids=tuple(each for each in ids if each is not None) if ids else None)
        with self._context.database.read() as tx:
            found = definitions_of(tx, list_batches(tx, of))
        return [
            JobDefinitionRow(
                each.id,
                None,
                None,
                each.deployment_id,
                None,
                each.batch_id,
                each.job_type,
                each.configuration,
                each.suspended,
                each.priority,
                each.tenant_id,
            )
            for each in found
        ]


def _matches(row: JobDefinitionRow, wanted: JobDefinitionFilter) -> bool:
    said = (
        (wanted.id, row.id),
        (wanted.job_type, row.job_type),
        (wanted.configuration, row.configuration),
        (wanted.suspended, row.suspended),
        (wanted.with_priority, row.priority is not None),
        (wanted.without_tenant, row.tenant_id is None),
    )
    if any(value is not None and value != found for value, found in said):
        return False
    if wanted.activity_id_in is not None and row.activity_id not in wanted.activity_id_in:
        return False
    if wanted.tenant_id_in is None:
        return True
    return row.tenant_id in wanted.tenant_id_in or bool(wanted.include_without_tenant and row.tenant_id is None)


def _sort(rows: list[JobDefinitionRow], orders: Sequence[Order]) -> None:
    """By id last, so that pages fit together; nothing is less than any value."""
    rows.sort(key=lambda row: row.id, reverse=bool(orders) and orders[-1][1])
    for name, greatest_first in reversed(orders):
        if name not in JobDefinitionRow._fields:
            raise FilterRejectedError(
                f"sort: '{name}' is not supported; supported: {listed(JobDefinitionRow._fields)}", field="sort"
            )

        def place(row: JobDefinitionRow, column: str = name) -> tuple[bool, Any]:
            value = getattr(row, column)
            return (value is not None, "" if value is None else value)

        rows.sort(key=place, reverse=greatest_first)
