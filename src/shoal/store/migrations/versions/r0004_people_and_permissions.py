"""Users, groups, tenants, authorizations, and the log of what users did."""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Nothing yet."""
