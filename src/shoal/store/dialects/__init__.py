"""What differs between the databases, and only that."""

from __future__ import annotations

from sqlalchemy.engine import make_url

from shoal.errors import InputError
from shoal.store.dialects.contract import Dialect
from shoal.store.dialects.postgresql import PostgreSQL
from shoal.store.dialects.sqlite import SQLite

__all__ = ["Dialect", "dialect_for"]


def dialect_for(url: str) -> Dialect:
    """The dialect of a database URL; InputError for a database that Shoal does not run on."""
    name = make_url(url).get_backend_name()
    match name:
        case "sqlite":
            return SQLite()
        case "postgresql":
            return PostgreSQL()
        case _:
            raise InputError(
                f"SHOAL_DATABASE_URL: '{name}' is not supported; supported: sqlite, postgresql",
                field="SHOAL_DATABASE_URL",
            )
