"""``/task/{id}/attachment``: files and addresses."""

from typing import Annotated

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import Response

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.resources.task.commenting import instance_of
from shoal.api.engine_rest.resources.task.finding import existing
from shoal.api.engine_rest.variables import BINARY
from shoal.api.engine_rest.views.task import AttachmentView
from shoal.api.media_types import attachment
from shoal.engine import Engine
from shoal.store.queries.discussions import Attachment


def add_to(routes: APIRouter) -> None:
    """The routes."""

    @routes.get("/{id}/attachment")
    def get_attachments(id: str, engine: Acting) -> list[AttachmentView]:  # noqa: A002 - Camunda's name
        """List the attachments of a task, the oldest first."""
        instance = instance_of(engine, existing(engine, id))
        return [AttachmentView.of((each, instance)) for each in engine.tasks.attachments(task_id=id)]

    @routes.post("/{id}/attachment/create")
    def add_attachment(
        id: str,  # noqa: A002
        engine: Acting,
        name: Annotated[str | None, Form(alias="attachment-name")] = None,
        description: Annotated[str | None, Form(alias="attachment-description")] = None,
        kind: Annotated[str | None, Form(alias="attachment-type")] = None,
        url: Annotated[str | None, Form(description="an address in place of a file")] = None,
        content: Annotated[UploadFile | None, File(description="a file")] = None,
    ) -> AttachmentView:
        """Attach a file or an address to a task."""
        task = existing(engine, id)
        data = None if content is None else content.file.read()
        if url is None and data is None:
            raise CamundaError("No content or url to remote content exists to create the task attachment.")
        made = engine.tasks.attach(
            task_id=id,
            name=name,
            description=description,
            kind=kind,
            url=url if data is None else None,
            content=data,
        )
        return AttachmentView.of((made, instance_of(engine, task)))

    @routes.get("/{id}/attachment/{attachmentId}")
    def get_attachment(id: str, attachmentId: str, engine: Acting) -> AttachmentView:  # noqa: A002, N803
        """Show one attachment without its content."""
        found = _one(engine, id, attachmentId)
        return AttachmentView.of((found, instance_of(engine, existing(engine, id))))

    @routes.get("/{id}/attachment/{attachmentId}/data", response_class=Response, responses=BINARY)
    def get_attachment_data(id: str, attachmentId: str, engine: Acting) -> Response:  # noqa: A002, N803
        """Get the file."""
        found = _one(engine, id, attachmentId)
        content = engine.tasks.attachment_content(attachmentId)
        if content is None:
            raise CamundaError(
                f"Attachment content for attachment with id '{attachmentId}' does not exist.", status=404
            )
        headers = attachment(found.name or attachmentId)
        return Response(content, media_type="application/octet-stream", headers=headers)

    @routes.delete("/{id}/attachment/{attachmentId}", status_code=204)
    def delete_attachment(id: str, attachmentId: str, engine: Acting) -> None:  # noqa: A002, N803
        """Remove an attachment with its content."""
        _one(engine, id, attachmentId)
        engine.tasks.delete_attachment(attachmentId)


def _one(engine: Engine, task_id: str, attachment_id: str) -> Attachment:
    existing(engine, task_id)
    for each in engine.tasks.attachments(task_id=task_id):
        if each.id == attachment_id:
            return each
    raise CamundaError(
        f"Task attachment with id {attachment_id} does not exist for task id '{task_id}'.", status=404
    )
