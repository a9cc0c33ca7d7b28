"""How deeply a value may be nested."""

from __future__ import annotations

from typing import Any

MOST_LEVELS = 200
"""A value that is nested deeper could be stored, but no longer answered; whoever lists it would get an error."""


def is_deep(parsed: Any) -> bool:
    """Whether lists and objects are nested more than ``MOST_LEVELS`` levels deep."""
    level = [parsed]
    for _ in range(MOST_LEVELS):
        level = [
            inner
            for each in level
            if isinstance(each, list | dict)
            for inner in (each if isinstance(each, list) else each.values())
            if isinstance(inner, list | dict)
        ]
        if not level:
            return False
    return True
