"""One file per resource; each makes its router in ``router(engine)``."""

from __future__ import annotations
