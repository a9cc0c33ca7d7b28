"""``/shoal/v1/deployments`` and ``/shoal/v1/process-definitions``: models in, definitions out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, Form, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from shoal.api.acting import Acting
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


class DefinitionPage(BaseModel):
    """Definitions by id."""

    items: list[DefinitionView]
    next: str | None = Field(description="`after_id` of the next page; null: this was the last")


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


def router(_engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1", tags=["deployments"], route_class=JsonRoute)

    @routes.post("/deployments", status_code=201, responses=errors(*BODY))
    def deploy(
        engine: Acting,
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

    @routes.get("/process-definitions", responses=errors())
    def list_definitions(
        engine: Acting,
        key: str | None = None,
        latest_only: Annotated[bool, Query(description="only the newest version of each key and tenant")] = False,
        after_id: Annotated[str | None, Query(description="`next` of the page before")] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> DefinitionPage:
        """List process definitions, the older first."""
        rows = engine.definitions.list(key=key, latest_only=latest_only, after_id=after_id, limit=limit)
        items = [DefinitionView.model_validate(row) for row in rows]
        return DefinitionPage(items=items, next=items[-1].id if len(items) == limit else None)

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
