"""``/shoal/v1/deployments`` and ``/shoal/v1/process-definitions``: models in, definitions out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from shoal.api.bodies import JsonRoute
from shoal.api.openapi import BODY, errors
from shoal.engine import Engine
from shoal.errors import InputError


class DefinitionView(BaseModel):
    """A process definition: one version of a model."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    key: str = Field(description="stable over all versions")
    version: int
    name: str | None
    version_tag: str | None
    deployment_id: str
    resource_name: str
    tenant_id: str | None
    suspended: bool
    startable: bool = Field(description="whether it can be started by itself, not only called")


class DeploymentView(BaseModel):
    """What a deployment made."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str | None
    source: str | None
    tenant_id: str | None
    deployed_at: datetime
    is_new: bool = Field(description="false: an equal deployment existed and nothing was made")
    definitions: list[DefinitionView]


def router(engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1", tags=["deployments"], route_class=JsonRoute)

    @routes.post("/deployments", status_code=201, responses=errors(*BODY))
    def deploy(
        files: Annotated[list[UploadFile], File(description="BPMN models; each part carries its file name")],
        name: Annotated[str | None, Form()] = None,
        source: Annotated[str | None, Form()] = None,
        tenant_id: Annotated[str | None, Form()] = None,
        filter_duplicates: Annotated[bool, Form(description="deploy nothing when nothing changed")] = False,
        changed_only: Annotated[bool, Form(description="deploy only the files that changed")] = False,
    ) -> DeploymentView:
        """Deploy model files, all of them or none. A rejected model answers 400 with every fault."""
        deployment = engine.definitions.deploy(
            contents=_contents(files),
            name=name,
            source=source,
            tenant_id=tenant_id,
            filter_duplicates=filter_duplicates,
            changed_only=changed_only,
        )
        return DeploymentView.model_validate(deployment)

    return routes


def _contents(files: list[UploadFile]) -> dict[str, bytes]:
    contents: dict[str, bytes] = {}
    for file in files:
        if not file.filename:
            raise InputError("every file needs a file name", field="body.files")
        if file.filename in contents:
            raise InputError(f"two files are called '{file.filename}'", field="body.files")
        contents[file.filename] = file.file.read()
    return contents
