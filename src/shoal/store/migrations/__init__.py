"""Brings a database to the schema of this version, and says when it is not there.

Revisions lie in ``versions``; each is frozen once it is released.
"""

from __future__ import annotations

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from shoal.errors import UnavailableError
from shoal.store.database import Database

__all__ = ["check_schema", "current_revision", "newest_revision", "upgrade"]


def upgrade(database: Database) -> None:
    """Create or change the tables as needed; all or nothing. Several processes may do it at once.

    UnavailableError if the database belongs to a newer version of Shoal.
    """
    with database.write() as tx:
        tx.dialect.lock_names(tx.connection, ["shoal.migrations"])
        found = MigrationContext.configure(tx.connection).get_current_revision()
        _refuse_newer(found)
        if found == newest_revision():
            return
        config = _config()
        config.attributes["connection"] = tx.connection
        command.upgrade(config, "head")


def current_revision(database: Database) -> str | None:
    """The revision of the database; None if it has no tables of Shoal."""
    with database.read() as tx:
        return MigrationContext.configure(tx.connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this version of Shoal needs."""
    return _script().get_current_head() or ""


def check_schema(database: Database) -> None:
    """UnavailableError unless the database has exactly the schema that this version needs."""
    found = current_revision(database)
    _refuse_newer(found)
    if found != newest_revision():
        has = f"is at revision {found}" if found else "has no tables yet"
        raise UnavailableError(
            f"the database {has}; this version of Shoal needs revision {newest_revision()}: run 'shoal db upgrade'"
        )


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in {each.revision for each in _script().walk_revisions()}:
        raise UnavailableError(
            f"the database is at revision {found}, which this version of Shoal does not know: "
            "it was upgraded by a newer version"
        )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "shoal.store:migrations")
    config.set_main_option("path_separator", "os")
    return config


@cache
def _script() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())
