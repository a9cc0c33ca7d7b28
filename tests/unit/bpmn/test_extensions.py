"""Camunda's extensions that many elements share, attributes of the process, and unknown words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.extensions import CodeKind, ParameterValue, RetryCycle
from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult
from shoal.bpmn.reader.extensions import comma_separated
from shoal.errors import Fault

Result = Callable[..., ReadResult]
Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]


def task(extensions: str, kind: str = "userTask", attributes: str = "") -> str:
    return f'<{kind} id="t0" {attributes}><extensionElements>{extensions}</extensionElements></{kind}>'


def mapping(content: str) -> str:
    return task(f"<camunda:inputOutput>{content}</camunda:inputOutput>")


def retries(text: str) -> str:
    return task(f"<camunda:failedJobRetryTimeCycle>{text}</camunda:failedJobRetryTimeCycle>")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("R5/PT5M", RetryCycle(5, ("PT5M",))),
        ("R/PT5M", RetryCycle(2**31 - 1, ("PT5M",))),
        ("PT5M", RetryCycle(2, ("PT5M",))),
        ("PT5M,PT10M, P1D", RetryCycle(4, ("PT5M", "PT10M", "P1D"))),
        ("", None),
    ],
)
def test_retry_cycles(read: Read, around: Around, text: str, expected: RetryCycle | None) -> None:
    assert read(around(retries(text))).nodes["t0"].retry_cycle == expected


def test_retry_cycles_in_their_first_namespace(read: Read, around: Around) -> None:
    xml = task(
        '<old:failedJobRetryTimeCycle xmlns:old="http://www.camunda.com/fox">R7/PT5M</old:failedJobRetryTimeCycle>'
    )
    assert read(around(xml)).nodes["t0"].retry_cycle == RetryCycle(7, ("PT5M",))


def test_retry_cycles_can_be_expressions(read: Read, around: Around) -> None:
    found = read(around(retries("${cycle}"))).nodes["t0"].retry_cycle
    assert found is not None
    assert found.expression is not None
    assert found.expression.text == "${cycle}"


@pytest.mark.parametrize(
    "text", ["five", "R5", "R0/PT5M", "R5/five", "PT5M,R2/PT1M", "PT5M,,PT1M", f"PT{'9' * 400}H"]
)
def test_what_is_no_retry_cycle_is_warned_of_and_passed_over(
    result: Callable[..., ReadResult], around: Around, text: str
) -> None:
    found = result(around(retries(text)))
    (warning,) = found.warnings
    assert found.definitions.processes[0].nodes["t0"].retry_cycle is None
    assert warning.element_id == "t0"
    assert warning.what.startswith("camunda:failedJobRetryTimeCycle: ")


def test_a_retry_cycle_with_a_wrong_expression_is_refused(faults: Faults, around: Around) -> None:
    (fault,) = faults(around(retries("${")))
    assert fault.what.startswith("camunda:failedJobRetryTimeCycle: ")


def test_execution_listeners(read: Read, around: Around) -> None:
    listeners = (
        '<camunda:executionListener event="start" class="a.B"><camunda:field name="x" stringValue="1"/>'
        '</camunda:executionListener><camunda:executionListener event="end" delegateExpression="${b}"/>'
        '<camunda:executionListener event="start" expression="${c}"/><camunda:executionListener event="end">'
        '<camunda:script scriptFormat="javascript">1</camunda:script></camunda:executionListener>'
    )
    found = read(around(task(listeners))).nodes["t0"].listeners
    assert [(each.event, each.code.kind) for each in found] == [
        ("start", CodeKind.CLASS),
        ("end", CodeKind.DELEGATE_EXPRESSION),
        ("start", CodeKind.EXPRESSION),
        ("end", CodeKind.SCRIPT),
    ]
    assert found[0].code.fields[0].name == "x"


def test_listeners_of_flows_and_of_the_process(read: Read) -> None:
    process = read(
        '<extensionElements><camunda:executionListener event="end" class="p.L"/><camunda:properties>'
        '<camunda:property name="a" value="1"/></camunda:properties></extensionElements>'
        '<startEvent id="s"/><endEvent id="e"/><sequenceFlow id="f" sourceRef="s" targetRef="e"><extensionElements>'
        '<camunda:executionListener class="f.L"/></extensionElements></sequenceFlow>'
    )
    assert [(each.event, each.code.name) for each in process.listeners] == [("end", "p.L")]
    assert [(each.event, each.code.name) for each in process.flows["f"].listeners] == [("take", "f.L")]
    assert process.properties == {"a": "1"}


@pytest.mark.parametrize(
    ("listener", "what"),
    [
        ('<camunda:executionListener class="a"/>', "attribute 'event' is mandatory"),
        ('<camunda:executionListener event="take" class="a"/>', "unknown value 'take'"),
        ('<camunda:executionListener event="start"/>', "camunda:executionListener without an implementation"),
        ('<camunda:executionListener event="start" class=""/>', "attribute 'class' cannot be empty"),
        (
            '<camunda:executionListener event="start" delegateExpression=""/>',
            "'delegateExpression' cannot be empty",
        ),
        ('<camunda:executionListener event="start" expression="${"/>', "Invalid expression"),
        (
            (
                '<camunda:executionListener event="start"><camunda:script>1</camunda:script>'
                "</camunda:executionListener>"
            ),
            "camunda:script without scriptFormat",
        ),
        (
            (
                '<camunda:executionListener event="start"><camunda:script scriptFormat="groovy">1</camunda:script>'
                "</camunda:executionListener>"
            ),
            "groovy",
        ),
        (
            (
                '<camunda:executionListener event="start">'
                '<camunda:script scriptFormat="javascript" resource="x.js"/>'
                "</camunda:executionListener>"
            ),
            "scripts in another resource",
        ),
        (
            (
                '<camunda:executionListener event="start">'
                '<camunda:script scriptFormat="javascript"> </camunda:script>'
                "</camunda:executionListener>"
            ),
            "camunda:script is empty",
        ),
        (
            (
                '<camunda:executionListener event="start" class="a"><camunda:field name="x"/>'
                "</camunda:executionListener>"
            ),
            "camunda:field 'x' without a value",
        ),
        (
            (
                '<camunda:executionListener event="start" class="a"><camunda:field stringValue="x"/>'
                "</camunda:executionListener>"
            ),
            "camunda:field without a name",
        ),
        (
            (
                '<camunda:executionListener event="start" class="a"><camunda:field name="x" stringValue="1">'
                "<camunda:string>2</camunda:string></camunda:field></camunda:executionListener>"
            ),
            "camunda:field 'x' has several values",
        ),
    ],
)
def test_faults_of_listeners(faults: Faults, around: Around, listener: str, what: str) -> None:
    (fault,) = faults(around(task(listener)))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_input_output(read: Read, around: Around) -> None:
    xml = mapping(
        '<camunda:inputParameter name="text"> ${a} </camunda:inputParameter><camunda:inputParameter name="null"/>'
        '<camunda:inputParameter name="script"><camunda:script scriptFormat="javascript">1</camunda:script>'
        '</camunda:inputParameter><camunda:inputParameter name="list"><camunda:list>'
        "<camunda:value>x</camunda:value>"
        "<camunda:value>${y}</camunda:value></camunda:list></camunda:inputParameter>"
        '<camunda:outputParameter name="map"><camunda:map><camunda:entry key="k">v</camunda:entry>'
        '<camunda:entry key="l"><camunda:list/></camunda:entry></camunda:map></camunda:outputParameter>'
    )
    found = read(around(xml)).nodes["t0"].input_output
    assert found is not None
    text, null, script, items = found.inputs
    assert text.value.expression is not None
    assert text.value.expression.text == "${a}"
    assert null.value == ParameterValue()
    assert script.value.script is not None
    assert items.value.list_items is not None
    assert [each.expression.text for each in items.value.list_items if each.expression] == ["x", "${y}"]
    (output,) = found.outputs
    assert output.value.map_entries is not None
    (_, value), (_, empty) = output.value.map_entries
    assert value.expression is not None
    assert empty.list_items == ()


NESTED = "<camunda:list>" * 800 + "</camunda:list>" * 800


@pytest.mark.parametrize(
    ("xml", "what"),
    [
        (mapping("<camunda:inputParameter>x</camunda:inputParameter>"), "missing attribute 'name'"),
        (mapping('<camunda:inputParameter name="a">${</camunda:inputParameter>'), "camunda:inputParameter 'a': "),
        (
            mapping('<camunda:inputParameter name="a"><camunda:foo/></camunda:inputParameter>'),
            "camunda:foo is not executed",
        ),
        (
            mapping('<camunda:outputParameter name="a"><camunda:list/><camunda:map/></camunda:outputParameter>'),
            "camunda:outputParameter 'a' has several values",
        ),
        (
            mapping(
                '<camunda:inputParameter name="a"><camunda:map><camunda:entry>x</camunda:entry></camunda:map>'
                "</camunda:inputParameter>"
            ),
            "entry without a key",
        ),
        (mapping(f'<camunda:inputParameter name="a">{NESTED}</camunda:inputParameter>'), "is nested too deeply"),
        (
            task("<camunda:inputOutput/>", "exclusiveGateway"),
            "unsupported for element type 'exclusiveGateway'",
        ),
        (task("<camunda:connector/>", "serviceTask"), "camunda:connector is not executed"),
        (task("<camunda:foo/>"), "camunda:foo is not executed"),
        (task("", attributes='camunda:bar="x"'), "camunda:bar is not executed"),
    ],
)
def test_faults_of_extensions(faults: Faults, around: Around, xml: str, what: str) -> None:
    (fault,) = faults(around(xml))
    assert fault.element_id == "t0"
    assert what in fault.what


def test_mappings_at_places_that_have_none(faults: Faults, around: Around) -> None:
    holder = "<extensionElements><camunda:inputOutput>{}</camunda:inputOutput></extensionElements>"
    output = '<camunda:outputParameter name="a">1</camunda:outputParameter>'
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    body = (
        f'<startEvent id="s">{holder.format("")}</startEvent><task id="t"/>'
        f'<boundaryEvent id="b" attachedToRef="t">{holder.format("")}{timer}</boundaryEvent>'
        f'<endEvent id="e">{holder.format(output)}</endEvent>'
        f'<subProcess id="es" triggeredByEvent="true">{holder.format("")}<startEvent id="x">{timer}</startEvent>'
        "</subProcess>"
    )
    assert {fault.element_id: fault.what for fault in faults(body)} == {
        "s": "camunda:inputOutput mapping unsupported for element type 'startEvent'",
        "b": "camunda:inputOutput mapping unsupported for element type 'boundaryEvent'",
        "e": "camunda:outputParameter not allowed for element type 'endEvent'",
        "es": "camunda:inputOutput mapping unsupported for an event sub-process",
    }


def test_known_words_at_the_wrong_place_are_warnings(result: Result, around: Around) -> None:
    xml = task('<camunda:in source="a" target="b"/>', attributes='camunda:topic="x" camunda:modelerTemplate="y"')
    assert [each.what for each in result(around(xml)).warnings] == [
        "camunda:topic has no effect on a userTask",
        "camunda:in has no effect on a userTask",
    ]


def test_attributes_of_the_process(read: Read, around: Around) -> None:
    process = read(
        "<documentation>What it does</documentation>" + around(),
        "",
        'name="Process" camunda:versionTag="1.0" camunda:historyTimeToLive="P180D" camunda:jobPriority="3" '
        'camunda:taskPriority="${x}" camunda:isStartableInTasklist="false" '
        'camunda:candidateStarterUsers="a,b" camunda:candidateStarterGroups="g"',
    )
    assert (process.name, process.version_tag, process.history_time_to_live_days) == ("Process", "1.0", 180)
    assert (process.description, process.category, process.is_startable) == ("What it does", "tests", False)
    assert (process.candidate_starter_users, process.candidate_starter_groups) == (("a", "b"), ("g",))
    assert process.job_priority is not None
    assert process.task_priority is not None


@pytest.mark.parametrize(("text", "days"), [("30", 30), ("P7D", 7), ("0", 0), ("", None)])
def test_history_time_to_live(read: Read, around: Around, text: str, days: int | None) -> None:
    process = read(around(), "", f'camunda:historyTimeToLive="{text}"')
    assert process.history_time_to_live_days == days


@pytest.mark.parametrize(
    ("attributes", "what"),
    [
        *(
            (f'camunda:historyTimeToLive="{text}"', f"cannot parse historyTimeToLive '{text}'")
            for text in ("soon", "-1", "P1M", "PT5M", "5D", "P5", "${x}", "9" * 5000)
        ),
        ('camunda:jobPriority="high"', "value 'high' for attribute 'camunda:jobPriority'"),
        ('camunda:taskPriority="1.5"', "value '1.5' for attribute 'camunda:taskPriority'"),
        ('camunda:candidateStarterUsers="${x}"', "the expression '${x}' for a candidate starter"),
        ('camunda:unknown="1"', "camunda:unknown is not executed"),
    ],
)
def test_faults_of_the_process(faults: Faults, around: Around, attributes: str, what: str) -> None:
    (fault,) = faults(around(), "", attributes)
    assert fault.element_id == "p"
    assert what in fault.what


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        (None, []),
        ("", []),
        ("a", ["a"]),
        (" a , b ,", ["a", "b"]),
        ("${f(1,2)},b", ["${f(1,2)}", "b"]),
        ("#{f({1,2})},b", ["#{f({1,2})}", "b"]),
        ("a$b,c", ["a$b", "c"]),
    ],
)
def test_lists_with_commas(text: str | None, entries: list[str]) -> None:
    assert comma_separated(text) == entries
