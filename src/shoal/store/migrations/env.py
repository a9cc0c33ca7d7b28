"""What Alembic runs: the revisions, in the transaction that ``upgrade`` opened."""

from __future__ import annotations

from alembic import context

from shoal.store.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
