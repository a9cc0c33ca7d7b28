"""Tasks of every type and how they are implemented, and their faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.activities import (
    BusinessRuleTask,
    ManualTask,
    NoneTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
)
from shoal.bpmn.extensions import CodeKind
from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult
from shoal.errors import Fault

Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]
EXTERNAL = 'camunda:type="external" camunda:topic="pay"'


def extended(kind: str, attributes: str = "", extensions: str = "", content: str = "") -> str:
    return f'<{kind} id="t0" {attributes}><extensionElements>{extensions}</extensionElements>{content}</{kind}>'


@pytest.mark.parametrize(("kind", "type_"), [("task", NoneTask), ("manualTask", ManualTask)])
def test_tasks_that_are_passed_through(read: Read, around: Around, kind: str, type_: type) -> None:
    xml = (
        f'<{kind} id="t0" name="n" camunda:asyncBefore="true" camunda:asyncAfter="true" camunda:exclusive="false" '
        f'camunda:jobPriority="${{p}}"><documentation>one</documentation>'
        f"<documentation>two</documentation></{kind}>"
    )
    node = read(around(xml)).nodes["t0"]
    assert type(node) is type_
    assert (node.name, node.documentation, node.scope) == ("n", "one\n\ntwo", "p")
    assert (node.incoming, node.outgoing, node.line) == (("f0",), ("f1",), 1)
    assert (node.async_before, node.async_after, node.exclusive) == (True, True, False)
    assert node.job_priority is not None
    assert node.job_priority.text == "${p}"


def test_the_old_async_attribute(read: Read, around: Around) -> None:
    assert read(around('<task id="t0" camunda:async="true"/>')).nodes["t0"].async_before


@pytest.mark.parametrize(
    ("kind", "type_"),
    [("serviceTask", ServiceTask), ("sendTask", SendTask), ("businessRuleTask", BusinessRuleTask)],
)
@pytest.mark.parametrize(
    ("attributes", "code"),
    [
        ('camunda:class="a.B"', (CodeKind.CLASS, "a.B", None)),
        ('camunda:delegateExpression="${b}"', (CodeKind.DELEGATE_EXPRESSION, None, "${b}")),
        ('camunda:expression="${b.c()}"', (CodeKind.EXPRESSION, None, "${b.c()}")),
    ],
)
def test_code_of_tasks(
    read: Read, around: Around, kind: str, type_: type, attributes: str, code: tuple[object, ...]
) -> None:
    node = read(around(f'<{kind} id="t0" {attributes}/>')).nodes["t0"]
    assert type(node) is type_
    assert isinstance(node, ServiceTask)
    assert node.code is not None
    assert node.external is None
    expression = node.code.expression.text if node.code.expression else None
    assert (node.code.kind, node.code.name, expression) == code


def test_external_tasks(read: Read, around: Around) -> None:
    xml = extended(
        "serviceTask",
        EXTERNAL + ' camunda:taskPriority="5"',
        '<camunda:properties><camunda:property name="a" value="1"/><camunda:property name="b"/>'
        "</camunda:properties>"
        '<camunda:errorEventDefinition errorRef="er" expression="${bad}"/>'
        '<camunda:errorEventDefinition errorRef="other" expression="${worse}"/>',
    )
    node = read(around(xml), '<error id="er" errorCode="E1"/>').nodes["t0"]
    assert isinstance(node, ServiceTask)
    assert node.external is not None
    assert node.external.topic.literal_value == "pay"
    assert node.external.priority is not None
    assert [(code, each.text) for code, each in node.external.error_definitions] == [
        ("E1", "${bad}"),
        ("other", "${worse}"),
    ]
    assert node.properties == {"a": "1", "b": ""}


def test_result_variables_and_fields(read: Read, around: Around) -> None:
    xml = extended(
        "serviceTask",
        'camunda:delegateExpression="${b}"',
        '<camunda:field name="a" stringValue="${not evaluated}"/><camunda:field name="b" expression="${x}"/>'
        "<camunda:field name='c'><camunda:string> kept </camunda:string></camunda:field>"
        "<camunda:field name='d'><camunda:expression> ${y} </camunda:expression></camunda:field>",
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, ServiceTask)
    assert node.code is not None
    values = [each.value.literal_value or each.value.text for each in node.code.fields]
    assert values == ["${not evaluated}", "${x}", " kept ", "${y}"]
    other = read(around('<serviceTask id="t0" camunda:expression="${x}" camunda:resultVariableName="r"/>'))
    task = other.nodes["t0"]
    assert isinstance(task, ServiceTask)
    assert task.result_variable == "r"


def test_decisions(read: Read, around: Around) -> None:
    xml = (
        '<businessRuleTask id="t0" camunda:decisionRef="d" camunda:decisionRefBinding="version" '
        'camunda:decisionRefVersion="2" camunda:mapDecisionResult="singleEntry" camunda:resultVariable="r"/>'
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, BusinessRuleTask)
    assert node.decision_ref is not None
    assert node.decision_version is not None
    assert (node.decision_ref.text, node.decision_binding, node.decision_version.text) == ("d", "version", "2")
    assert (node.map_decision_result, node.result_variable) == ("singleEntry", "r")


@pytest.mark.parametrize(
    ("attributes", "what"),
    [
        ("", "is mandatory on serviceTask"),
        ('camunda:class=" "', "is mandatory on serviceTask"),
        ('camunda:type="external"', "external tasks must specify a 'topic'"),
        ('camunda:type="external" camunda:topic="${"', "camunda:topic: Invalid expression"),
        ('camunda:type="mail"', "camunda:type='mail' is not executed on serviceTask"),
        ('camunda:type="shell"', "camunda:type='shell' is not executed on serviceTask"),
        ('camunda:expression="${a +}"', "camunda:expression: Invalid expression"),
        ('camunda:expression="${nonsense(1)}"', "unknown function nonsense()"),
        ('camunda:delegateExpression="${a"', "camunda:delegateExpression: Invalid expression"),
        ('camunda:class="a" camunda:resultVariable="r"', "elements using 'class'"),
        ('camunda:delegateExpression="${a}" camunda:resultVariable="r"', "using 'delegateExpression'"),
        (EXTERNAL + ' camunda:taskPriority="high"', "value 'high' for attribute 'camunda:taskPriority'"),
        (EXTERNAL + ' camunda:jobPriority="high"', "value 'high' for attribute 'camunda:jobPriority'"),
        (EXTERNAL + ' camunda:foo="1"', "camunda:foo is not executed"),
        (EXTERNAL + ' startQuantity="2"', "startQuantity='2' is not executed"),
        (EXTERNAL + ' completionQuantity="3"', "completionQuantity='3' is not executed"),
        (EXTERNAL + ' default="x"', "the default flow 'x' is not an outgoing sequence flow"),
        (EXTERNAL + ' default="f0"', "the default flow 'f0' is not an outgoing sequence flow"),
    ],
)
def test_faults_of_service_tasks(faults: Faults, around: Around, attributes: str, what: str) -> None:
    (fault,) = faults(around(f'<serviceTask id="t0" {attributes}/>'))
    assert (fault.element_id, fault.line) == ("t0", 1)
    assert what in fault.what


@pytest.mark.parametrize(
    ("kind", "attributes", "what"),
    [
        ("sendTask", "", "is mandatory on sendTask"),
        ("businessRuleTask", "", "is mandatory on businessRuleTask"),
        ("businessRuleTask", 'camunda:decisionRef=""', "camunda:decisionRef is empty"),
        ("businessRuleTask", 'camunda:decisionRef="d" camunda:mapDecisionResult="x"', "unknown value 'x'"),
        ("businessRuleTask", 'camunda:decisionRef="d" camunda:decisionRefBinding="x"', "unknown value 'x'"),
        (
            "businessRuleTask",
            'camunda:decisionRef="d" camunda:decisionRefBinding="version"',
            "missing attribute 'camunda:decisionRefVersion'",
        ),
        ("scriptTask", "", "script task without a script"),
        ("scriptTask", 'camunda:resource="deployment://x.js"', "scripts in another resource"),
        ("receiveTask", 'messageRef="x"', "no message with id 'x' found"),
        ("receiveTask", 'messageRef=""', "attribute 'messageRef' is required"),
        ("receiveTask", 'instantiate="true"', "instantiate='true' is not executed"),
        ("callActivity", "", "missing attribute 'calledElement'"),
        ("callActivity", 'camunda:caseRef="c"', "CMMN case (camunda:caseRef) is not executed"),
        ("callActivity", 'calledElement="${x"', "calledElement: Invalid expression"),
        ("callActivity", 'calledElement="x" camunda:calledElementBinding="newest"', "unknown value 'newest'"),
        (
            "callActivity",
            'calledElement="x" camunda:calledElementBinding="version"',
            "missing attribute 'camunda:calledElementVersion'",
        ),
        (
            "callActivity",
            'calledElement="x" camunda:calledElementBinding="versionTag"',
            "missing attribute 'camunda:calledElementVersionTag'",
        ),
        ("userTask", 'camunda:assignee="${x"', "camunda:assignee: Invalid expression"),
        ("userTask", 'name="${x"', "name: Invalid expression"),
        ("userTask", 'camunda:candidateUsers="a,${x"', "camunda:candidateUsers: Invalid expression"),
        (
            "userTask",
            'camunda:formKey="a" camunda:formRef="b" camunda:formRefBinding="latest"',
            "formKey and formRef",
        ),
        ("userTask", 'camunda:formRef="b"', "value for formRefBinding attribute"),
        ("subProcess", "", "sub-process must define a startEvent element"),
        ("transaction", "", "transaction must define a startEvent element"),
        ("adHocSubProcess", "", "adHocSubProcess is not executed"),
        ("complexGateway", "", "complexGateway is not executed"),
        ("subConversation", "", "subConversation is not executed"),
    ],
)
def test_faults_of_other_activities(faults: Faults, around: Around, kind: str, attributes: str, what: str) -> None:
    (fault,) = faults(around(f'<{kind} id="t0" {attributes}/>'))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_script_tasks(read: Read, around: Around) -> None:
    xml = (
        '<scriptTask id="t0" scriptFormat="javascript" camunda:resultVariable="r"><script>'
        "<![CDATA[1 < 2]]></script>"
        "</scriptTask>"
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, ScriptTask)
    assert node.code is not None
    assert (node.code.kind, node.result_variable) == (CodeKind.SCRIPT, "r")
    juel = read(around('<scriptTask id="t0"><script>${a + 1}</script></scriptTask>')).nodes["t0"]
    assert isinstance(juel, ScriptTask)
    assert juel.code is not None


@pytest.mark.parametrize(
    ("language", "source", "what"),
    [
        ("groovy", "x", "groovy"),
        ("python", "x = 1", "Python scripts are switched off"),
        ("javascript", "if (", "javascript script failed"),
        ("juel", "${", "script task: "),
    ],
)
def test_faults_of_scripts(faults: Faults, around: Around, language: str, source: str, what: str) -> None:
    xml = f'<scriptTask id="t0" scriptFormat="{language}"><script>{source}</script></scriptTask>'
    (fault,) = faults(around(xml))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_an_empty_script_is_only_warned_of(result: Callable[..., ReadResult], around: Around) -> None:
    found = result(around('<scriptTask id="t0" scriptFormat="javascript"><script>  </script></scriptTask>'))
    assert [each.what for each in found.warnings] == ["script task is empty"]


def test_python_scripts_can_be_switched_on(read: Read, around: Around) -> None:
    xml = '<scriptTask id="t0" scriptFormat="python"><script>x = 1</script></scriptTask>'
    assert read(around(xml), python_scripts=True)


def test_receive_tasks(read: Read, around: Around) -> None:
    process = read(
        around('<receiveTask id="t0" messageRef="m"/>', '<receiveTask id="t1"/>'), '<message id="m" name="paid"/>'
    )
    first, second = process.nodes["t0"], process.nodes["t1"]
    assert isinstance(first, ReceiveTask)
    assert isinstance(second, ReceiveTask)
    assert first.message_name is not None
    assert (first.message_name.text, second.message_name) == ("paid", None)
