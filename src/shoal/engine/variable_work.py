"""Single variables of instances and of activity instances: read, set, removed, found."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shoal.commands.change_variables import change_variables
from shoal.commands.context import Context
from shoal.commands.read_variables import read_variable, read_variables
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.variables import typed
from shoal.filters.variables import VariableFilter
from shoal.people.permissions import Permission
from shoal.store.queries.ordering import Order
from shoal.store.queries.variable_filters import VariableInstance, count_variables, list_variables
from shoal.values import TypedValue

Filter = VariableFilter | Mapping[str, Any] | None


class VariableWork:
    """``engine.variables``. A scope is a process instance or an activity instance in it (of a task, say)."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_INSTANCES)
    def get(self, scope_id: str, name: str, *, local: bool = False) -> TypedValue:
        """The variable that the scope sees; ``local``: that it has itself. NotFoundError."""
        return read_variable(self._context, scope_id, name, local=local)

    @allowed(Permission.READ_INSTANCES)
    def all(self, scope_id: str, *, local: bool = False) -> dict[str, TypedValue]:
        """All variables that the scope sees, or has itself, by name. NotFoundError."""
        return read_variables(self._context, scope_id, local=local)

    @allowed(Permission.SET_VARIABLES, log_words.SET_VARIABLE)
    def set(self, scope_id: str, values: Mapping[str, Any], *, local: bool = False) -> None:
        """Set variables: each where it is, else in the instance; ``local``: in that very scope.

        NotFoundError; ConflictError: the instance has ended; VariableTypeError; ExecutionError: what a conditional
        event began failed, and nothing changed.
        """
        change_variables(self._context, scope_id, typed(values), local=local)

    @allowed(Permission.SET_VARIABLES, log_words.REMOVE_VARIABLE)
    def remove(self, scope_id: str, names: Collection[str], *, local: bool = False) -> None:
        """Remove variables; those that are not there need not be. The same errors."""
        change_variables(self._context, scope_id, removed=names, local=local)

    @allowed(Permission.SET_VARIABLES, log_words.MODIFY_VARIABLES)
    def change(
        self, scope_id: str, values: Mapping[str, Any], removed: Collection[str], *, local: bool = False
    ) -> None:
        """Set some and remove others, all or nothing. The same errors."""
        change_variables(self._context, scope_id, typed(values), removed, local=local)

    @allowed(Permission.READ_INSTANCES)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[VariableInstance]:
        """The variables that match: ``find(name="amount", definition_key="order")``."""
        wanted = parsed(VariableFilter, filter, conditions)
        fetch = self._context.blobs.get
        with self._context.database.read() as tx:
            return list_variables(
                tx, wanted, fetch, sort=sort or "id", descending=descending, offset=offset, limit=limit
            )

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many variables match; all, if nothing is said."""
        wanted = parsed(VariableFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_variables(tx, wanted)
