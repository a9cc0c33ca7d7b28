"""The ``execution`` object of callables, scripts and expressions. Camunda 7: DelegateExecution.

Values of lists and maps are copies: changing one changes no variable until it is set again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from shoal.kernel import writing
from shoal.kernel.tree import home_of

if TYPE_CHECKING:
    from shoal.kernel.state import Node
    from shoal.kernel.step import Step


class VariableScope:
    """Reading and writing variables as they are seen at a node."""

    __slots__ = ("_node", "_step")

    def __init__(self, step: Step, node: Node) -> None:
        self._step = step
        self._node = node

    def get_variable(self, name: str) -> Any:
        """The value that the name has here; None when there is no such variable."""
        typed = self._step.variables.find(self._node, name)
        return None if typed is None else writing.plain(typed)

    def get_variables(self) -> dict[str, Any]:
        """All values that are seen here."""
        visible = self._step.variables.visible(self._node)
        return {name: writing.plain(typed) for name, typed in visible.items()}

    def get_variable_local(self, name: str) -> Any:
        """The value of the node's own variable; None when it has none of that name."""
        typed = self._step.variables.local(self._node.id).get(name)
        return None if typed is None else writing.plain(typed)

    def get_variables_local(self) -> dict[str, Any]:
        """The values of the node's own variables."""
        local = self._step.variables.local(self._node.id)
        return {name: writing.plain(typed) for name, typed in local.items()}

    def has_variable(self, name: str) -> bool:
        """Whether the name has a value here, be it null."""
        return self._step.variables.owner(self._node, name) is not None

    def has_variable_local(self, name: str) -> bool:
        """Whether the node itself has a variable of that name."""
        return name in self._step.variables.local(self._node.id)

    def get_variable_names(self) -> Collection[str]:
        """The names of all variables that are seen here."""
        return list(self._step.variables.visible(self._node))

    def get_variable_names_local(self) -> Collection[str]:
        """The names of the node's own variables."""
        return list(self._step.variables.local(self._node.id))

    def has_variables(self) -> bool:
        """Whether any variable is seen here."""
        return bool(self._step.variables.visible(self._node))

    def has_variables_local(self) -> bool:
        """Whether the node has variables of its own."""
        return bool(self._step.variables.local(self._node.id))

    def set_variable(self, name: str, value: Any) -> None:
        """Set the variable where it is; a new one belongs to the instance."""
        writing.set_variable(self._step, self._node, name, value)

    def set_variable_local(self, name: str, value: Any) -> None:
        """Set the node's own variable."""
        writing.set_local(self._step, self._node, name, value, self._node)

    def set_variables(self, variables: Mapping[str, Any]) -> None:
        """Set several variables."""
        for name, value in variables.items():
            writing.set_variable(self._step, self._node, name, value)

    def set_variables_local(self, variables: Mapping[str, Any]) -> None:
        """Set several of the node's own variables."""
        for name, value in variables.items():
            writing.set_local(self._step, self._node, name, value, self._node)

    def remove_variable(self, name: str) -> None:
        """Remove the variable where it is; nothing happens when there is none."""
        writing.remove(self._step, self._step.variables.owner(self._node, name), name)

    def remove_variable_local(self, name: str) -> None:
        """Remove the node's own variable; nothing happens when there is none."""
        writing.remove(self._step, self._node, name)

    def remove_variables(self, names: Iterable[str]) -> None:
        """Remove several variables, each where it is."""
        for name in list(names):
            self.remove_variable(name)

    def remove_variables_local(self, names: Iterable[str] | None = None) -> None:
        """Remove those of the node's own variables; without names all of them."""
        for name in list(self.get_variable_names_local() if names is None else names):
            self.remove_variable_local(name)


class Execution(VariableScope):
    """What is known about the place at which a token is. Its ids are those of activity instances."""

    __slots__ = ("_event", "_transition")

    def __init__(self, step: Step, node: Node, event: str | None = None, transition: str | None = None) -> None:
        super().__init__(step, node)
        self._event = event
        self._transition = transition

    @property
    def id(self) -> str:
        """The id of the node."""
        return self._node.id

    @property
    def process_instance_id(self) -> str:
        """The id of the instance."""
        return self._step.instance.id

    @property
    def root_process_instance_id(self) -> str:
        """The instance at the top of the call hierarchy."""
        return self._step.instance.root_id or self._step.instance.id

    @property
    def super_execution_id(self) -> str | None:
        """The node of the call activity that started this instance."""
        return self._step.instance.super_node_id

    @property
    def parent_id(self) -> str | None:
        """The node of the scope around."""
        parent = self._node.parent
        return None if parent is None else parent.id

    @property
    def business_key(self) -> str | None:
        """The business key of the instance."""
        return self._step.instance.business_key

    @property
    def process_definition_id(self) -> str:
        """The id of the definition."""
        return self._step.instance.definition_id

    @property
    def process_definition_key(self) -> str:
        """The key of the definition: the id of the process in the model."""
        return self._step.instance.definition_key

    @property
    def current_activity_id(self) -> str | None:
        """The id of the element."""
        node = self._node
        return None if node.parent is None else node.element

    @property
    def current_activity_name(self) -> str | None:
        """The name of the element."""
        element = self._node.plan.element
        return None if element is None else element.name

    @property
    def activity_instance_id(self) -> str | None:
        """The id of the activity instance."""
        return self._node.id

    @property
    def parent_activity_instance_id(self) -> str | None:
        """The id of the activity instance around."""
        around = home_of(self._node)
        return None if around is None else around.id

    @property
    def current_transition_id(self) -> str | None:
        """The sequence flow that is just taken."""
        return self._transition

    @property
    def event_name(self) -> str | None:
        """The event for which a listener is called: start, end or take."""
        return self._event

    @property
    def is_canceled(self) -> bool:
        """Whether what has been here is cancelled. Camunda 7: of interest for end listeners."""
        return self._step.cancelling is not None

    @property
    def tenant_id(self) -> str | None:
        """The tenant of the instance."""
        return self._step.instance.tenant_id
