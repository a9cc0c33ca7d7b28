"""What every command works with: one object per engine, shared by its threads."""

from __future__ import annotations

import socket
from collections.abc import Callable
from copy import copy
from typing import Self

from shoal.commands.catalog import Catalog
from shoal.commands.host import EngineHost
from shoal.commands.registered_deployments import RegisteredDeployments
from shoal.errors import NotFoundError
from shoal.settings import Settings
from shoal.store.blobs import BlobStore
from shoal.store.database import Database, Tx
from shoal.store.tenancy import Tenants


class Context:
    """The database, the large values, the models and the code that they call.

    ``user_id`` is who acts; None: whoever opened the engine.
    """

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self.blobs = BlobStore(settings.blob_place)
        self.catalog = Catalog(settings)
        self.host = EngineHost(settings)
        self.hostname = socket.gethostname()
        self.registered = RegisteredDeployments()
        self.user_id: str | None = None

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Connect to what the settings name. The schema is not looked at (see ``store.migrations``)."""
        return cls(Database(settings.database_url), settings)

    def acting(
        self,
        user_id: str | None,
        tenants: Tenants | None,
        before_commit: Callable[[Tx], None] | None = None,
    ) -> Self:
        """The same for somebody who belongs to ``tenants`` (None: everything). See ``Database.narrowed``."""
        seen = copy(self)
        seen.user_id = user_id
        seen.database = self.database.narrowed(tenants, before_commit)
        return seen

    def check_tenant(self, tenant_id: str | None) -> None:
        """NotFoundError if something is to be made for a tenant that who acts does not belong to."""
        tenants = self.database.tenants
        if tenants is not None and tenant_id is not None and tenant_id not in tenants:
            raise NotFoundError(f"there is no tenant '{tenant_id}'", tenant_id=tenant_id)

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()
