"""Open user tasks in Camunda 7's names, and who and what has to do with them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ConfigDict

from shoal.api.engine_rest.views import CamundaDate, Link, View
from shoal.api.engine_rest.views.forms import FormRefView
from shoal.store.queries.discussions import Attachment
from shoal.store.queries.identity_links import IdentityLink
from shoal.store.queries.instance_filters import InstanceRow
from shoal.store.queries.task_filters import TaskDetails


class TaskView(View):
    """Camunda 7: TaskDto. Where a query asks for more, ``variables``, or ``comment`` and ``attachment``."""

    model_config = ConfigDict(extra="allow")

    id: str
    name: str | None
    assignee: str | None
    created: CamundaDate
    due: CamundaDate | None
    follow_up: CamundaDate | None
    last_updated: CamundaDate | None
    delegation_state: str | None
    description: str | None
    execution_id: str | None
    owner: str | None
    parent_task_id: str | None
    priority: int
    process_definition_id: str | None
    process_instance_id: str | None
    task_definition_key: str | None
    case_execution_id: str | None = None
    case_instance_id: str | None = None
    case_definition_id: str | None = None
    suspended: bool
    form_key: str | None
    camunda_form_ref: FormRefView | None = None
    tenant_id: str | None
    task_state: str

    @classmethod
    def of(cls, row: TaskDetails | tuple[TaskDetails, Mapping[str, Any]]) -> Self:
        """The view of a task, with what else was asked for."""
        task, more = (row, {}) if isinstance(row, TaskDetails) else row
        return cls(
            id=task.id,
            name=task.name,
            assignee=task.assignee,
            created=task.created_at,
            due=task.due_at,
            follow_up=task.follow_up_at,
            last_updated=task.updated_at,
            delegation_state=task.delegation_state,
            description=task.description,
            execution_id=task.node_id,
            owner=task.owner,
            parent_task_id=task.parent_id,
            priority=task.priority,
            process_definition_id=task.definition_id,
            process_instance_id=task.instance_id,
            task_definition_key=task.activity_id,
            suspended=task.suspended,
            form_key=task.form_key,
            tenant_id=task.tenant_id,
            task_state="Created" if task.updated_at is None else "Updated",
            **more,
        )


class IdentityLinkView(View):
    """Camunda 7: IdentityLinkDto."""

    user_id: str | None
    group_id: str | None
    type: str

    @classmethod
    def of(cls, row: IdentityLink) -> Self:
        """The view of a link."""
        return cls(user_id=row.user_id, group_id=row.group_id, type=row.kind)


class AttachmentView(View):
    """Camunda 7: AttachmentDto."""

    links: list[Link]
    id: str
    name: str | None
    description: str | None
    task_id: str | None
    type: str | None
    url: str | None
    create_time: CamundaDate
    removal_time: CamundaDate | None
    root_process_instance_id: str | None

    @classmethod
    def of(cls, row: tuple[Attachment, InstanceRow | None]) -> Self:
        """The view of an attachment, and of the instance that it belongs to."""
        attached, instance = row
        return cls(
            links=[],
            id=attached.id,
            name=attached.name,
            description=attached.description,
            task_id=attached.task_id,
            type=attached.kind,
            url=attached.url,
            create_time=attached.attached_at,
            removal_time=None if instance is None else instance.removal_time,
            root_process_instance_id=None if instance is None else instance.root_id,
        )


class GroupCountView(View):
    """Camunda 7: TaskCountByCandidateGroupResultDto."""

    group_name: str | None
    task_count: int
