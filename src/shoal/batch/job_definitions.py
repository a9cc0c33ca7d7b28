"""The three job definitions of a batch: what makes its jobs. Their ids follow from the batch; only what was said
of them is stored.

Camunda 7: seed, monitor and execution job definition, with the batch's id as their configuration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from typing import NamedTuple

from shoal.batch.registry import all_operations
from shoal.errors import NotFoundError
from shoal.ids import is_id
from shoal.store.database import Tx
from shoal.store.queries.batches import BatchRow, find_batches
from shoal.store.queries.job_definitions import JobPlace, said_of
from shoal.store.queries.jobs import Job

_MARK = "~"


class BatchJobKind(StrEnum):
    """Jobs that belong to a batch."""

    SEED = "batch-seed"
    EXECUTION = "batch-execution"
    MONITOR = "batch-monitor"


_TYPES = {BatchJobKind.SEED: "batch-seed-job", BatchJobKind.MONITOR: "batch-monitor-job"}


class BatchJobDefinition(NamedTuple):
    """The jobs of one kind of a batch. ``job_type`` and ``configuration`` are Camunda 7's."""

    id: str
    batch_id: str
    kind: BatchJobKind
    job_type: str
    configuration: str
    tenant_id: str | None
    deployment_id: str | None
    suspended: bool
    """It was, or its batch was."""
    priority: int | None
    """Overrides that of the batch for new jobs."""


def job_definition_id(batch_id: str, kind: BatchJobKind) -> str:
    """The id of a job definition: the same for ever, and known without a look-up."""
    return f"{batch_id}{_MARK}{kind}"


def is_batch_job_definition(job_definition_id: str | None) -> bool:
    """Whether an id is that of a job definition of a batch."""
    return job_definition_id is not None and _parsed(job_definition_id) is not None


def place_of(job_definition_id: str) -> tuple[str, BatchJobKind]:
    """The batch and the kind of jobs that an id means. NotFoundError if it means nothing."""
    found = _parsed(job_definition_id)
    if found is None:
        raise NotFoundError(
            f"there is no job definition '{job_definition_id}'", job_definition_id=job_definition_id
        )
    return found


def definitions_of(tx: Tx, batches: Sequence[BatchRow]) -> list[BatchJobDefinition]:
    """The job definitions of batches, with two statements for all of them."""
    said = said_of(tx, [each.id for each in batches])
    return [
        _definition(batch, kind, *said.get(JobPlace(batch.id, "", kind), (False, None)))
        for batch in batches
        for kind in BatchJobKind
    ]


def definition_of(tx: Tx, job_definition_id: str) -> BatchJobDefinition:
    """One of them. NotFoundError."""
    batch_id, kind = place_of(job_definition_id)
    for each in definitions_of(tx, list(find_batches(tx, [batch_id]).values())):
        if each.kind is kind:
            return each
    raise NotFoundError(f"there is no job definition '{job_definition_id}'", job_definition_id=job_definition_id)


def as_said(tx: Tx, jobs: Sequence[Job]) -> list[Job]:
    """New jobs as their definitions want them: suspended, with another priority."""
    said = said_of(tx, sorted({each.batch_id for each in jobs if each.batch_id is not None}))
    if not said:
        return list(jobs)
    found: list[Job] = []
    for each in jobs:
        suspended, priority = said.get(JobPlace(each.batch_id or "", "", each.kind), (False, None))
        found.append(replace(each, suspended=suspended, priority=each.priority if priority is None else priority))
    return found


def _parsed(job_definition_id: str) -> tuple[str, BatchJobKind] | None:
    batch_id, _, kind = job_definition_id.partition(_MARK)
    if not is_id(batch_id) or kind not in list(BatchJobKind):
        return None
    return batch_id, BatchJobKind(kind)


def _definition(batch: BatchRow, kind: BatchJobKind, suspended: bool, priority: int | None) -> BatchJobDefinition:
    operation = all_operations().get(batch.operation)
    execution = batch.operation if operation is None else operation.camunda_type
    return BatchJobDefinition(
        id=job_definition_id(batch.id, kind),
        batch_id=batch.id,
        kind=kind,
        job_type=_TYPES.get(kind, execution),
        configuration=batch.id,
        tenant_id=batch.tenant_id,
        deployment_id=batch.deployment_id if kind is BatchJobKind.SEED else None,
        suspended=suspended or batch.suspended,
        priority=priority,
    )
