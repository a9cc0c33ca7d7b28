"""What every command works with: one object per engine, shared by its threads."""

from __future__ import annotations

import socket
from typing import Self

from shoal.commands.catalog import Catalog
from shoal.commands.host import EngineHost
from shoal.settings import Settings
from shoal.store.blobs import BlobStore
from shoal.store.database import Database


class Context:
    """The database, the large values, the models and the code that they call."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.blobs = BlobStore(settings.blob_place)
        self.catalog = Catalog(settings)
        self.host = EngineHost(settings)
        self.hostname = socket.gethostname()

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connect to what the settings name. The schema is not looked at (see ``store.migrations``)."""
        return cls(Database(settings.database_url), settings)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()
