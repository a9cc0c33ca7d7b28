"""The walk over a selection, page by page, and the cursor at which it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shoal.batch.plan import BatchPlan
from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow
from shoal.store.queries.batch_selection import EVERYWHERE, Deployment, merged, page_matching, page_named
from shoal.store.queries.batch_targets import delete_requested_ids
from shoal.store.queries.batches import BatchRow

_PAGE = 20_000
_MOST_PAGES = 50
"""Pages that one run reads at most, so that a selection with small deployments does not hold it for long."""


class Phase(StrEnum):
    """What is walked over."""

    EXISTING = "existing"
    """What the filters find and the named ids that exist, deployment by deployment."""
    UNKNOWN = "unknown"
    """The named ids that are left: they name nothing."""
    DONE = "done"


_FORMER = {"filter": Phase.EXISTING, "named": Phase.UNKNOWN}
"""Phases of cursors that were stored before filters and ids were walked over together. What was named and is
not in a chunk yet comes in the last phase in any case."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where the walk is: in a phase, in the first of the deployments, after an id."""

    phase: Phase = Phase.EXISTING
    deployments: list[Deployment] = field(default_factory=list)
    """Those that are left."""
    after_id: str | None = None

    @classmethod
    def parse(cls, stored: Any) -> Cursor:
        """A stored cursor."""
        phase = _FORMER.get(stored["phase"]) or Phase(stored["phase"])
        if phase is Phase.UNKNOWN and stored["phase"] != phase:
            return cls(phase, [None])
        return cls(phase, list(stored["deployments"] or ()), stored["after_id"])

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
    now: datetime
    _pages: int = field(default=0)

    def take(self, limit: int) -> list[ChunkRow]:
        """The next chunks of one deployment, at most ``limit``; the cursor moves behind them.

        Camunda 7: a run of the seed job stays within one deployment, and no run finds nothing left.
        """
        chunks = self._take_of_deployment(limit) if self.cursor.deployments else []
        if not self.cursor.deployments:
            unknown = self.cursor.phase is Phase.EXISTING and self.plan.has_ids and self._named_left()
            self.cursor = Cursor(Phase.UNKNOWN, [None]) if unknown else Cursor(Phase.DONE)
        return chunks

    def _take_of_deployment(self, limit: int) -> list[ChunkRow]:
        deployments = self.cursor.deployments
        size = self.batch.chunk_size
        chunks: list[ChunkRow] = []
        waiting: list[str] = []
        for page, is_last in self._pages_of(deployments[0], limit * size + 1):
            waiting += page
            while len(waiting) >= size and len(chunks) < limit:
                chunks.append(self._chunk(waiting[:size], deployments[0]))
                del waiting[:size]
            if len(chunks) == limit and (waiting or not is_last):
                # what did not fit is read again by the next run
                self._advance(chunks, chunks[-1].ids[-1])
                return chunks
            if self._pages >= _MOST_PAGES and not is_last:
                if waiting:
                    chunks.append(self._chunk(waiting, deployments[0]))
                self._advance(chunks, page[-1])
                return chunks
        if waiting:
            chunks.append(self._chunk(waiting, deployments[0]))
        self._advance(chunks, None)
        self.cursor = replace(self.cursor, deployments=deployments[1:], after_id=None)
        return chunks

    def _pages_of(self, deployment_id: Deployment, wanted: int) -> Iterator[tuple[list[str], bool]]:
        """Pages of ids, each with whether it is the last."""
        limit = min(_PAGE, wanted)
        after = self.cursor.after_id
        while page := self._page(deployment_id, after, limit):
            self._pages += 1
            after = page[-1]
            yield page, len(page) < limit
            if len(page) < limit:
                return

    def _named_left(self) -> bool:
        return bool(page_named(self.tx, self.plan.target.kind, self.batch.id, after_id=None, limit=1))

    def _page(self, deployment_id: Deployment, after_id: str | None, limit: int) -> list[str]:
        kind = self.plan.target.kind
        named = EVERYWHERE if self._is_bound else deployment_id
        if self.cursor.phase is Phase.UNKNOWN:
            return page_named(
                self.tx, kind, self.batch.id, after_id=after_id, limit=limit, deployment_id=EVERYWHERE
            )
        pages = [
            page_matching(
                self.tx,
                kind,
                self.plan.filters,
                self.now,
                after_id=after_id,
                limit=limit,
                up_to_id=self.batch.id,
                deployment_id=named,
            )
        ]
        if self.plan.has_ids:
            pages.append(
                page_named(self.tx, kind, self.batch.id, after_id=after_id, limit=limit, deployment_id=named)
            )
        return merged(pages, limit)

    @property
    def _is_bound(self) -> bool:
        """All elements are done for one deployment, wherever they are by now."""
        return self.batch.deployment_id is not None

    def _advance(self, chunks: list[ChunkRow], after_id: str | None) -> None:
        if self.plan.has_ids:
            for chunk in chunks:
                delete_requested_ids(self.tx, self.batch.id, chunk.ids)
        self.cursor = replace(self.cursor, after_id=after_id)

    def _chunk(self, ids: list[str], deployment_id: Deployment) -> ChunkRow:
        return ChunkRow(new_id(), self.batch.id, deployment_id, list(ids))
