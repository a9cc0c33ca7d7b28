"""Effects as rows: one file per family of tables."""

from __future__ import annotations

from shoal.commands.rows.chunk import ChunkRows
from shoal.commands.rows.texts import storable

__all__ = ["ChunkRows", "storable"]
