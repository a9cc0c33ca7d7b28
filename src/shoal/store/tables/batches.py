"""Batches: the row that stays, its chunks, and a row for every element that did not succeed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    text,
)

from shoal.store.tables.columns import Id, IdArray, Instant, Json
from shoal.store.tables.metadata import metadata

batch = Table(
    "batch",
    metadata,
    Column("id", Id, primary_key=True),
    Column("operation", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("suspended", Boolean, nullable=False, default=False),
    Column("format", Integer, nullable=False, default=1),
    Column("params", Json, nullable=False),
    Column("selection", Json, nullable=False),
    Column("seed_cursor", Json),
    Column("chunk_size", Integer, nullable=False),
    Column("jobs_per_seed", Integer, nullable=False),
    Column("priority", Integer, nullable=False, default=0),
    Column("max_parallel", Integer),
    Column("rate_per_second", Double),
    Column("next_start_at", Instant),
    Column("idempotency_key", Text),
    Column("request_digest", Text),
    Column("tenant_id", Text),
    Column("created_by", Text),
    Column("total_count", BigInteger, nullable=False, default=0),
    Column("jobs_created", Integer, nullable=False, default=0),
    Column("created_at", Instant, nullable=False),
    Column("seeded_at", Instant),
    Column("execution_started_at", Instant),
    Column("ended_at", Instant),
    Column("removal_time", Instant),
    Column("error_message", Text),
    Column("deployment_id", Id),
    Column("total_jobs", Integer, nullable=False, server_default=text("0")),
    CheckConstraint(
        "state IN ('seeding', 'running', 'completed', 'completed-with-failures', 'cancelled', 'failed')",
        name="state",
    ),
    CheckConstraint("(state IN ('seeding', 'running')) = (ended_at IS NULL)", name="ended"),
    CheckConstraint("chunk_size > 0", name="chunk_size"),
    CheckConstraint("rate_per_second IS NULL OR rate_per_second > 0", name="rate"),
    CheckConstraint("max_parallel IS NULL OR max_parallel > 0", name="parallel"),
    Index("uq_batch_idempotency_key", "idempotency_key", unique=True),
)
"""``format`` is the version of the shape of params, selection and cursor; older shapes stay readable.
``deployment_id``: all its elements are done for this deployment. ``total_jobs``: execution jobs, counted when the
batch was made, until the seed knows them."""

Index(
    "ix_batch_removal_time",
    batch.c.removal_time,
    postgresql_where=batch.c.removal_time.is_not(None),
    sqlite_where=batch.c.removal_time.is_not(None),
)

batch_requested_id = Table(
    "batch_requested_id",
    metadata,
    Column("batch_id", Id, primary_key=True),
    Column("target_id", Id, primary_key=True),
    sqlite_with_rowid=False,
)
"""The ids that the caller named; gone when the batch is seeded."""

batch_chunk = Table(
    "batch_chunk",
    metadata,
    Column("id", Id, primary_key=True),
    Column("batch_id", Id, ForeignKey("batch.id"), nullable=False),
    Column("deployment_id", Id),
    Column("ids", IdArray, nullable=False),
    Column("size", Integer, nullable=False),
    Column("first_id", Id, nullable=False),
    Column("last_id", Id, nullable=False),
    Column("state", Text, nullable=False, default="pending"),
    Column("succeeded_count", Integer, nullable=False, default=0),
    Column("skipped_count", Integer, nullable=False, default=0),
    Column("failed_count", Integer, nullable=False, default=0),
    Column("cancelled_count", Integer, nullable=False, default=0),
    Column("attempts", Integer, nullable=False, default=0),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    CheckConstraint("state IN ('pending', 'done', 'cancelled')", name="state"),
    CheckConstraint("size > 0", name="size"),
    CheckConstraint(
        "state = 'pending' OR succeeded_count + skipped_count + failed_count + cancelled_count = size",
        name="counts",
    ),
    Index("ix_batch_chunk_batch_id", "batch_id", "state"),
    Index("ix_batch_chunk_range", "batch_id", "first_id", "last_id"),
)
"""The elements of one execution job: a sorted array of ids. A chunk may be split into two, never changed
otherwise, until it is done."""

batch_element = Table(
    "batch_element",
    metadata,
    Column("batch_id", Id, primary_key=True),
    Column("target_id", Id, primary_key=True),
    Column("chunk_id", Id, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("message", Text),
    Column("details", Text),
    Column("at", Instant, nullable=False),
    CheckConstraint("state IN ('skipped', 'failed')", name="state"),
    Index("ix_batch_element_reason", "batch_id", "state", "reason"),
    sqlite_with_rowid=False,
)
"""Only elements that did not succeed. ``reason`` groups causes; ``message`` is this element's own."""
