"""What ids and queries mean together in Camunda 7: their union, as a selection of the native operations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypedDict

from pydantic import BaseModel

from shoal.batch.selection import EVERYTHING


class Filtering(Protocol):
    """A query, whatever it finds."""

    def filter(self) -> BaseModel:
        """The native filter."""


class Selection(TypedDict, total=False):
    """Keywords of ``engine.batches.create``."""

    ids: tuple[str, ...]
    filter: list[Any]
    everything: str


def selection_of(ids: Iterable[str] | None, queries: Sequence[Filtering | None] = ()) -> Selection:
    """The union. Camunda 7: a query without conditions finds everything, and then the rest adds nothing.

    >>> selection_of(["a", "b"])
    {'ids': ('a', 'b')}
    """
    filters = [each.filter() for each in queries if each is not None]
    if any(not each.model_dump(exclude_none=True) for each in filters):
        return {"everything": EVERYTHING}
    said: Selection = {"ids": tuple(ids or ())}
    if filters:
        said["filter"] = filters
    return said
