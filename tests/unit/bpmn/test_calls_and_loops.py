"""Call activities with their mappings, multi-instance and standard loops, sub-processes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.activities import (
    Activity,
    CallActivity,
    SubProcess,
)
from shoal.bpmn.process import Process
from shoal.errors import Fault

Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]


def extended(kind: str, attributes: str = "", extensions: str = "", content: str = "") -> str:
    return f'<{kind} id="t0" {attributes}><extensionElements>{extensions}</extensionElements>{content}</{kind}>'


def loop(attributes: str = "", content: str = "") -> str:
    inner = f"<multiInstanceLoopCharacteristics {attributes}>{content}</multiInstanceLoopCharacteristics>"
    return f'<userTask id="t0">{inner}</userTask>'


def test_call_activities(read: Read, around: Around) -> None:
    xml = extended(
        "callActivity",
        'calledElement="${key}" camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="v1" '
        'camunda:calledElementTenantId="t" camunda:variableMappingDelegateExpression="${map}"',
        '<camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:in variables="all"/>'
        '<camunda:in sourceExpression="${a + 1}" target="b" local="true"/><camunda:out source="x" target="y"/>',
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, CallActivity)
    assert node.called_element is not None
    assert node.version_tag is not None
    assert node.tenant_id is not None
    assert node.mapping_code is not None
    assert (node.called_element.text, node.binding, node.version_tag.text) == ("${key}", "versionTag", "v1")
    key, everything, computed = node.inputs
    assert key.business_key is not None
    assert everything.all_variables
    assert computed.source_expression is not None
    assert (computed.target, computed.local) == ("b", True)
    assert [(each.source, each.target) for each in node.outputs] == [("x", "y")]


@pytest.mark.parametrize(
    ("mapping", "what"),
    [
        ('<camunda:in target="a"/>', "missing parameter 'source' or 'sourceExpression'"),
        ('<camunda:in source="" target="a"/>', "missing parameter 'source' or 'sourceExpression'"),
        ('<camunda:in source="a"/>', "missing attribute 'target'"),
        ('<camunda:out source="a" target=""/>', "missing attribute 'target'"),
        ('<camunda:in variables="some"/>', "unknown value 'some'"),
        ('<camunda:in sourceExpression="${" target="a"/>', "Invalid expression"),
        ('<camunda:in businessKey="${"/>', "camunda:in businessKey: Invalid expression"),
    ],
)
def test_faults_of_variable_mappings(faults: Faults, around: Around, mapping: str, what: str) -> None:
    (fault,) = faults(around(extended("callActivity", 'calledElement="x"', mapping)))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_multi_instance(read: Read, around: Around) -> None:
    xml = loop(
        'isSequential="true" camunda:collection="${users}" camunda:elementVariable="user" '
        'camunda:asyncBefore="true"',
        "<extensionElements><camunda:failedJobRetryTimeCycle>R2/PT1M</camunda:failedJobRetryTimeCycle>"
        "</extensionElements><completionCondition>${done}</completionCondition>",
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, Activity)
    found = node.multi_instance
    assert found is not None
    assert found.collection is not None
    assert found.completion_condition is not None
    assert (found.sequential, found.collection.text, found.element_variable) == (True, "${users}", "user")
    assert (found.async_before, node.async_before, found.completion_condition.text) == (True, False, "${done}")
    assert found.retry_cycle is not None
    assert found.retry_cycle.attempts == 2


def test_multi_instance_in_the_words_of_bpmn(read: Read, around: Around) -> None:
    xml = loop("", "<loopDataInputRef>users</loopDataInputRef><inputDataItem name='user'/>")
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, Activity)
    assert node.multi_instance is not None
    assert node.multi_instance.collection is not None
    assert node.multi_instance.collection.literal_value == "users"
    assert node.multi_instance.element_variable == "user"


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        (loop(), "either loopCardinality or loopDataInputRef/camunda:collection must be set"),
        (loop("", "<loopCardinality>many</loopCardinality>"), "loopCardinality 'many' is not a number"),
        (loop("", "<loopCardinality>${</loopCardinality>"), "loopCardinality: Invalid expression"),
        (
            loop('camunda:elementVariable="x"', "<loopCardinality>3</loopCardinality>"),
            "camunda:collection must be set when using inputDataItem",
        ),
        (
            loop('camunda:collection="a"', "<loopDataOutputRef>x</loopDataOutputRef>"),
            "loopDataOutputRef of a multi-instance activity is not executed",
        ),
        (loop('camunda:collection="a" behavior="One"'), "behavior of a multi-instance activity"),
        (loop('camunda:collection="a"', "<completionCondition>${</completionCondition>"), "completionCondition: "),
        (
            '<userTask id="t0"><standardLoopCharacteristics/></userTask>',
            "standard loop without loopCondition and without loopMaximum never ends",
        ),
        (
            (
                '<userTask id="t0"><standardLoopCharacteristics loopMaximum="x"><loopCondition>${a}</loopCondition>'
                "</standardLoopCharacteristics></userTask>"
            ),
            "loopMaximum 'x' is not a number",
        ),
        (
            extended(
                "userTask",
                "",
                "<camunda:inputOutput><camunda:outputParameter name='a'>1</camunda:outputParameter>"
                "</camunda:inputOutput>",
                "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality>"
                "</multiInstanceLoopCharacteristics>",
            ),
            "camunda:outputParameter not allowed for multi-instance constructs",
        ),
    ],
)
def test_faults_of_loops(faults: Faults, around: Around, xml: str, what: str) -> None:
    (fault,) = faults(around(xml))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_standard_loop(read: Read, around: Around) -> None:
    xml = (
        '<task id="t0"><standardLoopCharacteristics testBefore="true" loopMaximum="3"><loopCondition>${a}'
        "</loopCondition></standardLoopCharacteristics></task>"
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, Activity)
    assert node.standard_loop is not None
    assert (node.standard_loop.test_before, node.standard_loop.maximum) == (True, 3)


def test_sub_processes(read: Read, around: Around) -> None:
    process = read(
        around(
            '<subProcess id="t0"><startEvent id="a"/><task id="b"/>'
            '<sequenceFlow id="ab" sourceRef="a" targetRef="b"/></subProcess>'
        )
    )
    node = process.nodes["t0"]
    assert isinstance(node, SubProcess)
    assert (node.triggered_by_event, node.is_transaction) == (False, False)
    assert process.nodes["b"].scope == "t0"
    assert process.scopes["t0"].start_events == (process.nodes["a"],)
