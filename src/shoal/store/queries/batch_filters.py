"""The one translation of a ``BatchFilter``: it lists, counts, and selects for a batch."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, select

from shoal.filters.batches import BatchFilter
from shoal.store.database import Tx
from shoal.store.queries import filter_values
from shoal.store.queries.batches import BATCH_COLUMNS, BatchRow
from shoal.store.queries.filter_conditions import of_instants, of_tenant, of_texts
from shoal.store.queries.ordering import Order, ordered_by
from shoal.store.tables.batches import batch
from shoal.store.tables.jobs import job

_t = batch.c
_SORTS = {
    name: _t[name]
    for name in (
        "id",
        "operation",
        "state",
        "priority",
        "tenant_id",
        "created_by",
        "created_at",
        "execution_started_at",
        "ended_at",
        "removal_time",
    )
}


def batch_conditions(wanted: BatchFilter) -> list[ColumnElement[bool]]:
    """What the filter says, as conditions on ``batch``. FilterRejectedError names a bad value."""
    found = [
        *of_texts(wanted, {"operation": _t.operation, "created_by": _t.created_by}),
        *of_instants(wanted, {"ended": _t.ended_at}),
        *of_tenant(wanted, _t.tenant_id),
    ]
    if wanted.ids is not None:
        found.append(filter_values.id_among(_t.id, wanted.ids))
    if wanted.state_in is not None:
        found.append(_t.state.in_(wanted.state_in))
    if wanted.suspended is not None:
        found.append(_t.suspended.is_(wanted.suspended))
    if wanted.created_from is not None:
        found.append(_t.created_at >= wanted.created_from)
    if wanted.created_until is not None:
        found.append(_t.created_at <= wanted.created_until)
    if wanted.finished is not None:
        finished = and_(_t.ended_at.is_not(None), ~exists().where(job.c.batch_id == _t.id))
        found.append(finished if wanted.finished else ~finished)
    if wanted.with_failures is not None:
        failed = exists().where(job.c.batch_id == _t.id, job.c.retries == 0)
        found.append(failed if wanted.with_failures else ~failed)
    return found


def list_batches(
    tx: Tx,
    wanted: BatchFilter,
    *,
    sort: str | Sequence[Order] = "id",
    descending: bool = True,
    offset: int = 0,
    before_id: str | None = None,
    limit: int | None = None,
) -> list[BatchRow]:
    """The batches that match, the newest first; ``before_id`` is the last id of the page before.

    FilterRejectedError if ``sort`` names what batches cannot be ordered by.
    """
    statement = select(*BATCH_COLUMNS).where(*batch_conditions(wanted))
    if before_id is not None:
        statement = statement.where(_t.id < before_id)
    order = ordered_by(_SORTS, sort, descending=descending, last=_t.id)
    return [BatchRow(*row) for row in tx.execute(statement.order_by(*order).offset(offset).limit(limit))]


def count_batches(tx: Tx, wanted: BatchFilter) -> int:
    """How many match."""
    statement = select(func.count()).select_from(batch).where(*batch_conditions(wanted))
    return int(tx.execute(statement).scalar_one())
