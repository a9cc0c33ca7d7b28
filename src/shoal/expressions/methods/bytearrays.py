"""The methods of bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import to_text
from shoal.expressions.comparison import same

BYTES_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {"toString": to_text, "equals": same, "length": len, "size": len}
)
