"""What became of a chunk: for each id, whether it was done, left out, failed, or has to be tried again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shoal.errors import ShoalError, words_of


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an element was left out. ``code`` is stable: not-found, not-running, still-running, ..."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why an element failed. ``code`` is that of the error; ``details`` may be long and is for people."""

    code: str
    message: str
    details: str | None = None
    error: BaseException | None = field(default=None, compare=False, repr=False)
    """What was raised, for a caller who waits for this one element."""

    @classmethod
    def of(cls, error: BaseException, details: str | None = None) -> Failure:
        """The failure that an error stands for; an error of foreign code gets the code execution.failed."""
        if isinstance(error, ShoalError):
            return cls(error.code, error.message, details, error)
        return cls("execution.failed", words_of(error), details, error)


@dataclass(slots=True)
class ChunkOutcome:
    """Every id that the command was given is in exactly one of the four.

    ``put_back``: somebody else held or changed the row; nothing was done to it, and it is to be tried again.
    """

    succeeded: list[str] = field(default_factory=list)
    skipped: dict[str, Reason] = field(default_factory=dict)
    failed: dict[str, Failure] = field(default_factory=dict)
    put_back: list[str] = field(default_factory=list)

    def skip(self, ids: Iterable[str], reason: Reason) -> None:
        """Leave all of ``ids`` out for the same reason."""
        self.skipped.update(dict.fromkeys(ids, reason))


NOT_FOUND = Reason("not-found", "no such process instance")
NOT_RUNNING = Reason("not-running", "the process instance has ended")
STILL_RUNNING = Reason("still-running", "the process instance has not ended")
SUSPENDED = Reason("suspended", "the process instance is suspended")
