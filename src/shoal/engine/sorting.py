"""By what lists are sorted."""

from __future__ import annotations

from collections.abc import Collection

from shoal.errors import InputError
from shoal.validation import listed


def check_sort(sort: str, allowed: Collection[str]) -> None:
    """InputError names what a list can be sorted by."""
    if sort not in allowed:
        raise InputError(f"sort: '{sort}' is not possible; allowed: {listed(allowed)}", field="sort")
