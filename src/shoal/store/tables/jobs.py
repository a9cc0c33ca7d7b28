"""Jobs: asynchronous work that the engine owns, taken with a lease; and the incidents they end in."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, Table, Text, false

from shoal.store.tables.columns import Id, Instant, Json
from shoal.store.tables.metadata import metadata

job = Table(
    "job",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("lane", SmallInteger, nullable=False, default=0),
    Column("instance_id", Id),
    Column("node_id", Id),
    Column("definition_id", Id),
    Column("deployment_id", Id),
    Column("activity_id", Text),
    Column("batch_id", Id),
    Column("chunk_id", Id),
    Column("due_at", Instant),
    Column("priority", Integer, nullable=False, default=0),
    Column("retries", Integer, nullable=False),
    Column("exclusive", Boolean, nullable=False, default=True),
    Column("suspended", Boolean, nullable=False, default=False),
    Column("leased_by", Text),
    Column("leased_until", Instant),
    Column("repeat", Text),
    Column("payload", Json),
    Column("error_message", Text),
    Column("error_details", Text),
    Column("failed_activity_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("sole_instance_id", Id),
    Column("parked", Boolean, nullable=False, default=False, server_default=false()),
    CheckConstraint("retries >= 0", name="retries"),
    CheckConstraint("(leased_by IS NULL) = (leased_until IS NULL)", name="lease"),
    CheckConstraint("lane IN (0, 1)", name="lane"),
    Index("ix_job_instance_id", "instance_id"),
    Index("ix_job_batch_id", "batch_id"),
)
"""``lane`` 0 is live work and goes first; 1 is batch work. ``leased_until`` in the past: the worker died.
``sole_instance_id``: the only element of the job's chunk, whose own jobs are not worked on at the same time.
``parked``: its instance was seen to be suspended, so that nobody looks at it until the instance is resumed."""

Index(
    "ix_job_sole_instance_id",
    job.c.sole_instance_id,
    postgresql_where=job.c.sole_instance_id.is_not(None),
    sqlite_where=job.c.sole_instance_id.is_not(None),
)
Index(
    "ix_job_ready",
    job.c.lane,
    job.c.priority.desc(),
    job.c.due_at,
    job.c.id,
    postgresql_where=(job.c.retries > 0) & job.c.parked.is_(False),
    sqlite_where=(job.c.retries > 0) & job.c.parked.is_(False),
)
Index(
    "ix_job_parked", job.c.instance_id, postgresql_where=job.c.parked.is_(True), sqlite_where=job.c.parked.is_(True)
)

incident = Table(
    "incident",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("instance_id", Id),
    Column("node_id", Id),
    Column("activity_id", Text),
    Column("failed_activity_id", Text),
    Column("definition_id", Id),
    Column("batch_id", Id),
    Column("configuration", Text),
    Column("message", Text),
    Column("annotation", Text),
    Column("state", Text, nullable=False, default="open"),
    Column("cause_id", Id),
    Column("root_cause_id", Id),
    Column("created_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("job_kind", Text),
    CheckConstraint("state IN ('open', 'resolved', 'deleted')", name="state"),
    CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
    Index("ix_incident_instance_id", "instance_id"),
    Index("ix_incident_configuration", "configuration"),
)
"""``kind``: failedJob, failedExternalTask. ``configuration``: the id of the job or external task. Ended ones are
history; ``job_kind`` is that of the job, which may be gone."""
