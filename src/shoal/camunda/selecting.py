"""What ids and queries mean together in Camunda 7: their union, as a selection of the native operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypedDict

from shoal.batch.selection import EVERYTHING
from shoal.batch.targets import Filter


class Filtering(Protocol):
    """A query, whatever it finds."""

    def filter(self) -> Filter:
        """The native filter."""


class Selection(TypedDict, total=False):
    """Keywords of ``engine.batches.create``."""

    ids: tuple[str, ...]
    filter: list[Filter]
    everything: str


def selection_of(ids: Iterable[str] | None, filters: Sequence[Filter | None] = ()) -> Selection:
    """The union. Camunda 7: a query without conditions finds everything, and then the rest adds nothing.

    >>> selection_of(["a", "b"])
    {'ids': ('a', 'b')}
    """
    given = [each for each in filters if each is not None]
    if any(each.is_empty() for each in given):
        return {"everything": EVERYTHING}
    said: Selection = {"ids": tuple(ids or ())}
    if given:
        said["filter"] = given
    return said
