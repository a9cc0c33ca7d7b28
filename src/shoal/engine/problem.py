"""The one shape in which an error leaves the process, over HTTP and from the command line with --json."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from shoal.errors import ModelRejectedError, ShoalError

_RESERVED = {"type", "message", "code"}


def describe(error: ShoalError) -> dict[str, Any]:
    """``{"type", "message", "code", ...details}``: plain values that JSON can carry, no stack trace.

    A rejected model has ``faults``: every fault with its element, what was found and what is supported.

    >>> from shoal.errors import NotFoundError
    >>> describe(NotFoundError("there is no batch 'x'", batch_id="x"))
    {'type': 'NotFoundError', 'message': "there is no batch 'x'", 'code': 'not-found', 'batch_id': 'x'}
    """
    problem: dict[str, Any] = {
        "type": type(error).__name__,
        "message": error.message,
        "code": error.code,
    }
    if isinstance(error, ModelRejectedError):
        problem["faults"] = [plain(dataclasses.asdict(fault)) for fault in error.faults]
    for name, value in error.details.items():
        if name not in _RESERVED and value is not None:
            problem.setdefault(name, plain(value))
    return problem


def plain(value: Any) -> Any:
    """The same value out of strings, numbers, lists and mappings only."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return plain(dataclasses.asdict(value))
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    return str(value)
