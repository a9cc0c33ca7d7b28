"""What a process that is Shoal's own (server, worker, benchmark) sets for itself once.

Not for processes that merely use Shoal as a library: the garbage collector belongs to them.
"""

from __future__ import annotations

import gc

_YOUNG = 100_000
"""A chunk of a thousand instances makes some fifty thousand objects and drops them together; looking for
cycles among them every seven hundred, as Python does by default, costs a third of the time."""


def tune_process() -> None:
    """Look for garbage rarely, and never again among what was loaded at the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 20, 50)
