"""``/shoal/v1/messages``: correlation."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from shoal.api.acting import Acting
from shoal.api.bodies import JsonRoute
from shoal.api.openapi import BODY, errors
from shoal.engine import Engine


class MessageRequest(BaseModel):
    """A message and whom it is for. What is not said does not matter."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1)
    business_key: str | None = None
    correlation_variables: dict[str, Any] = Field(
        default_factory=dict, description="variables that an instance must have, with these values"
    )
    instance_ids: list[str] | None = None
    variables: dict[str, Any] = Field(default_factory=dict, description="set in the instance")
    local_variables: dict[str, Any] = Field(default_factory=dict, description="set in the activity that waited")
    tenant_id: str | None = None
    all: bool = Field(False, description="correlate with everybody that matches, be there none")


class Arrival(BaseModel):
    """Where a message arrived."""

    model_config = ConfigDict(from_attributes=True)

    instance_id: str
    started: bool = Field(description="it began the instance; otherwise the instance waited for it")


class Arrivals(BaseModel):
    """Where a message arrived, instance by instance."""

    items: list[Arrival]


def router(_engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1", tags=["messages"], route_class=JsonRoute)

    @routes.post("/messages", responses=errors(409, *BODY))
    def correlate(engine: Acting, body: MessageRequest) -> Arrivals:
        """Correlate a message with exactly one instance (or with all that match).

        Answers 409 when none or several match and one was wanted.
        """
        said = body.model_dump(exclude={"name", "all"})
        if body.all:
            found = engine.messages.correlate_all(body.name, **said)
        else:
            found = [engine.messages.correlate(body.name, **said)]
        return Arrivals(items=[Arrival.model_validate(each) for each in found])

    return routes
