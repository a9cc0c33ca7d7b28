"""Runs the kernel over a chunk. An instance that fails drops out with its error; the others go on."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Sequence
from datetime import datetime

from shoal.commands.context import Context
from shoal.commands.load import Loaded
from shoal.commands.outcome import Failure
from shoal.errors import ShoalError, UnavailableError
from shoal.kernel import advance
from shoal.kernel.effects import Effects
from shoal.kernel.stimulus import Start, Stimulus


class Moved:
    """An instance after its step: what was loaded, and what is to be written."""

    __slots__ = ("effects", "loaded", "restarted_from", "start_activity_id", "started_by")

    def __init__(self, loaded: Loaded, effects: Effects) -> None:
        self.loaded = loaded
        self.effects = effects
        self.start_activity_id: str | None = None
        self.started_by: str | None = None
        self.restarted_from: str | None = None

    @property
    def id(self) -> str:
        """The id of the instance."""
        return self.loaded.snapshot.instance.id


def move(ctx: Context, loaded: Loaded, stimuli: Sequence[Stimulus], now: datetime) -> Moved:
    """One step, or several that are written together. Whatever the kernel raises comes through."""
    effects = Effects()
    for stimulus in stimuli:
        advance(loaded.deployed.process, loaded.snapshot, stimulus, ctx.host, now, effects)
    moved = Moved(loaded, effects)
    if loaded.header is None and stimuli:
        moved.start_activity_id = _start_activity(loaded, stimuli[0])
    return moved


def move_each(
    ctx: Context, chunk: Iterable[tuple[Loaded, Sequence[Stimulus]]], now: datetime
) -> tuple[list[Moved], dict[str, Exception]]:
    """Move each instance by its stimuli; the errors by instance id. UnavailableError comes through."""
    moved: list[Moved] = []
    failed: dict[str, Exception] = {}
    for loaded, stimuli in chunk:
        try:
            moved.append(move(ctx, loaded, stimuli, now))
        except UnavailableError:
            raise
        except Exception as error:  # noqa: BLE001 - the code of users may raise anything
            failed[loaded.id] = error
    return moved, failed


def failure_of(error: Exception) -> Failure:
    """The failure of one instance, with the trace for people who look after it."""
    if isinstance(error, ShoalError) and error.__cause__ is None:
        return Failure.of(error)
    return Failure.of(error, "".join(traceback.format_exception(error)))


def _start_activity(loaded: Loaded, stimulus: Stimulus) -> str | None:
    if isinstance(stimulus, Start) and stimulus.start_event_id is not None:
        return stimulus.start_event_id
    starts = loaded.deployed.process.root.start_events
    return next((each.id for each in starts if each.definition is None), None)
