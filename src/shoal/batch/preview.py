"""A dry run: how many elements, a sample, who would be skipped and why. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.batch.contract import OperationParams
from shoal.batch.registry import AnyOperation, find_operation
from shoal.batch.request import parse_params
from shoal.batch.selection import Selected, Selection, malformed_reason, parse_selection, resolve
from shoal.batch.targets import Target
from shoal.commands.context import Context
from shoal.commands.outcome import Reason
from shoal.errors import EmptySelectionError, ExpectedCountError
from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries.batch_selection import existing_among, page_matching

_PAGE = 5_000


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Elements that would be skipped for the same reason."""

    reason: str
    message: str
    count: int
    example_id: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What a batch would do if it ran now."""

    operation: str
    count: int
    """Elements of the batch, skipped ones included."""
    applicable: int
    """Elements that the operation would be applied to."""
    sample: list[str]
    """Some of them."""
    exclusions: list[Exclusion]
    examined: int
    """Elements that were asked about; fewer than ``count`` when a limit was given."""


def preview_batch(
    ctx: Context,
    operation: str | AnyOperation,
    params: OperationParams | Mapping[str, Any] | None,
    selection: Selection | Mapping[str, Any],
    *,
    expected_count: int | None = None,
    sample: int = 10,
    examine: int | None = None,
) -> Preview:
    """Say what a batch would do. Raises what creating it would raise.

    Every element is asked about, page by page, unless ``examine`` limits that.
    """
    found = find_operation(operation) if isinstance(operation, str) else operation
    parsed = parse_params(found, params)
    target = found.target_for(parsed)
    selected = resolve(parse_selection(selection), target)
    found.check(ctx, parsed)
    look = _Look(found, parsed, target, clock.now(), sample)
    for text in selected.malformed:
        look.exclude(text, malformed_reason(text))
    with ctx.database.read() as tx:
        for page in _pages(tx, selected, target, look.now):
            if examine is None or look.examined < examine:
                look.ask(tx, page)
            else:
                look.count += len(page)
    if look.count == 0:
        raise EmptySelectionError(f"the selection matches no {target.name}")
    if expected_count is not None and look.count != expected_count:
        raise ExpectedCountError(
            f"the selection has {look.count} elements, not {expected_count}",
            expected=expected_count,
            found=look.count,
        )
    return look.result()


class _Look:
    """Collects what is seen."""

    def __init__(
        self, operation: AnyOperation, params: OperationParams, target: Target, now: datetime, sample: int
    ) -> None:
        self._operation = operation
        self._params = params
        self._target = target
        self.now = now
        self._size = sample
        self._sample: list[str] = []
        self._excluded: dict[str, tuple[Reason, int, str]] = {}
        self.count = 0
        self.examined = 0

    def exclude(self, target_id: str, reason: Reason) -> None:
        """Count an element that would be skipped."""
        self.count += 1
        self.examined += 1
        self._note(target_id, reason)

    def ask(self, tx: Tx, page: list[str]) -> None:
        """Ask about a page of well-formed ids."""
        self.count += len(page)
        self.examined += len(page)
        existing = existing_among(tx, self._target.kind, page)
        excluded = dict(self._operation.exclude(tx, page, self._params, self.now))
        for each in page:
            if each not in existing:
                excluded.setdefault(each, self._target.missing)
            if (reason := excluded.get(each)) is not None:
                self._note(each, reason)
            elif len(self._sample) < self._size:
                self._sample.append(each)

    def result(self) -> Preview:
        """The preview."""
        groups = sorted(self._excluded.values(), key=lambda group: (-group[1], group[0].code))
        exclusions = [Exclusion(reason.code, reason.message, count, each) for reason, count, each in groups]
        excluded = sum(group.count for group in exclusions)
        return Preview(
            self._operation.name, self.count, self.count - excluded, self._sample, exclusions, self.examined
        )

    def _note(self, target_id: str, reason: Reason) -> None:
        first, count, example = self._excluded.get(reason.code, (reason, 0, target_id))
        self._excluded[reason.code] = (first, count + 1, example)


def _pages(tx: Tx, selected: Selected, target: Target, now: datetime) -> Iterator[list[str]]:
    for start in range(0, len(selected.ids), _PAGE):
        yield selected.ids[start : start + _PAGE]
    named = set(selected.ids)
    after: str | None = None
    up_to = new_id()
    while page := page_matching(
        tx, target.kind, selected.filters, now, after_id=after, limit=_PAGE, up_to_id=up_to
    ):
        after = page[-1]
        if rest := [each for each in page if each not in named]:
            yield rest
