"""The first tables."""

from __future__ import annotations

from shoal.store.migrations.first import batches, definitions, instances, jobs, variables

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create everything."""
    for family in (definitions, instances, variables, jobs, batches):
        family.create()
