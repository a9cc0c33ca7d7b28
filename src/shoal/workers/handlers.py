"""Which loop does which kind of mass work: the jobs of batches, and history cleanup."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shoal.batch.handlers import BATCH_HANDLERS
from shoal.jobs.run import Handler
from shoal.retention.run_cleanup import CLEANUP_HANDLERS

HANDLERS: Mapping[str, Handler] = MappingProxyType({**BATCH_HANDLERS, **CLEANUP_HANDLERS})
