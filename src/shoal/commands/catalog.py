"""The models of definitions, read once and kept while they are used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from dataclasses import dataclass

from shoal.bpmn.activities import CallActivity
from shoal.bpmn.events import ConditionalEvent, Event
from shoal.bpmn.process import Definitions, Process
from shoal.bpmn.reader import read_definitions
from shoal.errors import NotFoundError
from shoal.kernel import has_end_listeners, wants_tasks
from shoal.settings import Settings
from shoal.store.database import Tx
from shoal.store.queries.definitions import find_definitions, load_sources

_KEPT = 512


@dataclass(frozen=True, slots=True)
class Deployed:
    """A definition with its model."""

    definition_id: str
    deployment_id: str
    tenant_id: str | None
    process: Process
    has_end_listeners: bool
    """Whether cancelling an instance runs code of the model."""
    has_calls: bool
    """Whether an instance may have called others."""
    wants_tasks: bool
    """Whether task listeners look at tasks of earlier steps."""
    has_conditions: bool
    """Whether a change of variables can wake something."""

    @property
    def key(self) -> str:
        """The key of the definition: the id of the process in the model."""
        return self.process.id


class Catalog:
    """Models by definition, the least recently used forgotten first. Threads may share it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._kept: OrderedDict[str, Deployed] = OrderedDict()
        self._changing = threading.Lock()

    def read(self, content: bytes, resource: str) -> Definitions:
        """Read a file. ModelRejectedError lists what is wrong with it."""
        result = read_definitions(
            content,
            resource,
            python_scripts=self._settings.python_scripts,
            script_seconds=self._settings.script_timeout_seconds,
            script_bytes=self._settings.script_memory_bytes,
            max_bytes=self._settings.max_model_bytes,
        )
        return result.definitions

    def get(self, tx: Tx, definition_id: str) -> Deployed:
        """One definition's model. NotFoundError if there is no such definition."""
        return self.get_many(tx, (definition_id,))[definition_id]

    def get_many(self, tx: Tx, definition_ids: Collection[str]) -> dict[str, Deployed]:
        """The models of definitions; those that are not kept are loaded by one statement.

        NotFoundError if one of them does not exist.
        """
        found: dict[str, Deployed] = {}
        # of a tenant's transaction, the database says what is to be seen
        allowed = definition_ids if tx.tenants is None else find_definitions(tx, list(definition_ids))
        with self._changing:
            for definition_id in allowed:
                if (deployed := self._kept.get(definition_id)) is not None:
                    self._kept.move_to_end(definition_id)
                    found[definition_id] = deployed
        missing = [each for each in definition_ids if each not in found]
        if missing:
            found |= self._load(tx, missing)
        return found

    def forget(self, definition_ids: Collection[str]) -> None:
        """Keep these models no longer: their definitions are gone."""
        with self._changing:
            for definition_id in definition_ids:
                self._kept.pop(definition_id, None)

    def _load(self, tx: Tx, definition_ids: list[str]) -> dict[str, Deployed]:
        loaded: dict[str, Deployed] = {}
        read: dict[tuple[str, str], Definitions] = {}
        for definition, content in load_sources(tx, definition_ids):
            file = (definition.deployment_id, definition.resource_name)
            definitions = read.get(file)
            if definitions is None:
                definitions = read[file] = self.read(content, definition.resource_name)
            process = next(each for each in definitions.processes if each.id == definition.key)
            loaded[definition.id] = Deployed(
                definition.id,
                definition.deployment_id,
                definition.tenant_id,
                process,
                has_end_listeners(process),
                any(isinstance(node, CallActivity) for node in process.nodes.values()),
                wants_tasks(process),
                _has_conditions(process),
            )
        for definition_id in definition_ids:
            if definition_id not in loaded:
                raise NotFoundError(f"no process definition has the id '{definition_id}'", id=definition_id)
        with self._changing:
            self._kept.update(loaded)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return loaded


def _has_conditions(process: Process) -> bool:
    return any(
        isinstance(node, Event) and isinstance(node.definition, ConditionalEvent) for node in process.nodes.values()
    )
