"""Restart: ended process instances start again as new ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.restart_instances import Restart, restart_all, restart_instance, restart_together
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.starting import Starting
from shoal.people.permissions import Permission


class Restarted(NamedTuple):
    """What became of each old instance, and the id of the new one of those that succeeded."""

    outcome: ChunkOutcome
    started: dict[str, str]


class InstanceRestart(Starting):
    """What ``engine.instances.restart(definition_id)`` returns: collect instructions, then ``execute(ids)``."""

    def __init__(self, context: Context, definition_id: str) -> None:
        super().__init__()
        self._context = context
        self._definition_id = definition_id

    @allowed(Permission.CREATE_INSTANCES, log_words.RESTART)
    def execute(
        self,
        instance_ids: Iterable[str],
        *,
        initial_variables: bool = False,
        without_business_key: bool = False,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
        started_by: str | None = None,
    ) -> Restarted:
        """Start a new instance for each of the ended ones, each by itself.

        They get the business key and the last variables of the old ones; ``initial_variables``: those that they
        were started with (needs the history level full). NotFoundError: no such definition. InputError: an
        instruction; ``details`` has its ``index`` and ``field``.
        """
        restart = Restart(
            self._definition_id,
            tuple(self._instructions),
            initial_variables,
            without_business_key,
            skip_custom_listeners,
            skip_io_mappings,
            started_by,
        )
        return Restarted(*restart_all(self._context, list(instance_ids), restart))

    @allowed(Permission.CREATE_INSTANCES, log_words.RESTART)
    def execute_together(
        self,
        instance_ids: Iterable[str],
        *,
        initial_variables: bool = False,
        without_business_key: bool = False,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
        started_by: str | None = None,
    ) -> dict[str, str]:
        """The same in one transaction, all or none: the new one of each old one.

        For the first that cannot be started again it raises what ``execute_one`` raises.
        """
        restart = Restart(
            self._definition_id,
            tuple(self._instructions),
            initial_variables,
            without_business_key,
            skip_custom_listeners,
            skip_io_mappings,
            started_by,
        )
        return restart_together(self._context, list(instance_ids), restart)

    @allowed(Permission.CREATE_INSTANCES, log_words.RESTART)
    def execute_one(
        self,
        instance_id: str,
        *,
        initial_variables: bool = False,
        without_business_key: bool = False,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
        started_by: str | None = None,
    ) -> str:
        """The same for one instance; the id of the new one.

        Also: NotFoundError: no such instance. ConflictError: it runs, or is of another definition.
        SuspendedError: the definition is suspended. ExecutionError: the process failed before it first waits.
        """
        restart = Restart(
            self._definition_id,
            tuple(self._instructions),
            initial_variables,
            without_business_key,
            skip_custom_listeners,
            skip_io_mappings,
            started_by,
        )
        return restart_instance(self._context, instance_id, restart)
