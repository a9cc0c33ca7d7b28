"""Activities: tasks of every type, call activities, loops and sub-processes, and their faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.activities import (
    Activity,
    BusinessRuleTask,
    CallActivity,
    ManualTask,
    NoneTask,
    ReceiveTask,
    ScriptTask,
    SendTask,
    ServiceTask,
    SubProcess,
    UserTask,
)
from shoal.bpmn.events import TimerKind
from shoal.bpmn.extensions import CodeKind
from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult
from shoal.errors import Fault

Result = Callable[..., ReadResult]
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
        f'camunda:jobPriority="${{p}}"><documentation>one</documentation><documentation>two</documentation></{kind}>'
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
        '<camunda:properties><camunda:property name="a" value="1"/><camunda:property name="b"/></camunda:properties>'
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
        '<scriptTask id="t0" scriptFormat="javascript" camunda:resultVariable="r"><script><![CDATA[1 < 2]]></script>'
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
        ("javascript", "  ", "script task is empty"),
        ("javascript", "if (", "javascript script failed"),
        ("juel", "${", "script task: "),
    ],
)
def test_faults_of_scripts(faults: Faults, around: Around, language: str, source: str, what: str) -> None:
    xml = f'<scriptTask id="t0" scriptFormat="{language}"><script>{source}</script></scriptTask>'
    (fault,) = faults(around(xml))
    assert fault.element_id == "t0"
    assert what in fault.what


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


def test_user_tasks(read: Read, around: Around) -> None:
    xml = extended(
        "userTask",
        'name="Check ${x}" camunda:assignee="${who}" camunda:candidateUsers="a, ${f(1,2)},b" camunda:priority="10" '
        'camunda:candidateGroups="g" camunda:dueDate="${due}" camunda:followUpDate="2030-01-01" '
        'camunda:formRef="form" camunda:formRefBinding="version" camunda:formRefVersion="3"'.replace(
            "f(1,2)", "m.f(1,2)"
        ),
        '<camunda:taskListener event="create" class="a.B"/>'
        '<camunda:taskListener event="timeout" id="late" expression="${x}"><timerEventDefinition>'
        "<timeDuration>PT1H</timeDuration></timerEventDefinition></camunda:taskListener>"
        '<camunda:taskListener event="complete"><camunda:script scriptFormat="javascript">1</camunda:script>'
        "</camunda:taskListener><camunda:formData><camunda:formField id='f' type='string'/></camunda:formData>",
        "<documentation>About ${x}</documentation>",
    )
    node = read(around(xml)).nodes["t0"]
    assert isinstance(node, UserTask)
    assert [each.text for each in node.candidate_users] == ["a", "${m.f(1,2)}", "b"]
    assert [each.text for each in node.candidate_groups] == ["g"]
    single = (node.assignee, node.due_date, node.follow_up_date, node.priority, node.task_name, node.description)
    assert [each.text if each else None for each in single] == [
        "${who}",
        "${due}",
        "2030-01-01",
        "10",
        "Check ${x}",
        "About ${x}",
    ]
    assert (node.form_ref_binding, node.form_key) == ("version", None)
    created, timeout, completed = node.task_listeners
    assert (created.event, created.code.name, created.timer) == ("create", "a.B", None)
    assert timeout.id == "late"
    assert timeout.timer is not None
    assert timeout.timer.kind is TimerKind.DURATION
    assert completed.code.kind is CodeKind.SCRIPT


def test_people_in_the_words_of_bpmn(read: Read, around: Around) -> None:
    def people(kind: str, expression: str) -> str:
        return (
            f"<{kind}><resourceAssignmentExpression><formalExpression>{expression}</formalExpression>"
            f"</resourceAssignmentExpression></{kind}>"
        )

    xml = people("potentialOwner", "user(kermit), group(mgmt), sales") + people("humanPerformer", "fozzie")
    node = read(around(f'<userTask id="t0">{xml}</userTask>')).nodes["t0"]
    assert isinstance(node, UserTask)
    assert node.assignee is not None
    assert node.assignee.text == "fozzie"
    assert [each.text for each in node.candidate_users] == ["kermit"]
    assert [each.text for each in node.candidate_groups] == ["mgmt", "sales"]


@pytest.mark.parametrize(
    ("listener", "what"),
    [
        ('<camunda:taskListener class="a"/>', "attribute 'event' is mandatory on taskListener"),
        ('<camunda:taskListener event="x" class="a"/>', "unknown value 'x'"),
        ('<camunda:taskListener event="create"/>', "camunda:taskListener without an implementation"),
        ('<camunda:taskListener event="create" class=""/>', "attribute 'class' cannot be empty"),
        ('<camunda:taskListener event="create" expression="${"/>', "Invalid expression"),
        ('<camunda:taskListener event="timeout" id="x" class="a"/>', "'timerEventDefinition' is mandatory"),
        (
            '<camunda:taskListener event="timeout" class="a"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
            "</timerEventDefinition></camunda:taskListener>",
            "'id' is mandatory",
        ),
    ],
)
def test_faults_of_task_listeners(faults: Faults, around: Around, listener: str, what: str) -> None:
    (fault,) = faults(around(extended("userTask", "", listener)))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_two_assignees(faults: Faults, around: Around) -> None:
    performer = (
        "<humanPerformer><resourceAssignmentExpression><formalExpression>a</formalExpression>"
        "</resourceAssignmentExpression></humanPerformer>"
    )
    xml = f'<userTask id="t0" camunda:assignee="b">{performer}{performer}</userTask>'
    assert [fault.what for fault in faults(around(xml))] == [
        "multiple humanPerformer sub elements defined",
        "duplicate assignee declaration",
    ]


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


def loop(attributes: str = "", content: str = "") -> str:
    inner = f"<multiInstanceLoopCharacteristics {attributes}>{content}</multiInstanceLoopCharacteristics>"
    return f'<userTask id="t0">{inner}</userTask>'


def test_multi_instance(read: Read, around: Around) -> None:
    xml = loop(
        'isSequential="true" camunda:collection="${users}" camunda:elementVariable="user" camunda:asyncBefore="true"',
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
            '<userTask id="t0"><standardLoopCharacteristics loopMaximum="x"><loopCondition>${a}</loopCondition>'
            "</standardLoopCharacteristics></userTask>",
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
            '<subProcess id="t0"><startEvent id="a"/><task id="b"/><sequenceFlow id="ab" sourceRef="a" targetRef="b"/></subProcess>'
        )
    )
    node = process.nodes["t0"]
    assert isinstance(node, SubProcess)
    assert (node.triggered_by_event, node.is_transaction) == (False, False)
    assert process.nodes["b"].scope == "t0"
    assert process.scopes["t0"].start_events == (process.nodes["a"],)
