"""Identifiers: UUIDv7 as lower-case text with hyphens.

Ids sort by the time of their creation, so rows that are made together lie together.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import uuid_utils

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """A new id, greater than every id made by this process before."""
    return str(uuid_utils.uuid7())


def is_id(text: str) -> bool:
    """Whether ``text`` has the form of an id (it need not exist)."""
    return _UUID.fullmatch(text) is not None


def time_of(id_: str) -> datetime:
    """When the id was made, to the millisecond."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(id_[:8] + id_[9:13], 16))
