"""The part of ``engine.runtime_service`` that is about variables of executions and instances."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shoal.engine import Engine
from shoal.values import TypedValue


class RuntimeVariables:
    """An execution id is that of a process instance or of an activity instance. All raise NotFoundError."""

    _engine: Engine

    def get_variable(self, execution_id: str, variable_name: str) -> Any:
        """The value that the scope sees; None if there is none of the name."""
        return self.get_variables(execution_id, [variable_name]).get(variable_name)

    def get_variable_local(self, execution_id: str, variable_name: str) -> Any:
        """The value that the scope has itself; None if there is none of the name."""
        return self.get_variables_local(execution_id, [variable_name]).get(variable_name)

    def get_variable_typed(self, execution_id: str, variable_name: str) -> TypedValue | None:
        """The same with its type."""
        return self._engine.variables.all(execution_id).get(variable_name)

    def get_variables(self, execution_id: str, variable_names: Collection[str] | None = None) -> dict[str, Any]:
        """All values that the scope sees, or those of the names."""
        return _named(self._engine.variables.all(execution_id), variable_names)

    def get_variables_local(
        self, execution_id: str, variable_names: Collection[str] | None = None
    ) -> dict[str, Any]:
        """All values that the scope has itself, or those of the names."""
        return _named(self._engine.variables.all(execution_id, local=True), variable_names)

    def set_variable(self, execution_id: str, variable_name: str, value: Any) -> None:
        """Set one where it is, else in the instance."""
        self._engine.variables.set(execution_id, {variable_name: value})

    def set_variable_local(self, execution_id: str, variable_name: str, value: Any) -> None:
        """Set one in that very scope."""
        self._engine.variables.set(execution_id, {variable_name: value}, local=True)

    def set_variables(self, execution_id: str, variables: Mapping[str, Any]) -> None:
        """Set several, all or none."""
        self._engine.variables.set(execution_id, variables)

    def set_variables_local(self, execution_id: str, variables: Mapping[str, Any]) -> None:
        """Set several in that very scope."""
        self._engine.variables.set(execution_id, variables, local=True)

    def remove_variable(self, execution_id: str, variable_name: str) -> None:
        """Remove one; it need not be there."""
        self._engine.variables.remove(execution_id, [variable_name])

    def remove_variables(self, execution_id: str, variable_names: Collection[str]) -> None:
        """Remove several."""
        self._engine.variables.remove(execution_id, variable_names)

    def remove_variable_local(self, execution_id: str, variable_name: str) -> None:
        """Remove one of that very scope."""
        self._engine.variables.remove(execution_id, [variable_name], local=True)

    def remove_variables_local(self, execution_id: str, variable_names: Collection[str]) -> None:
        """Remove several of that very scope."""
        self._engine.variables.remove(execution_id, variable_names, local=True)


def _named(found: Mapping[str, TypedValue], names: Collection[str] | None) -> dict[str, Any]:
    return {name: each.value for name, each in found.items() if names is None or name in names}
