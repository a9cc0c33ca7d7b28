"""Damaged models: whatever is changed in a good one, the reader reads it or lists faults, nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from shoal.bpmn.process import Process
from shoal.bpmn.reader import read_definitions
from shoal.errors import ModelRejectedError

MODEL = b"""<?xml version="1.0" encoding="UTF-8"?>
<b:definitions xmlns:b="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">
  <b:message id="msg" name="paid-${id}"/><b:signal id="sig" name="alarm"/>
  <b:error id="err" errorCode="E1" camunda:errorMessage="no ${x}"/><b:escalation id="esc" escalationCode="X"/>
  <b:process id="p" name="P" isExecutable="true" camunda:historyTimeToLive="P30D" camunda:versionTag="1"
      camunda:candidateStarterUsers="a,b" camunda:jobPriority="5">
    <b:documentation>text</b:documentation>
    <b:startEvent id="start" camunda:initiator="who"/>
    <b:sequenceFlow id="f1" sourceRef="start" targetRef="user"/>
    <b:userTask id="user" name="U ${x}" camunda:assignee="${who}" camunda:candidateGroups="g,${h}"
        camunda:dueDate="P1D" camunda:asyncBefore="true">
      <b:extensionElements>
        <camunda:taskListener event="timeout" id="tl" class="a.B"><b:timerEventDefinition>
          <b:timeDuration>PT5M</b:timeDuration></b:timerEventDefinition></camunda:taskListener>
        <camunda:failedJobRetryTimeCycle>R5/PT5M</camunda:failedJobRetryTimeCycle>
        <camunda:inputOutput><camunda:inputParameter name="a"><camunda:map><camunda:entry key="k">v</camunda:entry>
          </camunda:map></camunda:inputParameter></camunda:inputOutput>
      </b:extensionElements>
      <b:multiInstanceLoopCharacteristics camunda:collection="${list}" camunda:elementVariable="e">
        <b:completionCondition>${done}</b:completionCondition></b:multiInstanceLoopCharacteristics>
    </b:userTask>
    <b:boundaryEvent id="late" attachedToRef="user" cancelActivity="false"><b:timerEventDefinition>
      <b:timeCycle xsi:type="b:tFormalExpression">R3/PT10M</b:timeCycle></b:timerEventDefinition></b:boundaryEvent>
    <b:sequenceFlow id="f2" sourceRef="user" targetRef="gate"/>
    <b:exclusiveGateway id="gate" default="f4"/>
    <b:sequenceFlow id="f3" sourceRef="gate" targetRef="sub"><b:conditionExpression
      xsi:type="b:tFormalExpression">${amount &gt; 10}</b:conditionExpression></b:sequenceFlow>
    <b:sequenceFlow id="f4" sourceRef="gate" targetRef="work"/>
    <b:serviceTask id="work" camunda:type="external" camunda:topic="t"><b:extensionElements>
      <camunda:errorEventDefinition errorRef="err" expression="${bad}"/></b:extensionElements></b:serviceTask>
    <b:boundaryEvent id="undoing" attachedToRef="work"><b:compensateEventDefinition/></b:boundaryEvent>
    <b:scriptTask id="undo" isForCompensation="true" scriptFormat="javascript"><b:script>1</b:script></b:scriptTask>
    <b:association id="as" sourceRef="undoing" targetRef="undo"/>
    <b:subProcess id="sub">
      <b:startEvent id="sub1"/><b:sequenceFlow id="g1" sourceRef="sub1" targetRef="race"/>
      <b:eventBasedGateway id="race"/><b:sequenceFlow id="g2" sourceRef="race" targetRef="got"/>
      <b:intermediateCatchEvent id="got"><b:messageEventDefinition messageRef="msg"/></b:intermediateCatchEvent>
      <b:sequenceFlow id="g3" sourceRef="got" targetRef="sub2"/>
      <b:endEvent id="sub2"><b:errorEventDefinition errorRef="err"/></b:endEvent>
      <b:subProcess id="es" triggeredByEvent="true"><b:startEvent id="es1" isInterrupting="false">
        <b:escalationEventDefinition escalationRef="esc"/></b:startEvent></b:subProcess>
    </b:subProcess>
    <b:callActivity id="call" calledElement="q" camunda:calledElementBinding="version"
        camunda:calledElementVersion="2"><b:extensionElements><camunda:in businessKey="${k}"/>
      <camunda:in source="a" target="b"/><camunda:out variables="all"/></b:extensionElements></b:callActivity>
    <b:sequenceFlow id="f5" sourceRef="work" targetRef="call"/>
    <b:sequenceFlow id="f6" sourceRef="call" targetRef="jump"/>
    <b:intermediateThrowEvent id="jump"><b:linkEventDefinition name="L"/></b:intermediateThrowEvent>
    <b:intermediateCatchEvent id="land"><b:linkEventDefinition name="L"/></b:intermediateCatchEvent>
    <b:sequenceFlow id="f7" sourceRef="land" targetRef="end"/>
    <b:endEvent id="end"><b:signalEventDefinition signalRef="sig"/></b:endEvent>
  </b:process>
