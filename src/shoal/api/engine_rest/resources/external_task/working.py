"""What a worker says of a task that it holds: done, failed, BPMN error; and its lock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.external_task import PREFIX, TAG
from shoal.api.engine_rest.resources.external_task.finding import unknown
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.camunda.values import read_values
from shoal.errors import InputError, NotFoundError, VariableTypeError


class CompleteBody(Body):
    """The work is done."""

    worker_id: str | None = None
    variables: Variables = None
    local_variables: Variables = None


class FailureBody(Body):
    """The work could not be done. ``retries`` left: none, if nothing is said, which makes an incident."""

    worker_id: str | None = None
    error_message: str | None = None
    error_details: str | None = None
    retries: int | None = None
    retry_timeout: int | None = None
    variables: Variables = None
    local_variables: Variables = None


class ErrorBody(Body):
    """A BPMN error that the model may catch."""

    worker_id: str | None = None
    error_code: str | None = None
    error_message: str | None = None
    variables: Variables = None


class LockBody(Body):
    """Take one task; milliseconds."""

    worker_id: str | None = None
    lock_duration: int | None = None


class ExtendBody(Body):
    """Hold it longer; milliseconds from now on."""

    worker_id: str | None = None
    new_duration: int | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(f"{PREFIX}/{{task_id}}", TAG)

    @routes.post("/complete", status_code=204)
    def complete_external_task(task_id: str, body: CompleteBody, engine: Acting) -> None:
        """Report that the work is done; the instance moves on."""
        with _reported():
            engine.external_tasks.complete(
                task_id,
                _worker(body.worker_id),
                read_values(plain_values(body.variables)),
                read_values(plain_values(body.local_variables)),
            )

    @routes.post("/failure", status_code=204)
    def fail_external_task(task_id: str, body: FailureBody, engine: Acting) -> None:
        """Report that the work could not be done; without retries left it becomes an incident."""
        with _reported():
            engine.external_tasks.fail(
                task_id,
                _worker(body.worker_id),
                body.error_message,
                error_details=body.error_details,
                retries=body.retries or 0,
                retry_seconds=_seconds("retryTimeout", body.retry_timeout or 0),
                variables=read_values(plain_values(body.variables)),
                local_variables=read_values(plain_values(body.local_variables)),
            )

    @routes.post("/bpmnError", status_code=204)
    def throw_external_task_error(task_id: str, body: ErrorBody, engine: Acting) -> None:
        """End the task with a BPMN error."""
        with _reported():
            engine.external_tasks.throw_error(
                task_id,
                _worker(body.worker_id),
                body.error_code or _missing("errorCode"),
                body.error_message,
                read_values(plain_values(body.variables)),
            )

    @routes.post("/lock", status_code=204)
    def lock_external_task(task_id: str, body: LockBody, engine: Acting) -> None:
        """Take a task that nobody holds."""
        with _reported():
            engine.external_tasks.lock(
                task_id, _worker(body.worker_id), _seconds("lockDuration", body.lock_duration)
            )

    @routes.post("/extendLock", status_code=204)
    def extend_external_task_lock(task_id: str, body: ExtendBody, engine: Acting) -> None:
        """Hold a task longer."""
        with _reported():
            engine.external_tasks.extend_lock(
                task_id, _worker(body.worker_id), _seconds("newDuration", body.new_duration)
            )

    @routes.post("/unlock", status_code=204)
    def unlock_external_task(task_id: str, engine: Acting) -> None:
        """Give a task back, whoever holds it."""
        with _reported():
            engine.external_tasks.unlock(task_id)

    return routes


@contextmanager
def _reported() -> Iterator[None]:
    """Camunda 7: what is refused here is a RestException."""
    try:
        yield
    except NotFoundError as error:
        raise unknown(error) from None
    except VariableTypeError:
        raise
    except InputError as error:
        raise CamundaError(error.message, kind="RestException") from None


def _worker(worker_id: str | None) -> str:
    return worker_id or _missing("workerId")


def _missing(field: str) -> str:
    raise InputError(f"{field} is null", field=field)


def _seconds(field: str, milliseconds: int | None) -> float:
    if milliseconds is None:
        raise InputError(f"{field} is null", field=field)
    return min(milliseconds / 1000, 100 * 365 * 86_400.0)
