"""``/job/{id}``: run now, new tries, due date, suspended, priority, deleted."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.job import PREFIX, TAG
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, CamundaDate
from shoal.errors import ExecutionError, NotAuthorizedError, ShoalError


class RetriesBody(Body):
    """How many tries. Whether ``dueDate`` is there matters; null: due at once."""

    retries: int | None = None
    due_date: CamundaDate | None = None


class DueDateBody(Body):
    """When a job is due; null: at once. ``cascade``: what follows of a cycle moves along."""

    duedate: CamundaDate | None = None
    cascade: bool | None = None


class SuspensionBody(Body):
    """Whether it is worked on."""

    suspended: bool | None = None


class PriorityBody(Body):
    """Higher ones are worked on first."""

    priority: int | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(f"{PREFIX}/{{id}}", TAG)

    @routes.put("/retries", status_code=204)
    def set_job_retries(id: str, body: RetriesBody, engine: Acting) -> None:  # noqa: A002 - Camunda's name
        """Give a job tries; some resolve its incident."""
        if body.retries is None:
            raise CamundaError("The number of job retries cannot be null.")
        engine.jobs.set_retries(
            id, body.retries, change_due="due_date" in body.model_fields_set, due_at=body.due_date
        )

    @routes.post("/execute", status_code=204)
    def execute_job(id: str, engine: Acting) -> None:  # noqa: A002
        """Run a job now, due or not. 404: the engine refuses it; 500: what it does failed."""
        try:
            engine.jobs.execute(id)
        except NotAuthorizedError:
            raise
        except ExecutionError as error:
            raise CamundaError(error.message, status=500, kind="ProcessEngineException", code=0) from error
        except ShoalError as error:
            raise CamundaError(error.message, status=404) from error
        except Exception as error:
            # code of the model may raise anything
            raise CamundaError(str(error), status=500, kind="RestException") from error

    @routes.put("/duedate", status_code=204)
    def set_job_duedate(id: str, body: DueDateBody, engine: Acting) -> None:  # noqa: A002
        """Let a job be due at another time."""
        engine.jobs.set_due_date(id, body.duedate, cascade=bool(body.cascade))

    @routes.post("/duedate/recalculate", status_code=204)
    def recalculate_duedate(id: str, engine: Acting, creationDateBased: bool = True) -> None:  # noqa: A002, N803
        """Evaluate a timer again, seen from when it was made or from now."""
        engine.jobs.recalculate_due_date(id, creation_based=creationDateBased)

    @routes.put("/suspended", status_code=204)
    def update_job_suspension_state(id: str, body: SuspensionBody, engine: Acting) -> None:  # noqa: A002
        """Suspend or activate a job."""
        if body.suspended:
            engine.jobs.suspend(id)
        else:
            engine.jobs.resume(id)

    @routes.put("/priority", status_code=204)
    def set_job_priority(id: str, body: PriorityBody, engine: Acting) -> None:  # noqa: A002
        """Give a job another priority."""
        if body.priority is None:
            raise CamundaError(f"Priority for job '{id}' cannot be null.")
        engine.jobs.set_priority(id, body.priority)

    @routes.delete("", status_code=204)
    def delete_job(id: str, engine: Acting) -> None:  # noqa: A002
        """Delete a job: what waits for it waits for ever."""
        engine.jobs.delete(id)

    return routes
