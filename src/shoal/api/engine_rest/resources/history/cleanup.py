"""``/history/cleanup``: its jobs and its window."""

from __future__ import annotations

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import CamundaDate, View
from shoal.api.engine_rest.views.job import JobView
from shoal.store.queries.jobs import Job


class HistoryCleanupConfigurationView(View):
    """Camunda 7: HistoryCleanupConfigurationDto."""

    batch_window_start_time: CamundaDate | None
    batch_window_end_time: CamundaDate | None
    enabled: bool


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/cleanup", "History Cleanup")
    parameter = {
        "name": "immediatelyDue",
        "in": "query",
        "required": False,
        "description": "false: in the next window",
        "schema": {"type": "boolean", "default": True},
    }

    @routes.post("", openapi_extra={"parameters": [parameter]})
    def cleanup_async(request: Request, engine: Acting) -> JobView:
        """Let history cleanup run; one of its jobs."""
        said = request.query_params.get("immediatelyDue", "true").lower()
        return _view(engine.history.clean_up(immediately_due=said != "false")[0])

    @routes.get("/job", deprecated=True)
    def find_cleanup_job(engine: Acting) -> JobView:
        """Show the first job of history cleanup."""
        found = engine.history.cleanup_jobs()
        if not found:
            raise CamundaError("History cleanup job does not exist", status=404, kind="RestException")
        return _view(found[0])

    @routes.get("/jobs")
    def find_cleanup_jobs(engine: Acting) -> list[JobView]:
        """List the jobs of history cleanup."""
        found = engine.history.cleanup_jobs()
        if not found:
            raise CamundaError("History cleanup jobs are empty", status=404, kind="RestException")
        return [_view(each) for each in found]

    @routes.get("/configuration")
    def get_history_cleanup_configuration(engine: Acting) -> HistoryCleanupConfigurationView:
        """Show the current or next window."""
        window = engine.history.cleanup_window()
        return HistoryCleanupConfigurationView(
            batch_window_start_time=None if window is None else window[0],
            batch_window_end_time=None if window is None else window[1],
            enabled=engine.history.cleanup_enabled,
        )

    return routes


def _view(row: Job) -> JobView:
    """A job that belongs to nothing."""
    return JobView(
        id=row.id,
        job_definition_id=None,
        process_instance_id=None,
        process_definition_id=None,
        process_definition_key=None,
        execution_id=None,
        exception_message=row.error_message,
        failed_activity_id=None,
        retries=row.retries,
        due_date=row.due_at,
        suspended=row.suspended,
        priority=row.priority,
        tenant_id=None,
        create_time=row.created_at,
        batch_id=None,
    )
