"""Batches: previewed, created, listed, controlled, and what became of their elements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, TypeVar

from shoal.batch import control
from shoal.batch.contract import OperationParams
from shoal.batch.create import create_batch
from shoal.batch.direct import carry_out
from shoal.batch.job_definitions import BatchJobDefinition, definition_of, definitions_of
from shoal.batch.outcomes import ElementOutcome, FailureGroup, failure_groups, list_elements, outcomes_of
from shoal.batch.preview import Preview, preview_batch
from shoal.batch.registry import AnyOperation, all_operations, find_operation, operations_of_type
from shoal.batch.retrying import retry_failed
from shoal.batch.states import ElementState
from shoal.batch.targets import Filter as AnyFilter
from shoal.batch.view import BatchView, get_batch, list_batches
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import log_words
from shoal.engine.access import Arguments, allowed
from shoal.engine.batch import Batch
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import InputError
from shoal.filters.batches import BatchFilter
from shoal.people.permissions import Need, Permission
from shoal.people.resources import Resource
from shoal.store.queries import batch_filters
from shoal.store.queries.ordering import Order
from shoal.validation import listed

Params = OperationParams | Mapping[str, Any] | None
OneFilter = AnyFilter | Mapping[str, Any]
Filter = OneFilter | Sequence[OneFilter] | None
Handles = list[Batch]
Outcomes = list[ElementOutcome]
Groups = list[FailureGroup]
State = TypeVar("State", bound=StrEnum)


def _of_operation(arguments: Arguments) -> tuple[Need, ...]:
    """Camunda 7: whoever may create this kind of batch may, without the right to create any."""
    return (Need(Resource.BATCH, find_operation(arguments["operation"]).permission),)


class Batches:
    """``engine.batches``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    @allowed(Permission.ANYBODY)
    def operations(self) -> Mapping[str, AnyOperation]:
        """Every operation by name: its title, what it does, its parameters, what its elements are."""
        return all_operations()

    @allowed(Permission.CREATE_BATCHES, log_words.create_batch, needs=_of_operation)
    def create(
        self,
        operation: str,
        params: Params = None,
        *,
        ids: Iterable[str] = (),
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        everything: str | None = None,
        **options: Any,
    ) -> Batch:
        """Create a batch over ``ids`` united with ``filter`` (or everything, in the word that it takes).

        A list of filters stands for what any of them finds.

        ``options`` are those of :class:`shoal.batch.request.BatchOptions`: expected_count, idempotency_key,
        chunk_size, rate_per_second, max_parallel, priority, suspended, created_by. Workers do it from then on.
        In every error case nothing was created: ParamsRejectedError, FilterRejectedError,
        EmptySelectionError, ExpectedCountError, NotFoundError for an unknown operation.
        """
        said = {name: value for name, value in options.items() if value is not None}
        return self._handle(
            create_batch(self._context, operation, params, _selection(ids, filter, everything), said)
        )

    @allowed(Permission.CREATE_BATCHES, log_words.carry_out, needs=_of_operation)
    def carry_out(
        self,
        operation: str,
        params: Params = None,
        *,
        ids: Iterable[str] = (),
        filter: Filter = None,  # noqa: A002
        everything: str | None = None,
    ) -> ChunkOutcome:
        """Do what a batch would do, now and in this thread, one chunk after another; what became of each element.

        Nothing is kept of it, and it cannot be stopped. Raises what ``create`` raises, and then nothing was done.
        """
        return carry_out(self._context, operation, params, _selection(ids, filter, everything))

    @allowed(Permission.CREATE_BATCHES, needs=_of_operation)
    def preview(
        self,
        operation: str,
        params: Params = None,
        *,
        ids: Iterable[str] = (),
        filter: Filter = None,  # noqa: A002
        everything: str | None = None,
        expected_count: int | None = None,
    ) -> Preview:
        """What ``create`` would do: how many elements, a sample, who would be skipped and why. Changes nothing."""
        selection = _selection(ids, filter, everything)
        return preview_batch(self._context, operation, params, selection, expected_count=expected_count)

    @allowed(Permission.READ_BATCHES)
    def get(self, batch_id: str) -> Batch:
        """One batch, running or ended. NotFoundError if there is none."""
        return self._handle(get_batch(self._context, batch_id))

    @allowed(Permission.READ_BATCHES)
    def list(
        self,
        filter: BatchFilter | Mapping[str, Any] | None = None,  # noqa: A002
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = True,
        offset: int = 0,
        before_id: str | None = None,
        limit: int = 50,
        **conditions: Any,
    ) -> Handles:
        """The batches that match, the newest first: ``list(operation="cancel-instances", finished=False)``.

        ``before_id`` is the last id of the page before.
        """
        check_page(limit, before_id=before_id, offset=offset)
        found = list_batches(
            self._context,
            parsed(BatchFilter, filter, conditions),
            sort=sort,
            descending=descending,
            offset=offset,
            before_id=before_id,
            limit=limit,
        )
        return [self._handle(view) for view in found]

    @allowed(Permission.READ_BATCHES)
    def count(self, filter: BatchFilter | Mapping[str, Any] | None = None, **conditions: Any) -> int:  # noqa: A002
        """How many batches match; all, if nothing is said.

        >>> engine.batches.count(with_failures=True)
        0
        """
        wanted = parsed(BatchFilter, filter, conditions)
        with self._context.database.read() as tx:
            return batch_filters.count_batches(tx, wanted)

    @allowed(Permission.READ_BATCHES)
    def job_definitions(
        self,
        filter: BatchFilter | Mapping[str, Any] | None = None,  # noqa: A002
        **conditions: Any,
    ) -> tuple[BatchJobDefinition, ...]:
        """What makes the jobs of the batches that match: three for each, with two statements for all."""
        wanted = parsed(BatchFilter, filter, conditions)
        with self._context.database.read() as tx:
            return tuple(definitions_of(tx, batch_filters.list_batches(tx, wanted)))

    @allowed(Permission.READ_BATCHES)
    def job_definition(self, job_definition_id: str) -> BatchJobDefinition:
        """One of them. ``engine.jobs`` suspends and ranks it and tries its jobs again. NotFoundError."""
        with self._context.database.read() as tx:
            return definition_of(tx, job_definition_id)

    @allowed(Permission.ANYBODY)
    def of_type(self, camunda_type: str) -> tuple[str, ...]:
        """The operations that clients of Camunda 7 know as batches of this type."""
        return operations_of_type(camunda_type)

    @allowed(Permission.UPDATE_BATCHES, log_words.SUSPEND_BATCH)
    def suspend(self, batch_id: str) -> Batch:
        """Work no more on it until it is resumed; the chunks that run now are finished. ConflictError: it ended."""
        return self._handle(control.suspend_batch(self._context, batch_id))

    @allowed(Permission.UPDATE_BATCHES, log_words.RESUME_BATCH)
    def resume(self, batch_id: str) -> Batch:
        """Go on with a suspended batch. ConflictError: it ended."""
        return self._handle(control.resume_batch(self._context, batch_id))

    @allowed(Permission.UPDATE_BATCHES, log_words.CHANGE_BATCH)
    def change(self, batch_id: str, **changes: Any) -> Batch:
        """Change ``rate_per_second``, ``max_parallel`` (None takes the limit away) or ``priority``."""
        return self._handle(control.change_settings(self._context, batch_id, changes))

    @allowed(Permission.UPDATE_BATCHES, log_words.CANCEL_BATCH)
    def cancel(self, batch_id: str) -> Batch:
        """End it; what is done stays done, the rest is left alone. ConflictError: it ended otherwise."""
        return self._handle(control.cancel_batch(self._context, batch_id))

    @allowed(Permission.UPDATE_BATCHES, log_words.RETRY_BATCH)
    def retry_failed(self, batch_id: str) -> Batch:
        """Give the failed elements new tries. ConflictError: it was cancelled."""
        return self._handle(retry_failed(self._context, batch_id))

    @allowed(Permission.DELETE_BATCHES, log_words.DELETE_BATCH)
    def delete(self, batch_id: str, *, cascade: bool = True) -> None:
        """Remove it with its outcomes; what it did to its elements stays. One that runs is cancelled first.

        Without ``cascade`` it stays as history, and only what is still to be done goes, failed jobs included.
        """
        control.delete_batch(self._context, batch_id, cascade=cascade)

    @allowed(Permission.READ_BATCHES)
    def elements(
        self,
        batch_id: str,
        *,
        state: ElementState | str = ElementState.FAILED,
        reason: str | None = None,
        after_id: str | None = None,
        limit: int = 100,
    ) -> Outcomes:
        """The elements of one outcome, by id; ``after_id`` is the last id of the page before. NotFoundError."""
        check_page(limit, after_id=after_id)
        wanted = _one_of(ElementState, "state", state)
        return list_elements(self._context, batch_id, state=wanted, reason=reason, after_id=after_id, limit=limit)

    @allowed(Permission.READ_BATCHES)
    def outcomes(self, batch_id: str, target_ids: Sequence[str]) -> Outcomes:
        """What became of these elements, in their order. NotFoundError for one that is not of the batch."""
        return outcomes_of(self._context, batch_id, target_ids)

    @allowed(Permission.READ_BATCHES)
    def failures(self, batch_id: str) -> Groups:
        """The failed and skipped elements counted by cause, with an example of each; the most frequent first."""
        return failure_groups(self._context, batch_id)

    def _handle(self, view: BatchView) -> Batch:
        return Batch(self, view)


def _one_of(kind: type[State], field: str, value: str) -> State:
    try:
        return kind(value)
    except ValueError:
        raise InputError(f"{field}: there is no state '{value}'; allowed: {listed(kind)}", field=field) from None


def _selection(ids: Iterable[str], filter_: Filter, everything: str | None) -> dict[str, Any]:
    return {"ids": tuple(ids), "filter": filter_, "everything": everything}
