"""What was said about the jobs of an element: everything else about it is in the model."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Integer, Table, Text

from shoal.store.tables.columns import Id
from shoal.store.tables.metadata import metadata

job_definition_state = Table(
    "job_definition_state",
    metadata,
    Column("definition_id", Id, primary_key=True),
    Column("activity_id", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("suspended", Boolean, nullable=False, default=False),
    Column("priority", Integer),
    sqlite_with_rowid=False,
)
"""Rows exist only where something was said. ``priority`` overrides that of the model for new jobs."""
