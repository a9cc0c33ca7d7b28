"""A pause of the garbage collector around a chunk.

A chunk makes some hundred thousand objects that all live until it ends. Looking for garbage among them again and
again takes two thirds of the time of a step, and finds none.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_WORTH_IT = 50
_changing = threading.Lock()
_nested = threading.local()
_paused = 0
_was_enabled = False


@contextmanager
def uncollected(size: int) -> Iterator[None]:
    """Collect no garbage inside of the block, and what the block left behind at its end. Blocks may overlap.

    ``size`` is the number of instances in the chunk; a small one changes nothing.
    """
    global _paused, _was_enabled
    if size < _WORTH_IT or getattr(_nested, "inside", False):
        yield
        return
    with _changing:
        if _paused == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _paused += 1
    _nested.inside = True
    try:
        yield
    finally:
        _nested.inside = False
        with _changing:
            _paused -= 1
            if _paused == 0 and _was_enabled:
                gc.enable()
        # most of it is young: without this, threads that take turns here would never let it be collected
        gc.collect(0)
