"""What is active in an instance, as the tree that Java shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.integration.camunda.conftest import HEAD

from shoal.camunda import ProcessEngine
from shoal.errors import NotFoundError
from shoal.ids import new_id

CRATES = f"""{HEAD}<process id="crates" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="packing"/>
    <subProcess id="packing" name="Pack it">
        <startEvent id="begin"/><sequenceFlow id="g1" sourceRef="begin" targetRef="both"/>
        <parallelGateway id="both"/>
        <sequenceFlow id="g2" sourceRef="both" targetRef="wrap"/><userTask id="wrap" name="Wrap it"/>
        <sequenceFlow id="g3" sourceRef="both" targetRef="weigh"/>
        <userTask id="weigh" name="Weigh it" camunda:asyncBefore="true"/>
    </subProcess>
</process></definitions>"""


def test_the_tree_of_an_instance(camunda: ProcessEngine) -> None:
    camunda.repository_service.create_deployment().add_string("crates.bpmn", CRATES).deploy()
    runtime = camunda.runtime_service
    instance = runtime.start_process_instance_by_key("crates")
    root = runtime.get_activity_instance(instance.id)
    assert root is not None
    assert (root.id, root.parent_activity_instance_id) == (instance.id, None)
    assert (root.activity_id, root.activity_type) == (instance.process_definition_id, "processDefinition")
    (packing,) = root.child_activity_instances
    assert (packing.activity_id, packing.activity_name, packing.activity_type) == (
        "packing",
        "Pack it",
        "subProcess",
    )
    assert packing.parent_activity_instance_id == root.id
    (wrap,) = root.get_activity_instances("wrap")
    assert packing.child_activity_instances == (wrap,)
    assert (wrap.activity_type, wrap.execution_ids, wrap.is_leaf) == ("userTask", (wrap.id,), True)
    (weigh,) = root.get_transition_instances("weigh")
    assert (weigh.activity_name, weigh.parent_activity_instance_id) == ("Weigh it", packing.id)
    assert root.get_activity_instances("weigh") == []
    assert root.get_transition_instances("wrap") == []
    incident = runtime.create_incident("stuck", wrap.id, None, "no paper")
    again = runtime.get_activity_instance(instance.id)
    assert again is not None
    assert [each.incident_ids for each in again.get_activity_instances("wrap")] == [(incident,)]
    assert sorted(runtime.get_active_activity_ids(instance.id)) == ["weigh", "wrap"]
    assert runtime.get_active_activity_ids(wrap.id) == ["wrap"]
    assert runtime.get_active_activity_ids(weigh.execution_id) == ["weigh"]


def test_what_does_not_run_has_no_tree(camunda: ProcessEngine, start: Callable[[int], list[str]]) -> None:
    (instance_id,) = start(1)
    runtime = camunda.runtime_service
    runtime.delete_process_instance(instance_id, "over")
    assert runtime.get_activity_instance(instance_id) is None
    assert runtime.get_activity_instance(new_id()) is None
    with pytest.raises(NotFoundError):
        runtime.get_active_activity_ids(instance_id)
