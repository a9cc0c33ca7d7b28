"""The floor: the statements that an operation cannot do without, sent by a plain driver loop.

Same tables, same rows, same chunk size, one connection, one transaction per chunk; no engine, no bookkeeping.
"""

from __future__ import annotations

from bench.floors.loop import measure_postgresql, measure_sqlite
from bench.floors.statements import FLOORS

__all__ = ["FLOORS", "measure_postgresql", "measure_sqlite"]
