"""``/task/{id}/form`` and its variables."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.views.forms import FormView, deployed_form
from shoal.camunda.values import write_values
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.store.queries.task_filters import TaskDetails

_FORM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/xhtml+xml": {}}, "description": "The form."}
}


def add_to(routes: APIRouter) -> None:
    """The routes."""

    @routes.get("/{id}/form")
    def get_form(id: str, engine: Acting) -> FormView:  # noqa: A002 - Camunda's name of the parameter
        """Show which form a task asks for; the engine stores forms and does not render them."""
        return FormView(key=existing(engine, id).form_key, camunda_form_ref=None)

    @routes.get("/{id}/form-variables")
    def get_form_variables(
        id: str,  # noqa: A002
        engine: Acting,
        variableNames: str | None = None,  # noqa: N803 - Camunda's name
        deserializeValues: bool = True,  # noqa: N803
    ) -> dict[str, Any]:
        """Show the variables that a task sees, all or those that are named, separated by commas."""
        task = existing(engine, id)
        found = {} if task.node_id is None else engine.variables.all(task.node_id)
        wanted = None if variableNames is None else variableNames.split(",")
        shown = {name: each for name, each in found.items() if wanted is None or name in wanted}
        return write_values(shown, deserialize=deserializeValues)

    @routes.get("/{id}/rendered-form", status_code=404)
    def get_rendered_form(id: str, engine: Acting) -> None:  # noqa: A002
        """Forms are stored, and not rendered."""
        existing(engine, id)
        raise CamundaError(f"No matching rendered form for task with the id {id} found.", status=404)

    @routes.get("/{id}/deployed-form", responses=_FORM, response_class=Response)
    def get_deployed_form(id: str, engine: Acting) -> Response:  # noqa: A002
        """Get the form, if it was deployed together with the model."""
        task = existing(engine, id)
        try:
            content = _content(engine, task, deployed_form(task.form_key))
        except NotFoundError as error:
            raise CamundaError(error.message, status=404) from None
        return Response(content, media_type="application/xhtml+xml")


def _content(engine: Engine, task: TaskDetails, name: str) -> bytes:
    if task.definition_id is None:
        raise NotFoundError("a task of no process instance has no deployment", task_id=task.id)
    definition = engine.definitions.get(task.definition_id)
    _, content = engine.deployments.content(definition.deployment_id, name=name)
    return content
