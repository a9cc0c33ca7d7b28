"""What commands and queries see of a state without running a step."""

from __future__ import annotations

from typing import Any

from shoal.kernel import activity_tree, compile_plan, has_end_listeners, live_nodes, wants_tasks
from shoal.kernel.state import Phase

ENDS = '<startEvent id="s"/><endEvent id="e"/>'


def nested(arrows: Any) -> str:
    inside = '<startEvent id="s2"/><userTask id="w" name="Work"/><task id="t" camunda:asyncBefore="true"/>'
    return ENDS + f'<subProcess id="sub" name="Sub">{inside}{arrows("s2 > w", "s2 > t")}</subProcess>'


def test_live_nodes_are_listed_with_their_waits(model: Any, arrows: Any) -> None:
    run = model(nested(arrows), "s > sub > e").start()
    sub, work, task = live_nodes(run.snapshot.state)
    assert (sub.element_id, sub.is_scope, sub.waits) == ("sub", True, ())
    assert (work.element_id, work.parent_id, work.phase) == ("w", sub.id, Phase.ACTIVE)
    assert (task.element_id, task.phase, len(task.waits)) == ("t", Phase.BEFORE, 1)


def test_activity_instances_form_a_tree(model: Any, arrows: Any) -> None:
    run = model(nested(arrows), "s > sub > e").start()
    tree = activity_tree(run.process, run.snapshot.instance.id, run.snapshot.state)
    assert (tree.activity_id, tree.activity_type) == ("p", "processDefinition")
    (sub,) = tree.children
    assert (sub.activity_id, sub.activity_name, sub.activity_type) == ("sub", "Sub", "subProcess")
    assert [child.activity_id for child in sub.children] == ["w"]
    assert [token.element_id for token in sub.transitions] == ["t"]


def test_kept_activities_are_not_shown(model: Any) -> None:
    body = ENDS + '<task id="a"/><userTask id="w"/><userTask id="undo" isForCompensation="true"/>'
    body += '<boundaryEvent id="b" attachedToRef="a"><compensateEventDefinition/></boundaryEvent>'
    body += '<association id="l" associationDirection="One" sourceRef="b" targetRef="undo"/>'
    run = model(body, "s > a > w > e").start()
    assert [node.element_id for node in live_nodes(run.snapshot.state)] == ["w"]
    tree = activity_tree(run.process, run.snapshot.instance.id, run.snapshot.state)
    assert [child.activity_id for child in tree.children] == ["w"]


def test_a_process_without_listeners_can_be_cancelled_without_the_kernel(model: Any, arrows: Any) -> None:
    process = model(nested(arrows), "s > sub > e").process
    assert not has_end_listeners(process)
    assert not wants_tasks(process)


def test_a_plan_is_compiled_once(model: Any, arrows: Any) -> None:
    process = model(nested(arrows), "s > sub > e").process
    assert compile_plan(process) is compile_plan(process)
    assert compile_plan(compile_plan(process)) is compile_plan(process)
