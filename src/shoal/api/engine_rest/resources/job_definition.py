"""``/job-definition``: what makes jobs, an element of a process definition or a batch."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body, CamundaDate, View
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.job_definition import JobDefinitionQuery
from shoal.engine import Engine
from shoal.engine.job_definition_lists import JobDefinitionRow

_ONE_OF = "jobDefinitionId, processDefinitionId or processDefinitionKey"


class JobDefinitionView(View):
    """Camunda 7: JobDefinitionDto."""

    id: str
    process_definition_id: str | None
    process_definition_key: str | None
    job_type: str
    job_configuration: str
    activity_id: str | None
    suspended: bool
    overriding_job_priority: int | None
    tenant_id: str | None
    deployment_id: str | None

    @classmethod
    def of(cls, row: JobDefinitionRow) -> JobDefinitionView:
        """The view of a job definition."""
        return cls(
            id=row.id,
            process_definition_id=row.definition_id,
            process_definition_key=row.definition_key,
            job_type=row.job_type,
            job_configuration=row.configuration,
            activity_id=row.activity_id,
            suspended=row.suspended,
            overriding_job_priority=row.priority,
            tenant_id=row.tenant_id,
            deployment_id=row.deployment_id,
        )


class SuspensionBody(Body):
    """Camunda 7: JobDefinitionSuspensionStateDto."""

    suspended: bool | None = None
    include_jobs: bool | None = None
    execution_date: CamundaDate | None = None


class GroupSuspensionBody(SuspensionBody):
    """Camunda 7: JobDefinitionsSuspensionStateDto. Exactly one of the names."""

    job_definition_id: str | None = None
    process_definition_id: str | None = None
    process_definition_key: str | None = None
    process_definition_tenant_id: str | None = None
    process_definition_without_tenant_id: bool | None = None


class RetriesBody(Body):
    """How many tries. Whether ``dueDate`` is there matters; null: due at once."""

    retries: int | None = None
    due_date: CamundaDate | None = None


class PriorityBody(Body):
    """Overrides the priority of the model; null: takes that back."""

    priority: int | None = None
    include_jobs: bool | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/job-definition", "Job Definition")
    queried(
        routes,
        JobDefinitionQuery,
        JobDefinitionView,
        find=_find,
        count=lambda engine, query: engine.jobs.count_definitions(query.filter()),
        what="job definitions",
    )

    @routes.put("/suspended", status_code=204)
    def update_suspension_state_of_job_definitions(body: GroupSuspensionBody, engine: Acting) -> None:
        """Suspend or activate the job definitions of a process definition."""
        if body.job_definition_id is not None:
            raise CamundaError(
                "Either processDefinitionId or processDefinitionKey can be set to update the suspension state."
            )
        said = {"definition_id": body.process_definition_id, "key": body.process_definition_key}
        named = {name: value for name, value in said.items() if value is not None}
        if len(named) != 1:
            which = "Only one of" if named else "Either"
            raise CamundaError(f"{which} {_ONE_OF} should be set to update the suspension state.")
        _suspend(
            engine,
            body,
            **named,
            tenant_id=body.process_definition_tenant_id,
            without_tenant=bool(body.process_definition_without_tenant_id),
        )

    @routes.get("/{id}")
    def get_job_definition(id: str, engine: Acting) -> JobDefinitionView:  # noqa: A002 - Camunda's name
        """Show one job definition."""
        return JobDefinitionView.of(engine.jobs.find_definition(id))

    @routes.put("/{id}/suspended", status_code=204)
    def update_job_definition_suspension_state(id: str, body: SuspensionBody, engine: Acting) -> None:  # noqa: A002
        """Suspend or activate a job definition."""
        engine.jobs.find_definition(id)
        _suspend(engine, body, job_definition_id=id)

    @routes.put("/{id}/retries", status_code=204)
    def set_job_definition_retries(id: str, body: RetriesBody, engine: Acting) -> None:  # noqa: A002
        """Give tries to the jobs of the definition that have none left."""
        if body.retries is None:
            raise CamundaError("The number of job retries cannot be null.")
        change_due = "due_date" in body.model_fields_set
        engine.jobs.set_definition_retries(id, body.retries, change_due=change_due, due_at=body.due_date)

    @routes.put("/{id}/jobPriority", status_code=204)
    def set_job_definition_priority(id: str, body: PriorityBody, engine: Acting) -> None:  # noqa: A002
        """Override the priority of the model for new jobs, and for those that are there."""
        if body.priority is None and body.include_jobs:
            raise CamundaError(
                "Cannot reset priority for job definition with includeJobs=true",
                kind="InvalidRequestException",
            )
        engine.jobs.set_definition_priority(id, body.priority, include_jobs=bool(body.include_jobs))

    return routes


def _find(engine: Engine, query: JobDefinitionQuery, page: Page) -> list[JobDefinitionRow]:
    return engine.jobs.find_definitions(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)


def _suspend(engine: Engine, body: SuspensionBody, **named: Any) -> None:
    act = engine.jobs.suspend_definition if body.suspended else engine.jobs.resume_definition
    said = {name: value for name, value in named.items() if value not in (None, False)}
    act(at=body.execution_date, include_jobs=bool(body.include_jobs), **said)
