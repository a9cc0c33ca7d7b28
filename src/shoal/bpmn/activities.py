"""Tasks, sub-processes and call activities, as the model describes them."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import TimerEvent
from shoal.bpmn.extensions import Code, Listener, RetryCycle
from shoal.bpmn.extensions import VariableMapping as VariableMapping
from shoal.expressions import Expression


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Multi-instance loop characteristics. ``collection`` may evaluate to a list or to a variable's name."""

    sequential: bool = False
    cardinality: Expression | None = None
    collection: Expression | None = None
    element_variable: str | None = None
    completion_condition: Expression | None = None
    async_before: bool = False
    async_after: bool = False
    exclusive: bool = True
    retry_cycle: RetryCycle | None = None
    """Of the jobs of the single instances; the activity's own is for the jobs around all of them."""


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """Standard loop characteristics: repeat while ``condition`` holds, at most ``maximum`` times."""

    test_before: bool = False
    condition: Expression | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class Activity(FlowNode):
    """A task, sub-process or call activity."""

    default_flow: str | None = None
    multi_instance: MultiInstance | None = None
    standard_loop: StandardLoop | None = None
    is_for_compensation: bool = False


@dataclass(frozen=True, slots=True)
class NoneTask(Activity):
    """A task without a type: passed through."""


@dataclass(frozen=True, slots=True)
class ManualTask(Activity):
    """Work outside of the engine: passed through."""


@dataclass(frozen=True, slots=True)
class TaskListener(Listener):
    """A task listener (create, assignment, update, complete, delete, timeout)."""

    id: str | None = None
    timer: TimerEvent | None = None
    """When a listener with event "timeout" is called."""


@dataclass(frozen=True, slots=True)
class UserTask(Activity):
    """Work for a person: waits until it is completed."""

    assignee: Expression | None = None
    candidate_users: tuple[Expression, ...] = ()
    candidate_groups: tuple[Expression, ...] = ()
    due_date: Expression | None = None
    follow_up_date: Expression | None = None
    priority: Expression | None = None
    form_key: Expression | None = None
    task_listeners: tuple[TaskListener, ...] = ()
    task_name: Expression | None = None
    """The name as Camunda 7 shows it: expressions in it are evaluated when the task is created."""
    description: Expression | None = None
    """The documentation, evaluated like the name."""
    form_ref: Expression | None = None
    form_ref_binding: str | None = None
    form_ref_version: Expression | None = None


@dataclass(frozen=True, slots=True)
class ExternalWork:
    """camunda:type="external": a remote worker takes it by topic."""

    topic: Expression
    priority: Expression | None = None
    error_definitions: tuple[tuple[str, Expression], ...] = ()
    """camunda:errorEventDefinition: (error code, condition) pairs."""


@dataclass(frozen=True, slots=True)
class ServiceTask(Activity):
    """Work for a machine; also send tasks and business rule tasks with an implementation.

    Exactly one of ``external`` and ``code`` is set.
    """

    external: ExternalWork | None = None
    code: Code | None = None
    result_variable: str | None = None


@dataclass(frozen=True, slots=True)
class SendTask(ServiceTask):
    """A service task that is drawn as an envelope."""


@dataclass(frozen=True, slots=True)
class BusinessRuleTask(ServiceTask):
    """A service task, or the evaluation of a decision."""

    decision_ref: Expression | None = None
    decision_binding: str = "latest"
    decision_version: Expression | None = None
    decision_version_tag: Expression | None = None
    decision_tenant_id: Expression | None = None
    map_decision_result: str = "resultList"


@dataclass(frozen=True, slots=True)
class ScriptTask(Activity):
    """A script that the engine runs."""

    code: Code | None = None
    result_variable: str | None = None


@dataclass(frozen=True, slots=True)
class ReceiveTask(Activity):
    """Waits for a message."""

    message_name: Expression | None = None


@dataclass(frozen=True, slots=True)
class SubProcess(Activity):
    """An embedded sub-process, an event sub-process or a transaction."""

    triggered_by_event: bool = False
    is_transaction: bool = False


@dataclass(frozen=True, slots=True)
class CallActivity(Activity):
    """Starts an instance of another process and waits for its end."""

    called_element: Expression | None = None
    binding: str = "latest"
    version: Expression | None = None
    version_tag: Expression | None = None
    tenant_id: Expression | None = None
    inputs: tuple[VariableMapping, ...] = ()
    outputs: tuple[VariableMapping, ...] = ()
    mapping_code: Code | None = None
