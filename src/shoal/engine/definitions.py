"""Deployments and process definitions."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from shoal.commands.context import Context
from shoal.commands.deploy import Deployment, deploy
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.definition_control import DefinitionControl
from shoal.engine.definition_models import DefinitionModels
from shoal.engine.paging import check_page
from shoal.errors import InputError
from shoal.people.permissions import Permission
from shoal.store.queries.definition_lists import list_definitions
from shoal.store.queries.definitions import Definition

Rows = list[Definition]
File = str | os.PathLike[str]


class Definitions(DefinitionModels, DefinitionControl):
    """``engine.definitions``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.DEPLOY, log_words.DEPLOY)
    def deploy(
        self,
        *files: File,
        contents: Mapping[str, bytes] | None = None,
        name: str | None = None,
        source: str | None = None,
        tenant_id: str | None = None,
        filter_duplicates: bool = False,
        changed_only: bool = False,
        activate_at: datetime | None = None,
    ) -> Deployment:
        """Deploy model files, all of them or none: paths, and ``contents`` by file name.

        ``filter_duplicates``: the same files under the same name are not deployed again; ``changed_only``:
        then only the files that differ are. InputError: a file cannot be read. ModelRejectedError: every
        fault of every file.
        """
        read = {Path(file).name: _content(Path(file)) for file in files}
        if len(read) != len(files) or read.keys() & (contents or {}).keys():
            raise InputError("two files of one deployment have the same name", field="files")
        return deploy(
            self._context,
            {**read, **(contents or {})},
            name=name,
            source=source,
            tenant_id=tenant_id,
            filter_duplicates=filter_duplicates,
            changed_only=changed_only,
            activate_at=activate_at,
        )

    @allowed(Permission.READ_DEFINITIONS)
    def list(
        self,
        *,
        key: str | None = None,
        latest_only: bool = False,
        after_id: str | None = None,
        limit: int = 100,
    ) -> Rows:
        """The definitions, the older first; ``latest_only``: the newest version of each key and tenant.

        >>> [definition.version for definition in engine.definitions.list(key="nothing")]
        []
        """
        check_page(limit, after_id=after_id)
        with self._context.database.read() as tx:
            return list_definitions(tx, limit=limit, after_id=after_id, key=key, latest_only=latest_only)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", field="files") from None
