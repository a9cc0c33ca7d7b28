"""The Python facade: opens everything, holds no rule."""

from __future__ import annotations

from shoal.engine.batch import Batch
from shoal.engine.engine import Engine
from shoal.engine.opening import open_engine
from shoal.store.queries.instance_filters import InstanceRow

__all__ = ["Batch", "Engine", "InstanceRow", "open_engine"]
