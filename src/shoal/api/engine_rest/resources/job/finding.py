"""``GET /job``, ``/count``, one job, its stack trace; new tries for many; many suspended."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse, Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.job import PREFIX, TAG
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body, CamundaDate
from shoal.api.engine_rest.views.batch import BatchView
from shoal.api.engine_rest.views.job import JobView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.job import JobQuery
from shoal.engine import Engine
from shoal.store.queries.job_filters import JobRow

_ONE_OF = "jobDefinitionId, processInstanceId, processDefinitionId or processDefinitionKey"


class JobsRetriesBody(Body):
    """Camunda 7: SetJobRetriesDto. Whether ``dueDate`` is there matters; null: due at once."""

    job_ids: list[str] | None = None
    job_query: JobQuery | None = None
    retries: int | None = None
    due_date: CamundaDate | None = None


class JobsSuspensionBody(Body):
    """Camunda 7: JobSuspensionStateDto. Exactly one of the names."""

    job_id: str | None = None
    job_definition_id: str | None = None
    process_instance_id: str | None = None
    process_definition_id: str | None = None
    process_definition_key: str | None = None
    process_definition_tenant_id: str | None = None
    process_definition_without_tenant_id: bool | None = None
    suspended: bool | None = None

    def query(self) -> JobQuery:
        """The jobs that are named. CamundaError."""
        if self.job_id is not None:
            raise CamundaError(f"Either {_ONE_OF} can be set to update the suspension state.")
        names = ("job_definition_id", "process_instance_id", "process_definition_id", "process_definition_key")
        said = {name: value for name in names if (value := getattr(self, name)) is not None}
        if len(said) != 1:
            which = "Only one of" if said else "Either"
            raise CamundaError(f"{which} jobId, {_ONE_OF} should be set to update the suspension state.")
        if self.process_definition_tenant_id is not None:
            said["tenant_id_in"] = [self.process_definition_tenant_id]
        return JobQuery.read({**said, "without_tenant_id": bool(self.process_definition_without_tenant_id)})


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(PREFIX, TAG)
    queried(
        routes,
        JobQuery,
        JobView,
        find=_find,
        count=lambda engine, query: engine.jobs.count(query.filter()),
        what="jobs",
    )

    @routes.post("/retries")
    def set_job_retries_async(body: JobsRetriesBody, engine: Acting) -> BatchView:
        """Give jobs tries in a batch."""
        if body.retries is None:
            raise CamundaError("retries is null", kind="BadUserRequestException", code=0)
        params: dict[str, Any] = {"retries": body.retries, "of": "jobs"}
        if "due_date" in body.model_fields_set:
            params["due_at"] = body.due_date
        query = body.job_query
        return made(
            engine,
            "set-job-retries",
            params,
            ids=body.job_ids,
            filters=[None if query is None else query.filter()],
            empty="jobIds is empty",
        )

    @routes.put("/suspended", status_code=204)
    def update_suspension_state_of_jobs(body: JobsSuspensionBody, engine: Acting) -> None:
        """Suspend or activate the jobs of a definition, of an instance, or of an element."""
        wanted = body.query().filter()
        if body.suspended:
            engine.jobs.suspend_all(wanted)
        else:
            engine.jobs.resume_all(wanted)

    @routes.get("/{id}")
    def get_job(id: str, engine: Acting) -> JobView:  # noqa: A002 - Camunda's name of the parameter
        """Show one job."""
        return JobView.of(engine.jobs.get(id))

    @routes.get(
        "/{id}/stacktrace",
        response_class=PlainTextResponse,
        responses={204: {"description": "It never failed."}},
    )
    def get_stacktrace(id: str, engine: Acting) -> Response:  # noqa: A002
        """Show what is known of its last failure."""
        said = engine.jobs.stack_trace(id)
        return Response(status_code=204) if said is None else PlainTextResponse(said)

    return routes


def _find(engine: Engine, query: JobQuery, page: Page) -> list[JobRow]:
    return engine.jobs.list(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
