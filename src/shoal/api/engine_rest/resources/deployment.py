"""``/deployment``: models and other files come in, and are found again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from shoal.api.acting import Acting
from shoal.api.engine_rest.links import self_link
from shoal.api.engine_rest.problems import CamundaError, prefixed
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.deployment import DeploymentView, DeploymentWithDefinitionsView, ResourceView
from shoal.api.media_types import attachment, media_type_of
from shoal.camunda.dates import read_date
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.deployment import DeploymentQuery
from shoal.commands.deploy import Deployment
from shoal.engine import Engine
from shoal.errors import InputError, NotFoundError
from shoal.store.queries.deployments import DeploymentRow, ResourceRow

_FIELDS = {
    "deployment-name": "name of the deployment",
    "deployment-source": "where it comes from",
    "tenant-id": "the tenant",
    "deployment-activation-time": "the definitions are suspended until then",
    "enable-duplicate-filtering": "`true`: nothing is deployed when nothing changed",
    "deploy-changed-only": "`true`: only what changed is deployed",
}
_MULTIPART: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {name: {"type": "string", "description": text} for name, text in _FIELDS.items()},
                    "additionalProperties": {"type": "string", "format": "binary"},
                    "description": "Every other part is a file of the deployment under its file name.",
                }
            }
        },
    }
}
_CONTENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {}, "*/*": {}}, "description": "The content of the file."}
}


class RedeploymentBody(Body):
    """Camunda 7: RedeploymentDto. Without ids and names all files are deployed again."""

    resource_ids: list[str] | None = None
    resource_names: list[str] | None = None
    source: str | None = None


async def _form(request: Request) -> AsyncIterator[FormData]:
    async with request.form(max_files=10_000) as form:
        yield form


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/deployment", "Deployment")
    queried(
        routes,
        DeploymentQuery,
        DeploymentView,
        find=_find,
        count=lambda engine, query: engine.deployments.count(query.filter()),
        what="deployments",
        by_post=False,
    )

    @routes.get("/registered")
    def list_registered(engine: Acting) -> list[str]:
        """List the ids of the deployments whose jobs are worked on: all of them."""
        return [row.id for row in engine.deployments.find(limit=1_000_000)]

    @routes.post("/create", openapi_extra=_MULTIPART)
    def create_deployment(
        form: Annotated[FormData, Depends(_form)], request: Request, engine: Acting
    ) -> DeploymentWithDefinitionsView:
        """Deploy files, all of them or none."""
        said = {name: _text(form, name) for name in _FIELDS}
        contents = _contents(form)
        if not contents:
            raise CamundaError("No deployment resources contained in the form upload.")
        changed_only = _is_true(said["deploy-changed-only"])
        deployment = engine.definitions.deploy(
            contents=contents,
            name=said["deployment-name"],
            source=said["deployment-source"],
            tenant_id=said["tenant-id"] or None,
            filter_duplicates=changed_only or _is_true(said["enable-duplicate-filtering"]),
            changed_only=changed_only,
            activate_at=_activation(said["deployment-activation-time"]),
        )
        return _made(engine, deployment, request)

    @routes.get("/{id}")
    def get_deployment(id: str, engine: Acting) -> DeploymentView:  # noqa: A002 - Camunda's name of the parameter
        """Show one deployment."""
        return DeploymentView.of(_get(engine, id))

    @routes.delete("/{id}", status_code=204)
    def delete_deployment(
        id: str,  # noqa: A002
        engine: Acting,
        cascade: bool = False,
        skipCustomListeners: bool = False,  # noqa: N803 - Camunda's name
        skipIoMappings: bool = False,  # noqa: N803
    ) -> None:
        """Delete a deployment with its definitions, with `cascade` together with their instances."""
        try:
            engine.definitions.delete_deployment(
                id,
                cascade=cascade,
                skip_custom_listeners=skipCustomListeners,
                skip_io_mappings=skipIoMappings,
            )
        except NotFoundError:
            raise CamundaError(f"Deployment with id '{id}' do not exist", status=404) from None

    @routes.post("/{id}/redeploy")
    def redeploy(
        id: str,  # noqa: A002
        body: RedeploymentBody,
        request: Request,
        engine: Acting,
    ) -> DeploymentWithDefinitionsView:
        """Deploy files of a deployment again, whatever has become of them."""
        _get(engine, id)
        with prefixed(f"Cannot redeploy deployment '{id}': ", kind="InvalidRequestException"):
            deployment = engine.deployments.redeploy(
                id, resource_ids=body.resource_ids, resource_names=body.resource_names, source=body.source
            )
        return _made(engine, deployment, request)

    @routes.get("/{id}/resources")
    def list_resources(id: str, engine: Acting) -> list[ResourceView]:  # noqa: A002
        """List the files of a deployment."""
        return [ResourceView.of(row) for row in _resources(engine, id)]

    @routes.get("/{id}/resources/{resource_id}")
    def get_resource(id: str, resource_id: str, engine: Acting) -> ResourceView:  # noqa: A002
        """Show one file of a deployment, without its content."""
        for row in _resources(engine, id):
            if row.id == resource_id:
                return ResourceView.of(row)
        raise CamundaError(
            f"Deployment resource with resource id '{resource_id}' for deployment id '{id}' does not exist.",
            status=404,
        )

    @routes.get("/{id}/resources/{resource_id}/data", response_class=Response, responses=_CONTENT)
    def get_resource_data(id: str, resource_id: str, engine: Acting) -> Response:  # noqa: A002
        """Get the content of one file."""
        try:
            row, content = engine.deployments.content(id, resource_id=resource_id)
        except NotFoundError:
            raise CamundaError(
                f"Deployment resource '{resource_id}' for deployment id '{id}' does not exist.", status=404
            ) from None
        return Response(content, media_type=media_type_of(row.name), headers=attachment(row.name))

    return routes


def _find(engine: Engine, query: DeploymentQuery, page: Page) -> list[DeploymentRow]:
    return engine.deployments.find(query.filter(), sort=query.orders() or "id", offset=page.first, limit=page.most)


def _get(engine: Engine, deployment_id: str) -> DeploymentRow:
    try:
        return engine.deployments.get(deployment_id)
    except NotFoundError:
        raise CamundaError(f"Deployment with id '{deployment_id}' does not exist", status=404) from None


def _resources(engine: Engine, deployment_id: str) -> list[ResourceRow]:
    try:
        return engine.deployments.resources(deployment_id)
    except NotFoundError:
        raise CamundaError(
            f"Deployment resources for deployment id '{deployment_id}' do not exist.", status=404
        ) from None


def _made(engine: Engine, deployment: Deployment, request: Request) -> DeploymentWithDefinitionsView:
    ids = tuple(each.id for each in deployment.definitions) if deployment.is_new else ()
    rows = engine.definitions.find(ids=ids, sort="key", limit=1_000_000)
    link = self_link(request, f"/deployment/{deployment.id}")
    return DeploymentWithDefinitionsView.made(deployment, engine.definitions.describe(rows), link)


def _text(form: FormData, name: str) -> str | None:
    value = form.get(name)
    if isinstance(value, UploadFile):
        # some clients give every part a file name
        return value.file.read().decode("utf-8", "replace")
    return value


def _contents(form: FormData) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for name, part in form.multi_items():
        if name in _FIELDS:
            continue
        if not isinstance(part, UploadFile) or not part.filename:
            raise CamundaError(
                f"No file name found in the deployment resource described by form parameter '{name}'."
            )
        if part.filename in contents:
            raise CamundaError(f"Two files of the deployment are called '{part.filename}'.")
        contents[part.filename] = part.file.read()
    return contents


def _is_true(text: str | None) -> bool:
    return text is not None and text.strip().lower() == "true"


def _activation(text: str | None) -> Any:
    if not text:
        return None
    try:
        return read_date(text)
    except InputError as error:
        raise CamundaError(f"Cannot parse deployment-activation-time: {error.message}") from None
