"""``/task/{id}``: claimed, given away, completed, thrown from."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.camunda.values import read_values, write_values
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.task_filters import TaskDetails
from shoal.values import TypedValue

_DONE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The variables, if they were asked for."},
    204: {"description": "The task is done."},
}


class UserBody(Body):
    """Who."""

    user_id: str | None = None


class CompleteBody(Body):
    """Camunda 7: CompleteTaskDto."""

    variables: Variables = None
    with_variables_in_return: bool | None = None


class ErrorBody(Body):
    """A BPMN error that the model may catch."""

    error_code: str | None = None
    error_message: str | None = None
    variables: Variables = None


class EscalationBody(Body):
    """An escalation that the model may catch."""

    escalation_code: str | None = None
    variables: Variables = None


def add_to(routes: APIRouter) -> None:
    """The routes."""

    @routes.post("/{id}/claim", status_code=204)
    def claim(id: str, body: UserBody, engine: Acting) -> None:  # noqa: A002 - Camunda's name of the parameter
        """Take a task that nobody has; without a user, nobody has it then."""
        existing(engine, id)
        if body.user_id is None:
            engine.tasks.unclaim(id)
        else:
            engine.tasks.claim(id, body.user_id)

    @routes.post("/{id}/unclaim", status_code=204)
    def unclaim(id: str, engine: Acting) -> None:  # noqa: A002
        """Give a task back."""
        existing(engine, id)
        engine.tasks.unclaim(id)

    @routes.post("/{id}/assignee", status_code=204)
    def set_assignee(id: str, body: UserBody, engine: Acting) -> None:  # noqa: A002
        """Give a task to somebody, whoever has it, or to nobody."""
        existing(engine, id)
        engine.tasks.assign(id, body.user_id)

    @routes.post("/{id}/delegate", status_code=204)
    def delegate_task(id: str, body: UserBody, engine: Acting) -> None:  # noqa: A002
        """Let somebody else do a task."""
        existing(engine, id)
        if body.user_id is None:
            raise CamundaError("userId is null", kind="BadUserRequestException", code=0)
        engine.tasks.delegate(id, body.user_id)

    @routes.post("/{id}/resolve", status_code=204)
    def resolve(id: str, body: CompleteBody, engine: Acting) -> None:  # noqa: A002
        """A delegated task is done: it goes back to its owner."""
        existing(engine, id)
        with prefixed(f"Cannot resolve task {id}: "):
            engine.tasks.resolve(id, read_values(plain_values(body.variables)))

    @routes.post("/{id}/complete", responses=_DONE, response_model=dict[str, Any])
    def complete(id: str, body: CompleteBody, engine: Acting) -> Response:  # noqa: A002
        """Complete a task; the instance moves on."""
        return _complete(engine, id, body, f"Cannot complete task {id}: ")

    @routes.post("/{id}/submit-form", responses=_DONE, response_model=dict[str, Any])
    def submit(id: str, body: CompleteBody, engine: Acting) -> Response:  # noqa: A002
        """Complete a task with what its form says; a delegated one is resolved."""
        task = existing(engine, id)
        prefix = f"Cannot submit task form {id}: "
        if task.delegation_state != "PENDING":
            return _complete(engine, id, body, prefix)
        with prefixed(prefix):
            engine.tasks.resolve(id, read_values(plain_values(body.variables)))
        return Response(status_code=204)

    @routes.post("/{id}/bpmnError", status_code=204)
    def handle_bpmn_error(id: str, body: ErrorBody, engine: Acting) -> None:  # noqa: A002
        """End the task with a BPMN error."""
        existing(engine, id)
        if not body.error_code:
            raise CamundaError("errorCode is null", kind="BadUserRequestException", code=0)
        values = read_values(plain_values(body.variables))
        engine.tasks.throw_error(id, body.error_code, body.error_message, values)

    @routes.post("/{id}/bpmnEscalation", status_code=204)
    def handle_escalation(id: str, body: EscalationBody, engine: Acting) -> None:  # noqa: A002
        """Say an escalation."""
        existing(engine, id)
        if not body.escalation_code:
            raise CamundaError("escalationCode is null", kind="BadUserRequestException", code=0)
        engine.tasks.throw_escalation(id, body.escalation_code, read_values(plain_values(body.variables)))


def _complete(engine: Engine, task_id: str, body: CompleteBody, prefix: str) -> Response:
    with prefixed(prefix):
        values = read_values(plain_values(body.variables))
        task = existing(engine, task_id)
        before = _variables(engine, task) if body.with_variables_in_return else {}
        engine.tasks.complete(task_id, values)
    if not body.with_variables_in_return:
        return Response(status_code=204)
    # what followed may have changed them; of an instance that has ended they are as they were
    now = {**before, **values, **_variables(engine, task)}
    return JSONResponse(write_values(now))


def _variables(engine: Engine, task: TaskDetails) -> dict[str, TypedValue]:
    if task.instance_id is None:
        return {}
    try:
        found: dict[str, TypedValue] = engine.variables.all(task.instance_id)
    except NotFoundError:
        return {}
    return found
