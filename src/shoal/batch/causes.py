"""Groups failures: messages that differ only in ids, numbers or quoted words have one cause."""

from __future__ import annotations

import re

from shoal.commands.outcome import Failure

_LONGEST = 160
_VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|'[^']*'|\"[^\"]*\"|\d[\d.,:]*", re.IGNORECASE
)


def cause_of(failure: Failure) -> str:
    """The cause: the error's code, and its first line without what varies."""
    line = failure.message.strip().partition("\n")[0].replace("\0", "")
    general = _VARYING.sub("*", line)[:_LONGEST]
    return f"{failure.code}: {general}" if general else failure.code
