"""Changes of process instances: suspended, resumed, cancelled, their variables set, their history deleted.

One instance is a list of one: what keeps it from being changed is raised. For a list it is in the outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shoal import clock
from shoal.commands.cancel_instances import cancel_instances, prepare_cancel
from shoal.commands.context import Context
from shoal.commands.delete_history import delete_history
from shoal.commands.in_chunks import do_in_chunks, raise_unless_done
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.set_variables import check_variables, prepare_set_variables, set_variables
from shoal.commands.suspend_instances import (
    ALREADY_SUSPENDED,
    NOT_SUSPENDED,
    resume_instances,
    suspend_instances,
)
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.modification import InstanceModification, InstancesModification
from shoal.engine.restart import InstanceRestart
from shoal.engine.variables import typed
from shoal.people.permissions import Permission
from shoal.store.database import Tx

Ids = Iterable[str]


class InstanceChanges:
    """The part of ``engine.instances`` that changes what is there. Batches do the same by the hundred thousand."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.SUSPEND_INSTANCES, log_words.SUSPEND)
    def suspend(self, instance_id: str) -> None:
        """Let nothing be worked on until it is resumed. NotFoundError; ConflictError: it has ended.

        >>> deployment = engine.definitions.deploy("order.bpmn")
        >>> instance_id = engine.instances.start("order", variables={"amount": 20})
        >>> engine.instances.suspend(instance_id)
        >>> engine.instances.get(instance_id).suspended
        True
        """
        raise_unless_done(self.suspend_many([instance_id]), instance_id, (ALREADY_SUSPENDED,))

    @allowed(Permission.SUSPEND_INSTANCES, log_words.SUSPEND)
    def suspend_many(self, instance_ids: Ids) -> ChunkOutcome:
        """Suspend instances; what became of each."""
        return self._do(instance_ids, lambda tx, ids: suspend_instances(tx, ids, wait=True))

    @allowed(Permission.SUSPEND_INSTANCES, log_words.RESUME)
    def resume(self, instance_id: str) -> None:
        """Let a suspended instance go on. NotFoundError; ConflictError: it has ended."""
        raise_unless_done(self.resume_many([instance_id]), instance_id, (NOT_SUSPENDED,))

    @allowed(Permission.SUSPEND_INSTANCES, log_words.RESUME)
    def resume_many(self, instance_ids: Ids) -> ChunkOutcome:
        """Resume instances; what became of each."""
        return self._do(instance_ids, lambda tx, ids: resume_instances(tx, ids, wait=True))

    @allowed(Permission.DELETE_INSTANCES, log_words.CANCEL)
    def cancel(self, instance_id: str, reason: str | None = None, **skip: bool) -> None:
        """Cancel a running instance and those that it called; its history stays.

        ``skip_custom_listeners``, ``skip_io_mappings``: do not run that code. ``skip_subprocesses``: what it
        called goes on without it. NotFoundError; ConflictError: it has ended; ExecutionError: an end listener
        failed, and the instance runs on.
        """
        raise_unless_done(self.cancel_many([instance_id], reason, **skip), instance_id)

    @allowed(Permission.DELETE_INSTANCES, log_words.CANCEL)
    def cancel_many(
        self,
        instance_ids: Ids,
        reason: str | None = None,
        *,
        skip_custom_listeners: bool = False,
        skip_io_mappings: bool = False,
        skip_subprocesses: bool = False,
    ) -> ChunkOutcome:
        """Cancel instances, each by itself; what became of each."""
        ctx = self._context
        return do_in_chunks(
            ctx,
            instance_ids,
            lambda ids: prepare_cancel(
                ctx,
                ids,
                reason=reason,
                skip_custom_listeners=skip_custom_listeners,
                skip_io_mappings=skip_io_mappings,
                skip_subprocesses=skip_subprocesses,
            ),
            lambda tx, ids, prepared: cancel_instances(
                ctx, tx, ids, prepared, clock.now(), reason=reason, wait=True
            ),
        )

    @allowed(Permission.SET_VARIABLES, log_words.SET_VARIABLES)
    def set_variables(self, instance_id: str, variables: Mapping[str, Any]) -> None:
        """Set variables of the instance itself; conditional events look at them.

        NotFoundError; ConflictError: it has ended; VariableTypeError; ExecutionError: what followed failed.
        """
        raise_unless_done(self.set_variables_many([instance_id], variables), instance_id)

    @allowed(Permission.SET_VARIABLES, log_words.SET_VARIABLES)
    def set_variables_many(self, instance_ids: Ids, variables: Mapping[str, Any]) -> ChunkOutcome:
        """Set the same variables of many instances; what became of each. VariableTypeError: nothing was set."""
        ctx = self._context
        values = typed(variables)
        check_variables(values, transient=True)
        return do_in_chunks(
            ctx,
            instance_ids,
            lambda ids: prepare_set_variables(ctx, ids, values),
            lambda tx, ids, prepared: set_variables(ctx, tx, ids, values, prepared, clock.now(), wait=True),
        )

    @allowed(Permission.DELETE_HISTORY, log_words.DELETE_HISTORY)
    def delete_history(self, instance_id: str) -> None:
        """Remove an ended instance for good. NotFoundError; ConflictError: it runs."""
        raise_unless_done(self.delete_history_many([instance_id]), instance_id)

    @allowed(Permission.DELETE_HISTORY, log_words.DELETE_HISTORY)
    def delete_history_many(self, instance_ids: Ids) -> ChunkOutcome:
        """Remove ended instances for good; what became of each."""
        return self._do(instance_ids, lambda tx, ids: delete_history(self._context, tx, ids, wait=True))

    @allowed(Permission.UPDATE_INSTANCES)
    def modify(self, instance_id: str) -> InstanceModification:
        """Put and take tokens by hand: ``modify(id).cancel_all("a").start_before("b").execute()``."""
        return InstanceModification(self._context, instance_id)

    @allowed(Permission.UPDATE_INSTANCES)
    def modify_all(self, definition_id: str) -> InstancesModification:
        """The same of instances of a definition: ``modify_all(id).start_before("a").execute_together(ids)``."""
        return InstancesModification(self._context, definition_id)

    @allowed(Permission.CREATE_INSTANCES)
    def restart(self, definition_id: str) -> InstanceRestart:
        """Start ended instances of a definition again: ``restart(id).start_before("a").execute(instance_ids)``."""
        return InstanceRestart(self._context, definition_id)

    def _do(self, instance_ids: Ids, write: Callable[[Tx, Sequence[str]], ChunkOutcome]) -> ChunkOutcome:
        return do_in_chunks(
            self._context, instance_ids, lambda _ids: None, lambda tx, ids, _nothing: write(tx, ids)
        )
