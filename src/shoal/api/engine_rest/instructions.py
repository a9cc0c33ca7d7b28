"""Instructions of modifications in Camunda 7's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.views import Body, Variables, plain_values
from shoal.camunda.values import read_values
from shoal.engine.modification import Moving

_STARTS = {
    "startBeforeActivity": ("start-before", "activityId"),
    "startAfterActivity": ("start-after", "activityId"),
    "startTransition": ("start-transition", "transitionId"),
}
_CANCELLED = ("activityId", "activityInstanceId", "transitionInstanceId")


class InstructionBody(Body):
    """Camunda 7: ProcessInstanceModificationInstructionDto."""

    type: Literal["cancel", "startBeforeActivity", "startAfterActivity", "startTransition"]
    activity_id: str | None = None
    transition_id: str | None = None
    activity_instance_id: str | None = Field(None, description="only of one instance")
    transition_instance_id: str | None = Field(None, description="only of one instance")
    ancestor_activity_instance_id: str | None = Field(None, description="only of one instance")
    cancel_current_active_activity_instances: bool | None = None
    variables: Variables = Field(None, description="only of one instance")


def said_of_one(instructions: Sequence[InstructionBody]) -> list[dict[str, Any]]:
    """The instructions of the modification of one instance, as operations take them. CamundaError."""
    return [_cancel(each) if each.type == "cancel" else _start(each) for each in instructions]


def said_of_all(instructions: Sequence[InstructionBody]) -> list[dict[str, Any]]:
    """The same for instances of a definition: what only one instance can have is ignored. CamundaError."""
    said = []
    for each in instructions:
        if each.type != "cancel":
            said.append(_start(each.model_copy(update={"variables": None, "ancestor_activity_instance_id": None})))
            continue
        if each.activity_id is None:
            raise CamundaError("For instruction type 'cancel': 'activityId' must be set")
        said.append(_cancel_all(each))
    return said


def instruct(builder: Moving, said: Sequence[dict[str, Any]]) -> None:
    """Give a builder the instructions."""
    for each in said:
        starts = {"variables": each.get("variables"), "local_variables": each.get("local_variables")}
        match each["type"]:
            case "start-before":
                builder.start_before(each["activity_id"], ancestor_id=each["ancestor_id"], **starts)
            case "start-after":
                builder.start_after(each["activity_id"], ancestor_id=each["ancestor_id"], **starts)
            case "start-transition":
                builder.start_transition(each["transition_id"], ancestor_id=each["ancestor_id"], **starts)
            case "cancel-all":
                builder.cancel_all(each["activity_id"], only_current=each["only_current"])
            case "cancel-activity-instance":
                builder.cancel_activity_instance(each["activity_instance_id"])
            case _:
                builder.cancel_transition_instance(each["transition_instance_id"])


def _start(body: InstructionBody) -> dict[str, Any]:
    kind, field = _STARTS[body.type]
    element_id = body.transition_id if field == "transitionId" else body.activity_id
    if element_id is None:
        raise CamundaError(f"For instruction type '{body.type}': '{field}' must be set")
    given = body.variables or {}
    return {
        "type": kind,
        "transition_id" if field == "transitionId" else "activity_id": element_id,
        "ancestor_id": body.ancestor_activity_instance_id,
        "variables": read_values(plain_values({name: each for name, each in given.items() if not each.local})),
        "local_variables": read_values(plain_values({name: each for name, each in given.items() if each.local})),
    }


def _cancel(body: InstructionBody) -> dict[str, Any]:
    named = (body.activity_id, body.activity_instance_id, body.transition_instance_id)
    if sum(each is not None for each in named) != 1:
        raise CamundaError(
            f"For instruction type 'cancel': exactly one, {', '.join(_CANCELLED[:-1])}, or {_CANCELLED[-1]}, "
            "is required"
        )
    if body.activity_instance_id is not None:
        return {"type": "cancel-activity-instance", "activity_instance_id": body.activity_instance_id}
    if body.transition_instance_id is not None:
        return {"type": "cancel-transition-instance", "transition_instance_id": body.transition_instance_id}
    return _cancel_all(body)


def _cancel_all(body: InstructionBody) -> dict[str, Any]:
    return {
        "type": "cancel-all",
        "activity_id": body.activity_id,
        "only_current": bool(body.cancel_current_active_activity_instances),
    }
