"""The walk over a selection, page by page, and the cursor at which it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from shoal.batch.plan import BatchPlan
from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow
from shoal.store.queries.batch_targets import (
    delete_requested_ids,
    page_remaining_ids,
    page_requested_ids,
    requested_among,
    requested_deployments,
)
from shoal.store.queries.batches import BatchRow

_PAGE = 20_000
_MOST_PAGES = 50
"""Pages that one run reads at most, so that a filter whose elements were all named does not hold it for long."""


class Phase(StrEnum):
    """What is walked over."""

    FILTER = "filter"
    NAMED = "named"
    UNKNOWN = "unknown"
    DONE = "done"

    @property
    def next(self) -> Phase:
        """What comes after it."""
        order = list(Phase)
        return order[min(order.index(self) + 1, len(order) - 1)]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the walk is: in a phase, in the first of the deployments, after an id."""

    phase: Phase = Phase.FILTER
    deployments: list[str | None] | None = None
    """Those that are left; None means that they have not been looked up in this phase."""
    after_id: str | None = None

    @classmethod
    def parse(cls, stored: Any) -> Cursor:
        """A stored cursor; None is the beginning."""
        if stored is None:
            return cls()
        return cls(Phase(stored["phase"]), stored["deployments"], stored["after_id"])

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


@dataclass(slots=True)
class Walk:
    """Takes elements from a selection, in the seed's transaction."""

    tx: Tx
    batch: BatchRow
    plan: BatchPlan
    cursor: Cursor
    _pages: int = field(default=0)

    def take(self, limit: int) -> list[ChunkRow]:
        """The next chunks, at most ``limit``; the cursor moves behind them."""
        chunks: list[ChunkRow] = []
        while self.cursor.phase is not Phase.DONE and len(chunks) < limit and self._pages < _MOST_PAGES:
            chunks += self._take_of_phase(limit - len(chunks))
        return chunks

    def _take_of_phase(self, limit: int) -> list[ChunkRow]:
        match self.cursor.phase:
            case Phase.FILTER if self.plan.filter is None:
                self.cursor = Cursor(Phase.NAMED)
            case Phase.NAMED if not self.plan.has_ids:
                self.cursor = Cursor(Phase.DONE)
            case _ if self.cursor.deployments is None:
                self.cursor = replace(self.cursor, deployments=self._deployments())
            case _ if not self.cursor.deployments:
                self.cursor = Cursor(self.cursor.phase.next)
            case _:
                return self._take_of_deployment(limit)
        return []

    def _deployments(self) -> list[str | None]:
        match self.cursor.phase:
            case Phase.FILTER:
                return self.plan.target.deployments(self.tx, self.plan.filter, self.batch.id)
            case Phase.NAMED:
                return requested_deployments(self.tx, self.batch.id, self.plan.target.kind)
            case _:
                return [None]

    def _take_of_deployment(self, limit: int) -> list[ChunkRow]:
        deployments = self.cursor.deployments or []
        size = self.batch.chunk_size
        chunks: list[ChunkRow] = []
        waiting: list[str] = []
        for page, last_id in self._pages_of(deployments[0], limit * size):
            waiting += page
            while len(waiting) >= size and len(chunks) < limit:
                chunks.append(self._chunk(waiting[:size], deployments[0]))
                del waiting[:size]
            if len(chunks) == limit:
                # what did not fit is read again by the next run
                self._advance(chunks, chunks[-1].ids[-1])
                return chunks
            if self._pages >= _MOST_PAGES:
                if waiting:
                    chunks.append(self._chunk(waiting, deployments[0]))
                self._advance(chunks, last_id)
                return chunks
        if waiting:
            chunks.append(self._chunk(waiting, deployments[0]))
        self._advance(chunks, None)
        self.cursor = replace(self.cursor, deployments=deployments[1:], after_id=None)
        return chunks

    def _pages_of(self, deployment_id: str | None, wanted: int) -> Iterator[tuple[list[str], str]]:
        """Pages of ids, and the last id that was looked at for each."""
        limit = min(_PAGE, wanted)
        after = self.cursor.after_id
        while page := self._page(deployment_id, after, limit):
            self._pages += 1
            after = page[-1]
            if self.cursor.phase is Phase.FILTER and self.plan.has_ids:
                named = requested_among(self.tx, self.batch.id, page)
                yield [each for each in page if each not in named], after
            else:
                yield page, after

    def _page(self, deployment_id: str | None, after_id: str | None, limit: int) -> list[str]:
        match self.cursor.phase:
            case Phase.FILTER:
                return self.plan.target.page(
                    self.tx,
                    self.plan.filter,
                    after_id=after_id,
                    limit=limit,
                    up_to_id=self.batch.id,
                    deployment_id=deployment_id,
                )
            case Phase.NAMED:
                kind = self.plan.target.kind
                return page_requested_ids(self.tx, self.batch.id, kind, deployment_id, after_id, limit)
            case _:
                return page_remaining_ids(self.tx, self.batch.id, after_id, limit)

    def _advance(self, chunks: list[ChunkRow], after_id: str | None) -> None:
        if self.cursor.phase is not Phase.FILTER:
            for chunk in chunks:
                delete_requested_ids(self.tx, self.batch.id, chunk.ids)
        self.cursor = replace(self.cursor, after_id=after_id)

    def _chunk(self, ids: list[str], deployment_id: str | None) -> ChunkRow:
        return ChunkRow(new_id(), self.batch.id, deployment_id, list(ids))
