"""Groups failures: messages that differ only in ids, numbers, instants or quoted sentences have one cause.

Elements, variables and whatever else is quoted by its name stay: they say where to look.
"""

from __future__ import annotations

import re

from shoal.commands.outcome import Failure

_LONGEST = 160
_ELEMENT = re.compile(r"'[^']*': ")
_QUOTED = re.compile(r"'([^']*)'|\"([^\"]*)\"")
_NAME = re.compile(r"[A-Za-z_$][\w.$:/-]*")
_VARYING = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d[\d:.,]*(?:Z|[+-]\d\d:?\d\d)?)?"
    # a number within a word is part of a name, such as task_2
    r"|(?<![A-Za-z_\d])\d(?:[\d.,:]*\d)?",
    re.IGNORECASE,
)


def cause_of(failure: Failure) -> str:
    """The cause: the error's code, and its first line without what varies.

    >>> cause_of(Failure("execution.failed", "'charge': ValueError: order 17 has no 'amount' but 'a note'"))
    "execution.failed: 'charge': ValueError: order * has no 'amount' but *"
    """
    line = failure.message.strip().partition("\n")[0].replace("\0", "")
    element = found[0] if (found := _ELEMENT.match(line)) else ""
    named = _QUOTED.sub(_named, line[len(element) :])
    general = (element + _VARYING.sub("*", named))[:_LONGEST]
    return f"{failure.code}: {general}" if general else failure.code


def _named(quoted: re.Match[str]) -> str:
    return quoted[0] if _NAME.fullmatch(quoted[1] or quoted[2] or "") else "*"