</b:definitions>"""

NAMES = ["task", "subProcess", "startEvent", "endEvent", "boundaryEvent", "sequenceFlow", "complexGateway", "x"]
VALUES = st.one_of(
    st.sampled_from(
        ["", "p", "user", "sub", "f1", "true", "false", "${", "${x}", "${y()}", "R/PT0S", "0", "-1", " "]
    ),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn")), max_size=12),
)


def read(content: bytes) -> list[Process] | None:
    try:
        return list(read_definitions(content, "mutant.bpmn").definitions.processes)
    except ModelRejectedError as rejected:
        if not rejected.faults or not all(fault.what for fault in rejected.faults):
            pytest.fail("rejected without a reason")
        return None


def test_the_model_itself_is_right() -> None:
    assert read(MODEL)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_changed_elements_and_attributes(data: st.DataObject) -> None:
    root = etree.fromstring(MODEL)
    for _ in range(data.draw(st.integers(1, 4))):
        elements = [each for each in root.iter("*") if each is not root]
        if not elements:
            break
        element = data.draw(st.sampled_from(elements))
        parent = element.getparent()
        assert parent is not None
        match data.draw(st.sampled_from(["attribute", "drop", "text", "remove", "copy", "rename", "move", "wrap"])):
            case "attribute" if element.attrib:
                element.set(data.draw(st.sampled_from(sorted(map(str, element.attrib)))), data.draw(VALUES))
            case "drop" if element.attrib:
                del element.attrib[data.draw(st.sampled_from(sorted(map(str, element.attrib))))]
            case "text":
                element.text = data.draw(VALUES)
            case "remove":
                parent.remove(element)
            case "copy":
                parent.append(etree.fromstring(etree.tostring(element, with_tail=False)))
            case "rename":
                namespace = str(element.tag).rpartition("}")[0]
                element.tag = f"{namespace}}}{data.draw(st.sampled_from(NAMES))}"
            case "move":
                target = data.draw(st.sampled_from(elements))
                if element not in list(target.iterancestors()) and element is not target:
                    target.append(element)
            case "wrap":
                wrapper = etree.SubElement(parent, str(element.tag))
                wrapper.append(element)
    processes = read(etree.tostring(root))
    for process in processes or []:
        for flow in process.flows.values():
            assert process.nodes[flow.source].scope == process.nodes[flow.target].scope
            assert flow.id in process.nodes[flow.source].outgoing
            assert flow.id in process.nodes[flow.target].incoming


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(MODEL)), st.integers(0, 40), st.binary(max_size=8))
def test_changed_bytes(start: int, length: int, inserted: bytes) -> None:
    read(MODEL[:start] + inserted + MODEL[start + length :])


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    assert read(content) is None
