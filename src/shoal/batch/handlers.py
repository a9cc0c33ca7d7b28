"""Which loop does which kind of job of a batch."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shoal.batch import execute, monitor, seed
from shoal.batch.job_definitions import BatchJobKind
from shoal.jobs.run import Handler

BATCH_HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        BatchJobKind.SEED: seed.run_once,
        BatchJobKind.EXECUTION: execute.run_once,
        BatchJobKind.MONITOR: monitor.run_once,
    }
)
