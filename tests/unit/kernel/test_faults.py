"""What is refused at deployment, found out from the behaviours that exist."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from shoal.bpmn.element import FlowNode
from shoal.bpmn.events import EndEvent, LinkEvent
from shoal.kernel import check

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def test_a_process_of_supported_elements_has_no_faults(model: Any) -> None:
    run = model(ENDS + '<userTask id="t"/>', "s > t > e")
    assert check(run.process) == []


def test_a_decision_is_refused_with_what_could_stand_there(model: Any) -> None:
    run = model(ENDS + '<businessRuleTask id="t" camunda:decisionRef="d"/>', "s > t > e")
    (fault,) = check(run.process)
    assert (fault.element_id, fault.what) == ("t", "camunda:decisionRef is not executed")
    assert "external" in fault.supported


def test_elements_without_behaviour_are_refused_with_the_others_of_their_kind(model: Any) -> None:
    process = model(ENDS, "s > e").process
    strange = EndEvent("odd", scope="p", definition=LinkEvent("x"))
    unknown = FlowNode("unknown", scope="p")
    nodes = {**process.nodes, "odd": strange, "unknown": unknown}
    first, second = check(replace(process, nodes=nodes))
    assert (first.element_id, first.what) == ("odd", "end event with link event is not executed")
    assert "error event" in first.supported
    assert "no event definition" in first.supported
    assert second.element_id == "unknown"
    assert "user task" in second.supported
