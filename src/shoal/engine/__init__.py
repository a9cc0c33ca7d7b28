"""The Python facade: opens everything, holds no rule."""

from __future__ import annotations

from shoal.engine.engine import Engine
from shoal.engine.opening import open_engine

__all__ = ["Engine", "open_engine"]
