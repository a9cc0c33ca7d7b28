"""What never changes about a batch, read once: its operation and its parameters."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from shoal.batch.registry import AnyOperation, find_operation
from shoal.batch.request import parse_params
from shoal.batch.targets import Filter, Target
from shoal.commands.context import Context
from shoal.errors import NotFoundError
from shoal.store.queries.batches import BatchRow, find_batch

_KEPT = 256
_plans: OrderedDict[str, BatchPlan] = OrderedDict()
_changing = threading.Lock()


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """The operation of a batch, its parameters, and what its elements are."""

    batch_id: str
    operation: AnyOperation
    params: Any
    target: Target
    filters: tuple[Filter, ...]
    has_ids: bool


def plan_of(ctx: Context, batch_id: str) -> BatchPlan:
    """The plan; NotFoundError if the batch is gone or its operation is not known here."""
    with _changing:
        found = _plans.get(batch_id)
        if found is not None:
            _plans.move_to_end(batch_id)
            return found
    with ctx.database.read() as tx:
        row = find_batch(tx, batch_id)
    if row is None:
        raise NotFoundError(f"there is no batch {batch_id}", batch_id=batch_id)
    plan = parse_plan(row)
    with _changing:
        _plans[batch_id] = plan
        if len(_plans) > _KEPT:
            _plans.popitem(last=False)
    return plan


def parse_plan(row: BatchRow) -> BatchPlan:
    """The plan of a row."""
    operation = find_operation(row.operation)
    params = parse_params(operation, row.params)
    target = operation.target_for(params)
    return BatchPlan(
        row.id,
        operation,
        params,
        target,
        target.parse_filters(row.selection.get("filter")),
        bool(row.selection.get("ids")),
    )
