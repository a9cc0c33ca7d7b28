"""Runs the kernel over a chunk. An instance that fails drops out with its error; the others go on."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime

from shoal.commands.context import Context
from shoal.commands.load import Loaded
from shoal.commands.migrating import Migrate, migrate_loaded
from shoal.commands.outcome import Failure
from shoal.errors import ShoalError
from shoal.kernel import advance
from shoal.kernel.compilation import compile_plan
from shoal.kernel.effects import Effects
from shoal.kernel.stimulus import Cancel, Modify, Start, Stimulus


class Moved:
    """An instance after its steps: what was loaded, and what is to be written.

    ``family`` is the id of one of the instances that are written together with it or not at all: those that
    called each other in these steps.
    """

    __slots__ = (
        "cancelled_seen",
        "cancelling",
        "children_seen",
        "effects",
        "end_seen",
        "family",
        "loaded",
        "released",
        "restarted_from",
        "start_activity_id",
        "started_by",
        "thrown_seen",
    )

    def __init__(self, loaded: Loaded, family: str) -> None:
        self.loaded = loaded
        self.effects = Effects()
        self.family = family
        self.start_activity_id: str | None = None
        self.started_by: str | None = None
        self.restarted_from: str | None = None
        self.children_seen = self.cancelled_seen = self.thrown_seen = 0
        self.end_seen = False
        self.cancelling = Cancel(internally=True)
        """How instances that it called are cancelled."""
        self.released = False
        """Nobody called it any more: its caller was cancelled and let it go on."""

    @property
    def id(self) -> str:
        """The id of the instance."""
        return self.loaded.snapshot.instance.id


def step(ctx: Context, moved: Moved, stimuli: Iterable[Stimulus], now: datetime) -> None:
    """One step more, or several. Whatever the kernel raises comes through, and the instance is garbage then."""
    loaded = moved.loaded
    for stimulus in stimuli:
        if isinstance(stimulus, Migrate):
            moved.effects = migrate_loaded(ctx, loaded, stimulus, now)
            continue
        if isinstance(stimulus, Cancel):
            moved.cancelling = stimulus
        elif isinstance(stimulus, Modify):
            moved.cancelling = Cancel(None, stimulus.skip_custom_listeners, stimulus.skip_io_mappings)
        advance(loaded.deployed.process, loaded.snapshot, stimulus, ctx.host, now, moved.effects)
        if loaded.header is None and isinstance(stimulus, Start):
            moved.start_activity_id = stimulus.start_event_id or _usual_start(loaded)


def failure_of(error: BaseException) -> Failure:
    """The failure of one instance, with the trace for people who look after it."""
    if isinstance(error, ShoalError) and error.__cause__ is None:
        return Failure.of(error)
    return Failure.of(error, "".join(traceback.format_exception(error)))


def _usual_start(loaded: Loaded) -> str | None:
    start = compile_plan(loaded.deployed.process).root.start
    return None if start is None else start.id


Work = Iterable[tuple[Loaded, Sequence[Stimulus]]]
"""Instances and what happens to them."""
