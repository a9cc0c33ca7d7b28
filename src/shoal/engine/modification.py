"""Modification of process instances: tokens are put and taken by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from shoal.commands.context import Context
from shoal.commands.modification import (
    CancelActivityInstance,
    CancelAll,
    CancelTransitionInstance,
    Modification,
)
from shoal.commands.modify_instances import modify_instance, modify_together
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.starting import Starting
from shoal.people.permissions import Permission


class Moving(Starting):
    """Collects instructions that start and cancel; each method returns the object itself."""

    @allowed(Permission.ANYBODY)
    def cancel_all(self, activity_id: str, *, only_current: bool = False) -> Self:
        """Cancel all instances of the activity; ``only_current``: not those that the instructions before began."""
        return self._add(CancelAll(activity_id, only_current))

    @allowed(Permission.ANYBODY)
    def cancel_activity_instance(self, activity_instance_id: str) -> Self:
        """Cancel one activity instance; the id of the process instance stands for everything in it."""
        return self._add(CancelActivityInstance(activity_instance_id))

    @allowed(Permission.ANYBODY)
    def cancel_transition_instance(self, transition_instance_id: str) -> Self:
        """Cancel one token that stands before or after an asynchronous activity."""
        return self._add(CancelTransitionInstance(transition_instance_id))


class InstanceModification(Moving):
    """What ``engine.instances.modify(instance_id)`` returns: collect instructions, then ``execute()``.

    >>> deployment = engine.definitions.deploy("order.bpmn")
    >>> instance_id = engine.instances.start("order", variables={"amount": 20})
    >>> engine.instances.modify(instance_id).cancel_all("reserve_stock").start_before("await_payment").execute()
    """

    def __init__(self, context: Context, instance_id: str) -> None:
        super().__init__()
        self._context = context
        self._instance_id = instance_id

    @allowed(Permission.UPDATE_INSTANCES, log_words.MODIFY)
    def execute(
        self,
        *,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
        annotation: str | None = None,
    ) -> None:
        """Carry all of it out, in that order, or nothing.

        NotFoundError: no such instance. ConflictError: it has ended, or the scope that is meant is not clear.
        InputError: what an instruction names is not there; ``details`` has its ``index`` and ``field``.
        ExecutionError: code of the process failed.
        """
        modify_instance(
            self._context,
            self._instance_id,
            Modification(
                tuple(self._instructions),
                skip_custom_listeners=skip_custom_listeners,
                skip_io_mappings=skip_io_mappings,
                annotation=annotation,
            ),
        )


class InstancesModification(Moving):
    """What ``engine.instances.modify_all(definition_id)`` returns: collect instructions, then execute them."""

    def __init__(self, context: Context, definition_id: str) -> None:
        super().__init__()
        self._context = context
        self._definition_id = definition_id

    @allowed(Permission.UPDATE_INSTANCES, log_words.MODIFY)
    def execute_together(
        self,
        instance_ids: Iterable[str],
        *,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
        annotation: str | None = None,
    ) -> None:
        """Carry all of it out in all of these instances of the definition, in one transaction, or nothing.

        NotFoundError: no such definition or instance. For the first instance that cannot be modified it raises
        what the modification of one raises; ConflictError also: it is of another definition.
        """
        modify_together(
            self._context,
            list(instance_ids),
            Modification(
                tuple(self._instructions),
                self._definition_id,
                skip_custom_listeners=skip_custom_listeners,
                skip_io_mappings=skip_io_mappings,
                annotation=annotation,
            ),
        )
