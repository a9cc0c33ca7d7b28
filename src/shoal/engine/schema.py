"""The schema of the database: which one it has, which one is needed."""

from __future__ import annotations

from shoal.store import migrations
from shoal.store.database import Database


class Schema:
    """``engine.schema``"""

    def __init__(self, database: Database, blob_url: str) -> None:
        self._database = database
        self._blob_url = blob_url

    @property
    def current(self) -> str | None:
        """The revision of the database; None if it has no tables yet."""
        return migrations.current_revision(self._database)

    @property
    def needed(self) -> str:
        """The revision that this version needs."""
        return migrations.newest_revision()

    def upgrade(self) -> None:
        """Create or change the tables as needed; harmless when there is nothing to do."""
        migrations.upgrade(self._database)

    def check(self) -> None:
        """UnavailableError unless the database answers and has the needed schema."""
        migrations.check_schema(self._database)

    @property
    def shown_url(self) -> str:
        """The URL of the database, without its password."""
        return _without_password(self._database.url)

    @property
    def shown_blob_url(self) -> str:
        """The URL of the place of large values, without its password."""
        return _without_password(self._blob_url)


def _without_password(url: str) -> str:
    """
    >>> _without_password("postgresql://me:secret@db/orders")
    'postgresql://me:***@db/orders'
    """
    scheme, mark, rest = url.partition("://")
    login, at, host = rest.rpartition("@")
    user, colon, _ = login.partition(":")
    return f"{scheme}{mark}{user}{colon}{'***' if colon else ''}{at}{host}"
