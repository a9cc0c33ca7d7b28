"""Which entries of history: logs of jobs, external tasks and identity links, incidents, updates."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Event = Literal["created", "failed", "succeeded", "deleted"]


class HistoryFilter(BaseModel):
    """What all of them can say. All conditions must hold; an empty filter matches everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] | None = Field(None, description="one of these ids")
    instance_id: str | None = Field(None, description="of this process instance")
    instance_id_in: tuple[str, ...] | None = Field(None, description="of one of these process instances")
    definition_id: str | None = Field(None, description="of this definition")
    definition_key: str | None = Field(None, description="of this definition, in any version")
    definition_key_in: tuple[str, ...] | None = Field(
        None, description="of one of these definitions, in any version"
    )
    tenant_id_in: tuple[str, ...] | None = Field(None, description="of one of these tenants")
    without_tenant: bool | None = Field(None, description="of no tenant")

    def is_empty(self) -> bool:
        """Whether the filter has no condition and so matches everything."""
        return not self.model_dump(exclude_none=True)


class LogFilter(HistoryFilter):
    """What happened to jobs and external tasks."""

    event: Event | None = Field(None, description="this happened")
    event_in: tuple[Event, ...] | None = Field(None, description="one of these happened")
    activity_id_in: tuple[str, ...] | None = Field(None, description="at one of these elements")
    node_id_in: tuple[str, ...] | None = Field(None, description="of one of these activity instances")
    priority_min: int | None = Field(None, description="this priority or a higher one")
    priority_max: int | None = Field(None, description="this priority or a lower one")
    message: str | None = Field(None, description="the message of the failure")


class JobLogFilter(LogFilter):
    """Which entries of the log of jobs."""

    job_id: str | None = Field(None, description="of this job")
    kind: str | None = Field(None, description="of jobs of this kind, such as timer or async-before")
    kind_in: tuple[str, ...] | None = Field(None, description="of jobs of one of these kinds")
    activity_id: str | None = Field(None, description="at this element")
    failed_activity_id_in: tuple[str, ...] | None = Field(None, description="failed at one of these elements")
    deployment_id: str | None = Field(None, description="of this deployment")
    batch_id: str | None = Field(None, description="of this batch")
    batch_operation_in: tuple[str, ...] | None = Field(None, description="of batches of one of these operations")
    host: str | None = Field(None, description="written by this host")


class ExternalTaskLogFilter(LogFilter):
    """Which entries of the log of external tasks."""

    task_id: str | None = Field(None, description="of this external task")
    topic: str | None = Field(None, description="of this topic")
    worker_id: str | None = Field(None, description="of this worker")


class IdentityLinkLogFilter(HistoryFilter):
    """Which entries of the log of identity links."""

    task_id: str | None = Field(None, description="of this user task")
    kind: str | None = Field(None, description="assignee, owner, candidate, or any other part")
    user_id: str | None = Field(None, description="this user")
    group_id: str | None = Field(None, description="this group")
    operation: Literal["add", "delete"] | None = Field(None, description="came to have a part, or had it no more")
    assigner_id: str | None = Field(None, description="done by this user")
    logged_before: AwareDatetime | None = Field(None, description="before that")
    logged_after: AwareDatetime | None = Field(None, description="after that")


class JobSource(BaseModel):
    """Where jobs come from: an element of a definition, or a batch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    definition_id: str | None = None
    activity_id: str | None = None
    batch_id: str | None = None
    kind: str | None = None


class IncidentFilter(HistoryFilter):
    """Which incidents, open or ended."""

    kind: str | None = Field(None, description="failedJob, failedExternalTask, or any other")
    state: Literal["open", "resolved", "deleted"] | None = Field(None, description="in this state")
    message: str | None = Field(None, description="the message")
    message_like: str | None = Field(None, description="the message matches, with % and _")
    activity_id: str | None = Field(None, description="at this element")
    failed_activity_id: str | None = Field(None, description="failed at this element")
    node_id: str | None = Field(None, description="of this activity instance")
    configuration: str | None = Field(None, description="of this job or external task")
    cause_id: str | None = Field(None, description="caused by this incident; one that none caused is its own cause")
    root_cause_id: str | None = Field(None, description="the same, over all that lie between")
    job_source_in: tuple[JobSource, ...] | None = Field(None, description="of jobs from one of these places")
    batch_id: str | None = Field(None, description="of this batch")
    created_before: AwareDatetime | None = Field(None, description="opened before that")
    created_after: AwareDatetime | None = Field(None, description="opened after that")
    ended_before: AwareDatetime | None = Field(None, description="ended before that")
    ended_after: AwareDatetime | None = Field(None, description="ended after that")


class DetailFilter(HistoryFilter):
    """Which updates of variables."""

    variable_id: str | None = Field(None, description="of this variable")
    name: str | None = Field(None, description="of variables of this name")
    name_like: str | None = Field(None, description="the name matches, with % and _")
    task_id: str | None = Field(None, description="of the variables of this user task")
    of_tasks: bool | None = Field(None, description="of the variables of user tasks, or of others")
    type_in: tuple[str, ...] | None = Field(None, description="to a value of one of these types")
    scope_id: str | None = Field(None, description="in this scope")
    node_id: str | None = Field(None, description="by this activity instance")
    initial: bool | None = Field(None, description="given at the start of the process instance, or later")
    written_before: AwareDatetime | None = Field(None, description="before that")
    written_after: AwareDatetime | None = Field(None, description="after that")
