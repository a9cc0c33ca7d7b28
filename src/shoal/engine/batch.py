"""One batch in the hands of a caller: look at it, wait for it, control it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from shoal.batch.states import BatchState
from shoal.batch.view import BatchStatistics, BatchView

if TYPE_CHECKING:
    from shoal.engine.batches import Batches

_LOOK_SECONDS = 0.05


class Batch:
    """A batch as it was when it was last looked at; ``refresh`` looks again.

    >>> deployment = engine.definitions.deploy("order.bpmn")
    >>> ids = engine.instances.start_many("order", 3, variables={"amount": 20, "warehouse": "hamburg"})
    >>> batch = engine.batches.create("suspend-instances", filter={"definition_key": "order"}, expected_count=3)
    >>> with engine.workers(1):
    ...     batch.wait(timeout=60).succeeded
    3
    >>> engine.instances.count(state="suspended")
    3
    """

    def __init__(self, batches: Batches, view: BatchView) -> None:
        self._batches = batches
        self.view = view

    def __repr__(self) -> str:
        return (
            f"<Batch {self.id} {self.operation} {self.state.value} {self.statistics.done}/{self.statistics.total}>"
        )

    def handed_to(self, batches: Batches) -> Self:
        """The same batch, looked at and controlled through ``batches``: those of a user."""
        self._batches = batches
        return self

    @property
    def id(self) -> str:
        """The id."""
        return self.view.id

    @property
    def operation(self) -> str:
        """The name of the operation."""
        return self.view.operation

    @property
    def state(self) -> BatchState:
        """Where it is."""
        return self.view.state

    @property
    def has_ended(self) -> bool:
        """Nothing more will happen, unless its failures are retried."""
        return self.view.has_ended

    @property
    def statistics(self) -> BatchStatistics:
        """How far it is."""
        return self.view.statistics

    @property
    def succeeded(self) -> int:
        """Elements that were done."""
        return self.view.statistics.succeeded

    @property
    def skipped(self) -> int:
        """Elements that were left out, each with its reason."""
        return self.view.statistics.skipped

    @property
    def failed(self) -> int:
        """Elements that failed, each with its cause."""
        return self.view.statistics.failed

    def refresh(self) -> Self:
        """Look again. NotFoundError if it was deleted meanwhile."""
        self.view = self._batches.get(self.id).view
        return self

    def wait(self, timeout: float | None = None, *, on_look: Callable[[Self], Any] | None = None) -> Self:
        """Come back when it has ended. TimeoutError after ``timeout`` seconds; the batch goes on.

        Somebody has to work: a server, ``shoal worker``, or ``engine.workers()``. ``on_look`` is called after
        every look, for progress.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        pause = _LOOK_SECONDS
        while True:
            self.refresh()
            if on_look is not None:
                on_look(self)
            if self.has_ended:
                return self
            if deadline is not None and time.monotonic() >= deadline:
                raise TimeoutError(f"batch {self.id} is {self.state.value} after {timeout} seconds")
            left = pause if deadline is None else min(pause, max(0.0, deadline - time.monotonic()))
            time.sleep(left)
            pause = min(pause * 1.2, 1.0)
