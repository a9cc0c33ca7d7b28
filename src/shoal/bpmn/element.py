"""What all elements of a model have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shoal.bpmn.extensions import InputOutput, Listener, RetryCycle
from shoal.expressions import Expression


@dataclass(frozen=True, slots=True)
class Element:
    """Anything in a model that has an id."""

    id: str
    name: str | None = None
    line: int | None = None
    documentation: str | None = None
    """The model's documentation texts, with an empty line in between."""


@dataclass(frozen=True, slots=True)
class FlowNode(Element):
    """An element that a token can be at."""

    scope: str = ""
    """Id of the sub-process, or of the process, that directly contains the element."""
    incoming: tuple[str, ...] = ()
    """Ids of sequence flows, in the order of the model."""
    outgoing: tuple[str, ...] = ()
    async_before: bool = False
    async_after: bool = False
    exclusive: bool = True
    retry_cycle: RetryCycle | None = None
    job_priority: Expression | None = None
    listeners: tuple[Listener, ...] = ()
    input_output: InputOutput | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    """camunda:properties, as external tasks hand them to workers."""
