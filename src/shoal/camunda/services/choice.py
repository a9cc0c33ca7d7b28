"""Which elements an operation is for, as builders and overloaded methods of Java say it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shoal.batch.contract import OperationParams
from shoal.camunda.selecting import Filtering, Selection, selection_of
from shoal.camunda.services.batch import Batch
from shoal.commands.outcome import ChunkOutcome
from shoal.engine import Engine
from shoal.errors import ExecutionError, InputError

Ids = Iterable[str] | None
Said = Mapping[str, Any] | OperationParams | None


class Choice:
    """The union of ids and of what queries find."""

    def __init__(self, engine: Engine, ids: Ids = None, *queries: Filtering | None) -> None:
        self.engine = engine
        self._ids: list[str] = []
        self._queries: list[Filtering] = []
        self.add(ids)
        for each in queries:
            self.add_query(each)

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids that were named."""
        return tuple(self._ids)

    @property
    def is_empty(self) -> bool:
        """Nothing was named."""
        return not self._ids and not self._queries

    def add(self, *ids: str | Ids) -> None:
        """Ids one by one, or in lists; None says nothing. InputError: None in a list."""
        for each in ids:
            if each is None:
                continue
            named = [each] if isinstance(each, str) else list(each)
            if any(not isinstance(one, str) for one in named):
                raise InputError("ids: a list of ids contains what is not a text", field="ids")
            self._ids += named

    def add_query(self, query: Filtering | None) -> None:
        """What the query finds, too; None says nothing."""
        if query is not None:
            self._queries.append(query)

    def create(self, operation: str, params: Said = None) -> Batch:
        """A batch that does it."""
        return Batch(self.engine.batches.create(operation, params, **self._selection()))

    def carry_out(self, operation: str, params: Said = None) -> ChunkOutcome:
        """Do it now, one chunk after another; what became of each element.

        When some have failed: ExecutionError, or the error of the only one. The others are done; ``details`` has
        the failed ones.
        """
        outcome = self.engine.batches.carry_out(operation, params, **self._selection())
        raise_failures(outcome)
        return outcome

    def _selection(self) -> Selection:
        return selection_of(self._ids, [each.filter() for each in self._queries])


def raise_failures(outcome: ChunkOutcome) -> None:
    """Turn failures into an error."""
    failed = outcome.failed
    if not failed:
        return
    first = next(iter(failed.values()))
    if len(failed) == 1 and not outcome.succeeded and first.error is not None:
        raise first.error
    raise ExecutionError(
        f"{len(failed)} of {len(failed) + len(outcome.succeeded) + len(outcome.skipped)} failed: {first.message}",
        failed={each: failure.message for each, failure in failed.items()},
    )
