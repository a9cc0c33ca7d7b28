"""Values and rows as JSON can carry them: what the command line prints, and what errors carry."""

from __future__ import annotations

import dataclasses
from base64 import b64encode
from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from shoal.values import TypedValue


def plain(value: Any) -> Any:
    """The same value out of strings, numbers, lists and mappings only; instants in ISO 8601, bytes in base64.

    >>> plain({"at": datetime.fromisoformat("2026-01-02T03:04:05+00:00"), "parts": (1, b"x")})
    {'at': '2026-01-02T03:04:05Z', 'parts': [1, 'eA==']}
    """
    match value:
        case None | bool() | int() | float() if not isinstance(value, Enum):
            return value
        case Enum():
            return plain(value.value)
        case str():
            return str(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case bytes():
            return b64encode(value).decode()
        case TypedValue():
            return {"type": value.type.value, "value": plain(value.value)}
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        case tuple() if hasattr(value, "_asdict"):
            return plain(value._asdict())
        case list() | tuple() | set() | frozenset():
            return [plain(item) for item in value]
        case _:
            return str(value)
