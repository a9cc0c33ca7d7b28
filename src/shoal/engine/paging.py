"""Pages of lists: how much a caller may ask for at once, and behind which id."""

from __future__ import annotations

from shoal.errors import InputError
from shoal.ids import is_id

MOST = 1_000_000
_LARGEST_OFFSET = 2**31 - 1


def check_page(limit: int, *, offset: int = 0, **ids: str | None) -> None:
    """InputError names the part of a page that cannot be; ``ids`` are the last ones of the pages before."""
    _whole("limit", limit, MOST)
    _whole("offset", offset, _LARGEST_OFFSET)
    for name, value in ids.items():
        if value is not None and not is_id(value):
            raise InputError(f"{name}: '{value}' is not an id", field=name)


def _whole(field: str, value: int, most: int) -> None:
    if type(value) is not int or not 0 <= value <= most:
        raise InputError(f"{field}: {value!r} is not a whole number from 0 to {most:,}", field=field)
