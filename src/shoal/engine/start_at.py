"""Start of one process instance at activities instead of at a start event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.context import Context
from shoal.commands.start_instances import start_instances
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.starting import Starting
from shoal.people.permissions import Permission


class InstanceStart(Starting):
    """What ``engine.instances.start_at(key)`` returns: collect instructions, then ``execute()``.

    >>> deployment = engine.definitions.deploy("order.bpmn")
    >>> instance_id = engine.instances.start_at("order").start_before("await_payment").execute()
    """

    def __init__(self, context: Context, definition: Mapping[str, Any]) -> None:
        super().__init__()
        self._context = context
        self._definition = definition

    @allowed(Permission.CREATE_INSTANCES, log_words.START)
    def execute(self, *, skip_custom_listeners: bool = False, skip_io_mappings: bool = False) -> str:
        """Start the instance; its id. Without instructions it begins at its start event.

        NotFoundError: no such definition. SuspendedError. InputError: what an instruction names is not there;
        ``details`` has its ``index`` and ``field``. ExecutionError: the process failed before it first waits.
        """
        return start_instances(
            self._context,
            **self._definition,
            instructions=tuple(self._instructions),
            skip_custom_listeners=skip_custom_listeners,
            skip_io_mappings=skip_io_mappings,
        )[0]
