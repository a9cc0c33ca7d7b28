"""The one shape in which an error leaves the process, over HTTP and from the command line with --json."""

from __future__ import annotations

from typing import Any

from shoal.engine.rendering import plain
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
        problem["faults"] = [plain(fault) for fault in error.faults]
    for name, value in error.details.items():
        if name not in _RESERVED and value is not None:
            problem.setdefault(name, plain(value))
    return problem
