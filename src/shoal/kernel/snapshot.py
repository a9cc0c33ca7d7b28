"""One instance as the kernel needs it: its facts, where its tokens are, its variables."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from shoal.kernel.effects import UserTaskRecord
from shoal.kernel.state import State
from shoal.kernel.variables import Variables


@dataclass(frozen=True, slots=True)
class InstanceFacts:
    """What is known about an instance from its start on."""

    id: str
    definition_id: str
    definition_key: str
    business_key: str | None = None
    tenant_id: str | None = None
    root_id: str | None = None
    """The instance at the top of the call hierarchy; None means the instance itself."""
    super_id: str | None = None
    super_node_id: str | None = None


class Snapshot:
    """What a step reads and changes. Belongs to one caller; after an exception it is garbage."""

    __slots__ = ("caller_catches", "caller_interrupts", "instance", "state", "suspended", "user_tasks", "variables")

    instance: InstanceFacts
    state: State
    variables: Variables
    caller_catches: Callable[[str | Collection[str]], bool] | None
    """Of a called instance: whether the caller catches a BPMN error of that code (``catches_error``). If it does
    not, the error ends its path only (Camunda 7). None: nobody has asked; the error goes out to the caller."""
    caller_interrupts: Callable[[str], bool | None] | None
    """The same for an escalation: whether the caller interrupts its call by it (``escalation_interrupts``)."""
    suspended: bool
    """Variables may be set, but no conditional event may happen."""
    user_tasks: dict[str, UserTaskRecord]
    """Open user tasks of earlier steps, for task listeners. Needed only where ``wants_tasks(process)`` says so;
    a task that is missing looks to its listeners as if nobody had touched it."""

    def __init__(
        self,
        instance: InstanceFacts,
        state: State,
        variables: Variables,
        user_tasks: dict[str, UserTaskRecord] | None = None,
    ) -> None:
        self.instance = instance
        self.state = state
        self.variables = variables
        self.caller_catches = None
        self.caller_interrupts = None
        self.suspended = False
        self.user_tasks = {} if user_tasks is None else user_tasks
        state.root.id = instance.id


def new_snapshot(instance: InstanceFacts) -> Snapshot:
    """An instance that has not been started yet."""
    return Snapshot(instance, State(), Variables())
