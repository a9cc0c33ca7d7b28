"""Batches."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
)

from shoal.store.tables.columns import Id, IdArray, Instant, Json


def create() -> None:
    """Create the tables."""
    op.create_table(
        "batch",
        Column("id", Id(), nullable=False),
        Column("operation", Text(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("suspended", Boolean(), nullable=False),
        Column("format", Integer(), nullable=False),
        Column("params", Json(), nullable=False),
        Column("selection", Json(), nullable=False),
        Column("seed_cursor", Json()),
        Column("chunk_size", Integer(), nullable=False),
        Column("jobs_per_seed", Integer(), nullable=False),
        Column("priority", Integer(), nullable=False),
        Column("max_parallel", Integer()),
        Column("rate_per_second", Double()),
        Column("next_start_at", Instant()),
        Column("idempotency_key", Text()),
        Column("request_digest", Text()),
        Column("tenant_id", Text()),
        Column("created_by", Text()),
        Column("total_count", BigInteger(), nullable=False),
        Column("jobs_created", Integer(), nullable=False),
        Column("created_at", Instant(), nullable=False),
        Column("seeded_at", Instant()),
        Column("execution_started_at", Instant()),
        Column("ended_at", Instant()),
        Column("removal_time", Instant()),
        Column("error_message", Text()),
        CheckConstraint("(state IN ('seeding', 'running')) = (ended_at IS NULL)", name=op.f("ck_batch_ended")),
        CheckConstraint(
            "state IN ('seeding', 'running', 'completed', 'completed-with-failures', 'cancelled', 'failed')",
            name=op.f("ck_batch_state"),
        ),
        CheckConstraint("chunk_size > 0", name=op.f("ck_batch_chunk_size")),
        CheckConstraint("max_parallel IS NULL OR max_parallel > 0", name=op.f("ck_batch_parallel")),
        CheckConstraint("rate_per_second IS NULL OR rate_per_second > 0", name=op.f("ck_batch_rate")),
        PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    op.create_index("uq_batch_idempotency_key", "batch", ["idempotency_key"], unique=True)
    op.create_table(
        "batch_requested_id",
        Column("batch_id", Id(), nullable=False),
        Column("target_id", Id(), nullable=False),
        PrimaryKeyConstraint("batch_id", "target_id", name=op.f("pk_batch_requested_id")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "batch_chunk",
        Column("id", Id(), nullable=False),
        Column("batch_id", Id(), nullable=False),
        Column("deployment_id", Id()),
        Column("ids", IdArray(), nullable=False),
        Column("size", Integer(), nullable=False),
        Column("first_id", Id(), nullable=False),
        Column("last_id", Id(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("succeeded_count", Integer(), nullable=False),
        Column("skipped_count", Integer(), nullable=False),
        Column("failed_count", Integer(), nullable=False),
        Column("cancelled_count", Integer(), nullable=False),
        Column("attempts", Integer(), nullable=False),
        Column("started_at", Instant()),
        Column("ended_at", Instant()),
        CheckConstraint(
            "state = 'pending' OR succeeded_count + skipped_count + failed_count + cancelled_count = size",
            name=op.f("ck_batch_chunk_counts"),
        ),
        CheckConstraint("state IN ('pending', 'done', 'cancelled')", name=op.f("ck_batch_chunk_state")),
        CheckConstraint("size > 0", name=op.f("ck_batch_chunk_size")),
        ForeignKeyConstraint(["batch_id"], ["batch.id"], name=op.f("fk_batch_chunk_batch_id")),
        PrimaryKeyConstraint("id", name=op.f("pk_batch_chunk")),
    )
    op.create_index("ix_batch_chunk_batch_id", "batch_chunk", ["batch_id", "state"])
    op.create_index("ix_batch_chunk_range", "batch_chunk", ["batch_id", "first_id", "last_id"])
    op.create_table(
        "batch_element",
        Column("batch_id", Id(), nullable=False),
        Column("target_id", Id(), nullable=False),
        Column("chunk_id", Id(), nullable=False),
        Column("state", Text(), nullable=False),
        Column("reason", Text(), nullable=False),
        Column("message", Text()),
        Column("details", Text()),
        Column("at", Instant(), nullable=False),
        CheckConstraint("state IN ('skipped', 'failed')", name=op.f("ck_batch_element_state")),
        PrimaryKeyConstraint("batch_id", "target_id", name=op.f("pk_batch_element")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_batch_element_reason", "batch_element", ["batch_id", "state", "reason"])
