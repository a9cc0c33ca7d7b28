"""``/process-definition/{...}``: the model, its picture, its start form, what it calls."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.process_definition.naming import Named
from shoal.api.engine_rest.views.forms import FormView, deployed_form, form_of
from shoal.api.engine_rest.views.process_definition import CalledProcessDefinitionView, DiagramView
from shoal.api.media_types import attachment, media_type_of
from shoal.errors import NotFoundError
from shoal.store.queries.definition_filters import DefinitionRow

_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/*": {}}, "description": "The picture."},
    204: {"description": "No picture was deployed with the model."},
}
_FORM: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/xhtml+xml": {}}, "description": "The form."}
}


def add_to_one(routes: APIRouter, named: Named) -> None:
    """The routes of one definition."""

    @routes.get("/xml")
    def get_xml(definition: Annotated[DefinitionRow, Depends(named)], engine: Acting) -> DiagramView:
        """Show the model as it was deployed."""
        text = engine.definitions.model(definition.id).decode("utf-8-sig", "replace")
        return DiagramView(id=definition.id, bpmn20_xml=text)

    @routes.get("/diagram", responses=_PICTURE, response_class=Response)
    def get_diagram(definition: Annotated[DefinitionRow, Depends(named)], engine: Acting) -> Response:
        """Get the picture that was deployed with the model."""
        name = engine.definitions.describe([definition])[0].diagram
        if name is None:
            return Response(status_code=204)
        _, content = engine.deployments.content(definition.deployment_id, name=name)
        return Response(content, media_type=media_type_of(name), headers=attachment(name))

    @routes.get("/startForm")
    def get_start_form(definition: Annotated[DefinitionRow, Depends(named)], engine: Acting) -> FormView:
        """Show which form a start asks for; the engine stores forms and does not render them."""
        return form_of(engine.definitions.start_event(definition.id))

    @routes.get("/form-variables", dependencies=[Depends(named)])
    def get_form_variables() -> dict[str, Any]:
        """Show the variables that the start form names: none, as fields of forms are not read."""
        return {}

    @routes.get("/rendered-form", status_code=404)
    def get_rendered_form(definition: Annotated[DefinitionRow, Depends(named)]) -> None:
        """Forms are not rendered: always 404."""
        raise CamundaError(
            f"No matching rendered start form for process definition with the id {definition.id} found.", status=404
        )

    @routes.get("/deployed-start-form", responses=_FORM, response_class=Response)
    def get_deployed_start_form(definition: Annotated[DefinitionRow, Depends(named)], engine: Acting) -> Response:
        """Get the start form, if it was deployed together with the model."""
        name = deployed_form(form_of(engine.definitions.start_event(definition.id)).key)
        try:
            _, content = engine.deployments.content(definition.deployment_id, name=name)
        except NotFoundError as error:
            raise CamundaError(error.message, status=404) from None
        return Response(content, media_type="application/xhtml+xml")

    @routes.get("/static-called-process-definitions")
    def list_called(
        definition: Annotated[DefinitionRow, Depends(named)], engine: Acting
    ) -> list[CalledProcessDefinitionView]:
        """List the definitions that call activities name without an expression."""
        called = engine.definitions.called(definition.id)
        described = engine.definitions.describe([each.row for each in called])
        return [
            CalledProcessDefinitionView.called(one, definition.id, each.activity_ids)
            for one, each in zip(described, called, strict=True)
        ]
