"""What a step wants to be written: one record per row that is to be inserted, changed or deleted.

The kernel fills an ``Effects``; the commands write the effects of a whole chunk of instances with a few
statements. A row that is made and unmade within one step leaves no trace here (history apart).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from shoal.values import TypedValue


class JobKind(StrEnum):
    """Jobs that belong to an instance."""

    ASYNC_BEFORE = "async-before"
    ASYNC_AFTER = "async-after"
    TIMER = "timer"


class EndState(StrEnum):
    """How an instance ended. Camunda 7: COMPLETED, EXTERNALLY_TERMINATED, INTERNALLY_TERMINATED."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    TERMINATED = "terminated"


@dataclass(slots=True)
class ActivityRecord:
    """An activity instance. ``ended`` is True when it also ended within the step: one insert."""

    id: str
    parent_id: str
    activity_id: str
    activity_type: str
    """Camunda 7's names: startEvent, userTask, serviceTask, exclusiveGateway, boundaryTimer, ..."""
    ended: bool = False
    cancelled: bool = False
    called_instance_id: str | None = None
    task_id: str | None = None


@dataclass(slots=True)
class JobRecord:
    """A job of the instance."""

    id: str
    kind: JobKind
    node_id: str
    """The node of the state that it wakes."""
    activity_id: str
    """The element: of a boundary timer, the boundary event."""
    due_at: datetime | None
    retries: int
    priority: int
    exclusive: bool
    repeat: str | None = None
    """What a repeating timer still has to do."""


@dataclass(slots=True)
class SubscriptionRecord:
    """Somebody waits for a message, a signal or a condition."""

    id: str
    kind: str
    """message, signal, conditional, compensate."""
    name: str | None
    node_id: str
    activity_id: str


@dataclass(slots=True)
class ExternalTaskRecord:
    """Work for a remote worker."""

    id: str
    node_id: str
    activity_id: str
    topic: str
    priority: int


@dataclass(slots=True)
class UserTaskRecord:
    """Work for a person."""

    id: str
    node_id: str
    activity_id: str
    name: str | None
    assignee: str | None = None
    owner: str | None = None
    description: str | None = None
    candidate_users: tuple[str, ...] = ()
    candidate_groups: tuple[str, ...] = ()
    due_at: datetime | None = None
    follow_up_at: datetime | None = None
    priority: int = 50
    form_key: str | None = None


@dataclass(slots=True)
class VariableRecord:
    """A variable got a value. ``created`` is False when the scope had that variable before the step."""

    scope_id: str
    name: str
    value: TypedValue
    created: bool
    node_id: str
    """The activity instance that wrote it (the instance's id when it came from outside)."""


@dataclass(slots=True)
class ChildStart:
    """A call activity starts an instance of another process."""

    instance_id: str
    node_id: str
    called_element: str
    binding: str
    version: int | None
    version_tag: str | None
    tenant_id: str | None
    business_key: str | None
    variables: dict[str, TypedValue]


@dataclass(slots=True)
class ThrownEvent:
    """A message or signal that leaves the instance; an escalation that goes to the calling instance."""

    kind: str
    """message, signal, escalation."""
    name: str
    """The name of the message or signal, the code of the escalation."""
    variables: dict[str, TypedValue]
    is_async: bool = False
    """Camunda 7: camunda:async of a signal; those who wait for it are triggered by jobs."""
    element_id: str | None = None
    """The element that throws it."""
    business_key: str | None = None
    """Of a signal: instances that it starts get it."""


@dataclass(slots=True)
class UncaughtError:
    """A BPMN error that nothing in a called instance catches: the caller may."""

    code: str | Collection[str]
    """The names of the classes if it is an exception."""
    message: str | None


@dataclass(slots=True)
class InstanceEnd:
    """The instance ended in this step."""

    state: EndState
    reason: str | None = None
    end_activity_id: str | None = None


@dataclass(slots=True)
class Effects:
    """Everything that one or more steps of one instance want to be written."""

    started: bool = False
    """The instance was started in this step."""
    definition_id: str | None = None
    """The definition to which the instance was migrated; it and all of its jobs belong to that one now."""
    activities: dict[str, ActivityRecord] = field(default_factory=dict)
    activities_ended: dict[str, bool] = field(default_factory=dict)
    """Activity instances of earlier steps that ended now; the value is True when cancelled."""
    activities_changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    jobs: dict[str, JobRecord] = field(default_factory=dict)
    jobs_changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Columns of jobs that stay: a migration moves them to another element."""
    jobs_deleted: set[str] = field(default_factory=set)
    subscriptions: dict[str, SubscriptionRecord] = field(default_factory=dict)
    subscriptions_changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    subscriptions_deleted: set[str] = field(default_factory=set)
    external_tasks: dict[str, ExternalTaskRecord] = field(default_factory=dict)
    external_tasks_changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    external_tasks_deleted: set[str] = field(default_factory=set)
    user_tasks: dict[str, UserTaskRecord] = field(default_factory=dict)
    user_tasks_changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    user_tasks_ended: dict[str, str] = field(default_factory=dict)
    """Tasks that ended now, also those of this step; the value is "completed" or "deleted"."""
    variables: dict[tuple[str, str], VariableRecord] = field(default_factory=dict)
    """By (scope id, name): the last value of the step."""
    variable_log: list[VariableRecord] = field(default_factory=list)
    """Every single write, in order, for the history level full."""
    variables_removed: set[tuple[str, str]] = field(default_factory=set)
    scopes_ended: set[str] = field(default_factory=set)
    """Scopes with variables that ended now, also those that were begun in this step: their variables
    become history."""
    children: list[ChildStart] = field(default_factory=list)
    children_cancelled: list[str] = field(default_factory=list)
    thrown: list[ThrownEvent] = field(default_factory=list)
    error: UncaughtError | None = None
    """Set together with ``end`` in a called instance: the caller gets ``ChildFailed`` instead of ``ChildEnded``."""
    end: InstanceEnd | None = None
