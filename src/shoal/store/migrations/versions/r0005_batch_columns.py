"""Deployments and numbers of jobs of batches, jobs that concern one instance or are parked, and sub-tasks."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Boolean, Column, Integer, false, text

from shoal.store.tables.columns import Id

revision = "0005"
down_revision = "0004"

_SOLE = text("sole_instance_id IS NOT NULL")
_READY = text("retries > 0 AND parked IS false")
_SUB_TASK = text("parent_id IS NOT NULL")


def upgrade() -> None:
    """Create the columns and the index."""
    op.add_column("batch", Column("deployment_id", Id()))
    op.add_column("batch", Column("total_jobs", Integer(), nullable=False, server_default=text("0")))
    op.execute(
        "UPDATE batch SET total_jobs = CASE WHEN state = 'seeding' "
        "THEN (total_count + chunk_size - 1) / chunk_size ELSE jobs_created END"
    )
    op.add_column("job", Column("sole_instance_id", Id()))
    op.create_index(
        "ix_job_sole_instance_id", "job", ["sole_instance_id"], postgresql_where=_SOLE, sqlite_where=_SOLE
    )
    op.add_column("job", Column("parked", Boolean(), nullable=False, server_default=false()))
    op.drop_index("ix_job_ready", table_name="job")
    op.create_index(
        "ix_job_ready",
        "job",
        ["lane", text("priority DESC"), "due_at", "id"],
        postgresql_where=_READY,
        sqlite_where=text("retries > 0 AND parked IS 0"),
    )
    op.create_index(
        "ix_job_parked",
        "job",
        ["instance_id"],
        postgresql_where=text("parked IS true"),
        sqlite_where=text("parked IS 1"),
    )
    op.add_column("user_task", Column("parent_id", Id()))
    op.create_index(
        "ix_user_task_parent_id", "user_task", ["parent_id"], postgresql_where=_SUB_TASK, sqlite_where=_SUB_TASK
    )
