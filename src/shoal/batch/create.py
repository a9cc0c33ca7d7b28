"""Makes a batch: everything is checked first; its row, the named ids and the first seed job are one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.batch import jobs
from shoal.batch.contract import OperationParams
from shoal.batch.creator import keep_creator
from shoal.batch.lifetime import removal_time_at_start
from shoal.batch.registry import AnyOperation, find_operation
from shoal.batch.request import BatchOptions, digest_of, parse_options, parse_params, refuse_unstorable
from shoal.batch.seeding import Cursor, Phase
from shoal.batch.selection import (
    Selected,
    Selection,
    malformed_reason,
    parse_selection,
    resolve,
    stand_in,
)
from shoal.batch.states import BatchState, ChunkState, ElementState
from shoal.batch.targets import Target
from shoal.batch.view import BatchView, view_of
from shoal.commands.context import Context
from shoal.errors import ConflictError, EmptySelectionError, ExpectedCountError
from shoal.ids import new_id
from shoal.jobs.wake import signal_of
from shoal.store.database import Tx
from shoal.store.queries.batch_chunks import ChunkRow, insert_chunks
from shoal.store.queries.batch_elements import ElementRow, insert_elements
from shoal.store.queries.batch_selection import count_selection
from shoal.store.queries.batch_targets import insert_requested_ids
from shoal.store.queries.batches import BatchRow, change_batch, find_batch_by_key, insert_batch
from shoal.store.queries.definitions import Definition, find_definitions

FORMAT = 1
"""The version of the shape of params, selection and cursor."""


def create_batch(
    ctx: Context,
    operation: str | AnyOperation,
    params: OperationParams | Mapping[str, Any] | None,
    selection: Selection | Mapping[str, Any],
    options: BatchOptions | Mapping[str, Any] | None = None,
) -> BatchView:
    """Create a batch and return it; workers do it from then on.

    The same idempotency key with the same request returns the batch already made, with another request it
    is a ConflictError. EmptySelectionError without a target, ExpectedCountError with another number of them;
    in every error case nothing was created.
    """
    found = find_operation(operation) if isinstance(operation, str) else operation
    parsed = parse_params(found, params)
    chosen = parse_options(options)
    target = found.target_for(parsed)
    selected = resolve(parse_selection(selection), target)
    digest = digest_of(found, parsed, selected, chosen)
    if (made := _already_made(ctx, chosen.idempotency_key, digest)) is not None:
        return made
    ctx.check_tenant(chosen.tenant_id)
    found.check(ctx, parsed)
    refuse_unstorable(parsed, selected, chosen)
    row = _row(ctx, found, parsed, selected, chosen, digest)
    with ctx.database.write() as tx:
        created = _insert(ctx, tx, row, selected, target, chosen.expected_count)
        tx.after_commit(signal_of(ctx.database).notify)
    if not created:
        made = _already_made(ctx, chosen.idempotency_key, digest)
        if made is None:
            raise ConflictError(f"idempotency key '{chosen.idempotency_key}' is free again; try again")
        return made
    with ctx.database.read() as tx:
        return view_of(tx, row.id)


def _insert(
    ctx: Context, tx: Tx, row: BatchRow, selected: Selected, target: Target, expected_count: int | None
) -> bool:
    if not insert_batch(tx, row):
        return False
    keep_creator(tx, row.id)
    insert_requested_ids(tx, row.id, selected.ids)
    counted = count_selection(
        tx, target.kind, selected.filters, row.created_at, batch_id=row.id, named=len(selected.ids)
    )
    total = counted.total + len(selected.malformed)
    if total == 0:
        raise EmptySelectionError(f"the selection matches no {target.name}")
    if expected_count is not None and total != expected_count:
        raise ExpectedCountError(
            f"the selection has {total} elements, not {expected_count}; nothing was created",
            expected=expected_count,
            found=total,
        )
    bound = row.deployment_id is not None
    deployments = [row.deployment_id] if bound else list(counted.by_deployment)
    parts = [counted.total] if bound else [*counted.by_deployment.values(), counted.unknown]
    change_batch(
        tx,
        row.id,
        total_count=total,
        total_jobs=sum(-(-part // row.chunk_size) for part in parts),
        seed_cursor=Cursor(Phase.EXISTING, deployments).stored(),
    )
    tx.concerns(batch_id=row.id, tenant_id=row.tenant_id, count=total)
    _skip_malformed(tx, row, selected.malformed)
    jobs.add_seed_job(ctx, tx, row, row.created_at, next(iter(deployments), None))
    return True


def _skip_malformed(tx: Tx, row: BatchRow, malformed: list[str]) -> None:
    """Ids that cannot name anything are elements too: skipped, with their text as the message."""
    texts = {stand_in(each): each for each in malformed}
    kept = sorted(texts)
    for start in range(0, len(kept), row.chunk_size):
        part = kept[start : start + row.chunk_size]
        chunk = ChunkRow(
            new_id(),
            row.id,
            None,
            part,
            ChunkState.DONE,
            skipped_count=len(part),
            started_at=row.created_at,
            ended_at=row.created_at,
        )
        insert_chunks(tx, [chunk])
        reasons = [(each, malformed_reason(texts[each])) for each in part]
        insert_elements(
            tx,
            [
                ElementRow(
                    row.id, each, chunk.id, ElementState.SKIPPED, reason.code, reason.message, None, row.created_at
                )
                for each, reason in reasons
            ],
        )


def _already_made(ctx: Context, key: str | None, digest: str) -> BatchView | None:
    if key is None:
        return None
    with ctx.database.read() as tx:
        found = find_batch_by_key(tx, key)
        if found is None:
            return None
        if found.request_digest != digest:
            raise ConflictError(
                f"idempotency key '{key}' was used for another request, batch {found.id}",
                idempotency_key=key,
                batch_id=found.id,
            )
        return view_of(tx, found.id)


def _row(
    ctx: Context,
    operation: AnyOperation,
    params: OperationParams,
    selected: Selected,
    options: BatchOptions,
    digest: str,
) -> BatchRow:
    now: datetime = clock.now()
    definition = _definition_of(ctx, operation, params)
    return BatchRow(
        id=new_id(),
        operation=operation.name,
        state=BatchState.SEEDING,
        suspended=options.suspended,
        format=FORMAT,
        params=params.model_dump(mode="json", exclude_unset=True),
        selection={
            "ids": len(selected.ids),
            "malformed": len(selected.malformed),
            "malformed_ids": [each[:200] for each in selected.malformed[:100]],
            "filter": selected.stored_filter,
        },
        seed_cursor=None,
        chunk_size=_chunk_size(ctx, operation, params, options),
        jobs_per_seed=options.jobs_per_seed or ctx.settings.batch_jobs_per_seed,
        priority=options.priority,
        max_parallel=options.max_parallel,
        rate_per_second=options.rate_per_second,
        next_start_at=None,
        idempotency_key=options.idempotency_key,
        request_digest=digest,
        tenant_id=options.tenant_id if definition is None else definition.tenant_id,
        deployment_id=None if definition is None else definition.deployment_id,
        created_by=options.created_by if ctx.user_id is None else ctx.user_id,
        total_count=0,
        total_jobs=0,
        jobs_created=0,
        created_at=now,
        seeded_at=None,
        execution_started_at=None,
        ended_at=None,
        removal_time=removal_time_at_start(ctx.settings, operation.name, now),
        error_message=None,
    )


def _definition_of(ctx: Context, operation: AnyOperation, params: OperationParams) -> Definition | None:
    definition_id = operation.definition_of(params)
    if definition_id is None:
        return None
    with ctx.database.read() as tx:
        return find_definitions(tx, (definition_id,)).get(definition_id)


def _chunk_size(ctx: Context, operation: AnyOperation, params: OperationParams, options: BatchOptions) -> int:
    """Copied into the batch: settings that change later do not change it. Camunda 7: invocationsPerBatchJob."""
    by_type = ctx.settings.invocations_per_batch_job_by_type
    return (
        operation.elements_per_job(params)
        or options.chunk_size
        or by_type.get(operation.name)
        or by_type.get(operation.camunda_type)
        or ctx.settings.invocations_per_batch_job
        or operation.chunk_size
    )
