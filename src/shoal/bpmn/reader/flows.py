"""Sequence flows: source, target, condition and listeners."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.process import Condition, SequenceFlow
from shoal.bpmn.reader.access import XmlElement, attribute, child, documentation
from shoal.bpmn.reader.conditions import read_condition
from shoal.bpmn.reader.extensions import read_listeners
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.reader.vocabulary import check_vocabulary


@dataclass(frozen=True, slots=True)
class Arrow:
    """A sequence flow's element, and what is known of it before the nodes are read."""

    element: XmlElement
    id: str
    owner: Owner
    scope: str
    source: str
    target: str


def read_flow(arrow: Arrow, findings: Findings) -> SequenceFlow:
    """The sequence flow as the model describes it; its ends are checked elsewhere."""
    check_vocabulary(arrow.element, arrow.owner, findings)
    condition = None
    element = child(arrow.element, "conditionExpression")
    if element is not None:
        expression, script = read_condition(element, arrow.owner, findings, "conditionExpression")
        condition = Condition(expression=expression, script=script)
    return SequenceFlow(
        id=arrow.id,
        name=attribute(arrow.element, "name"),
        line=arrow.owner.line,
        documentation=documentation(arrow.element),
        source=arrow.source,
        target=arrow.target,
        condition=condition,
        listeners=read_listeners(arrow.element, arrow.owner, findings, ("take",)),
    )
