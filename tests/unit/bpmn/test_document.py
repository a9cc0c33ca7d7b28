"""Files that are no models, hostile files, encodings, limits of size, and what counts as executable."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult, read_definitions
from shoal.errors import Fault, ModelRejectedError

MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BODY = (
    '<process id="p" isExecutable="true"><startEvent id="s"/><sequenceFlow id="f" sourceRef="s" targetRef="e"/>'
    '<endEvent id="e" name="Größe"/></process>'
)
GOOD = f'<definitions xmlns="{MODEL}">{BODY}</definitions>'


def only_fault(content: bytes, **options: int) -> Fault:
    with pytest.raises(ModelRejectedError) as caught:
        read_definitions(content, "some.bpmn", **options)
    assert caught.value.resource == "some.bpmn"
    (fault,) = caught.value.faults
    assert fault.element_id is None
    return fault


@pytest.mark.parametrize(
    ("content", "what", "line"),
    [
        (b"", "the file is empty", None),
        (b" \n ", "the file is empty", None),
        (b"hello", "the XML is broken", 1),
        (b"\x00\x01\x02", "the XML is broken", 1),
        (b"{}", "the XML is broken", 1),
        (b"<a>\n<b>\n</a>", "the XML is broken", 3),
        (GOOD.encode()[:-3], "the XML is broken", 1),
        (b"<a/>", "not a BPMN 2.0 model", 1),
        (b"<definitions/>", "not a BPMN 2.0 model", 1),
        (f'<process xmlns="{MODEL}"/>'.encode(), "not a BPMN 2.0 model", 1),
        (b'<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>', "not a BPMN 2.0 model", 1),
        (b'<?xml version="1.0" encoding="klingon"?><a/>', "the XML is broken", 1),
        ('<?xml version="1.0" encoding="UTF-8"?><a>Größe</a>'.encode("latin-1"), "the XML is broken", 1),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "", None),
    ],
)
def test_files_that_are_no_models(content: bytes, what: str, line: int | None) -> None:
    fault = only_fault(content)
    assert what in fault.what
    if line is not None:
        assert fault.line == line


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE definitions>",
        '<!DOCTYPE definitions [<!ENTITY a "b">]>',
        '<!DOCTYPE definitions [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE definitions SYSTEM "http://127.0.0.1:1/evil.dtd">',
        '<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>',
        f"<!--{'x' * 10_000}--><!DOCTYPE definitions>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_document_types_are_refused(prolog: str, encoding: str) -> None:
    assert "DOCTYPE" in only_fault((prolog + GOOD).encode(encoding)).what


@pytest.mark.parametrize("place", ["<definitions>&a;</definitions>", '<definitions a="&a;"/>'])
def test_entity_bombs_are_not_expanded(place: str) -> None:
    entities = ['<!ENTITY x0 "0123456789">']
    entities += [f'<!ENTITY x{n} "{f"&x{n - 1};" * 10}">' for n in range(1, 12)]
    bomb = f"<!DOCTYPE d [{''.join(entities)}]>{place.replace('&a;', '&x11;')}"
    started = time.perf_counter()
    only_fault(bomb.encode())
    assert time.perf_counter() - started < 2


def test_undefined_entities_are_broken_xml() -> None:
    assert "the XML is broken" in only_fault(GOOD.replace("Größe", "&auml;").encode()).what


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", None),
        ("utf-8-sig", None),
        ("utf-8", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", None),
        ("latin-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings(encoding: str, declared: str | None) -> None:
    prolog = "" if declared is None else f'<?xml version="1.0" encoding="{declared}"?>'
    process = read_definitions((prolog + GOOD).encode(encoding), "x").definitions.processes[0]
    assert process.nodes["e"].name == "Größe"


@pytest.mark.parametrize("prefix", ["bpmn", "bpmn2", "semantic", "x"])
def test_any_prefix_is_understood(prefix: str) -> None:
    text = (
        GOOD.replace("</", f"</{prefix}:")
        .replace("<", f"<{prefix}:")
        .replace(f"<{prefix}:/{prefix}:", f"</{prefix}:")
    )
    text = text.replace("xmlns=", f"xmlns:{prefix}=")
    assert len(read_definitions(text.encode(), "x").definitions.processes[0].nodes) == 2


@pytest.mark.parametrize(
    "namespace",
    ["http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn", "http://activiti.org/bpmn"],
)
def test_namespaces_of_the_extensions(namespace: str) -> None:
    text = GOOD.replace("<definitions ", f'<definitions xmlns:q="{namespace}" ')
    text = text.replace('isExecutable="true"', 'isExecutable="true" q:versionTag="1.0"')
    assert read_definitions(text.encode(), "x").definitions.processes[0].version_tag == "1.0"


def test_white_space_around_names_does_not_count(read: Callable[..., Process]) -> None:
    process = read(
        '<startEvent id=" s"/><userTask id="t "/><sequenceFlow id="f " sourceRef="s " targetRef="\tt"/>'
        '<boundaryEvent id="b" attachedToRef=" t "><timerEventDefinition><timeDuration>PT1H</timeDuration>'
        "</timerEventDefinition></boundaryEvent>"
    )
    assert sorted(process.nodes) == ["b", "s", "t"]


def test_other_vendors_are_ignored() -> None:
    text = GOOD.replace("<definitions ", '<definitions xmlns:z="http://camunda.org/schema/zeebe/1.0" ')
    text = text.replace(
        '<endEvent id="e" name="Größe"/>',
        '<endEvent id="e" z:x="1"><extensionElements><z:taskDefinition type="a"/></extensionElements>'
        "</endEvent><z:y/>",
    )
    assert not read_definitions(text.encode(), "x").warnings


def test_size_limit() -> None:
    content = GOOD.encode()
    assert read_definitions(content, "x", max_bytes=len(content))
    fault = only_fault(content, max_bytes=len(content) - 1)
    assert fault.what == f"the file has {len(content)} bytes, more than the limit of {len(content) - 1}"


@pytest.mark.parametrize("value", ["", 'isExecutable="false"', 'isExecutable=""', 'isExecutable="yes"'])
def test_nothing_executable(value: str) -> None:
    fault = only_fault(GOOD.replace('isExecutable="true"', value).encode())
    assert str(fault) == "document: no executable process; supported: set isExecutable to true on a process"


def test_other_processes_are_not_looked_at() -> None:
    text = GOOD.replace("</definitions>", '<process id="q"><complexGateway id="c"/></process></definitions>')
    result = read_definitions(text.encode(), "x")
    assert [each.id for each in result.definitions.processes] == ["p"]
    (warning,) = result.warnings
    assert (warning.element_id, warning.what) == ("q", "isExecutable is missing: the process is not deployed")


def test_several_processes_and_their_file() -> None:
    text = GOOD.replace("<definitions ", '<definitions targetNamespace="urn:x" exporter="E" ').replace(
        "</definitions>",
        '<process id="q" isExecutable="true"><startEvent id="q1"/></process></definitions>',
    )
    definitions = read_definitions(text.encode(), "x").definitions
    assert [each.id for each in definitions.processes] == ["p", "q"]
    assert (definitions.target_namespace, definitions.exporter) == ("urn:x", "E")
    assert definitions.processes[0].category == "urn:x"


def test_what_has_no_effect_is_kept_out(read: Callable[..., Process], around: Callable[..., str]) -> None:
    body = around("<task id='t0'/>") + (
        '<laneSet id="l"><lane id="l1"><flowNodeRef>t0</flowNodeRef></lane></laneSet><dataObject id="d"/>'
        '<dataObjectReference id="dr" dataObjectRef="d"/><dataStoreReference id="ds"/><group id="g"/>'
        '<textAnnotation id="ta"><text>x</text></textAnnotation><association id="a" sourceRef="t0" targetRef="ta"/>'
        '<ioSpecification/><property id="pr"/>'
    )
    roots = '<collaboration id="c"><participant id="pp" processRef="p"/></collaboration><dataStore id="x"/>'
    assert set(read(body, roots).nodes) == {"start", "t0", "end"}


def process_of(length: int) -> str:
    return "".join(
        [
            '<startEvent id="n0"/>',
            *(f'<userTask id="n{n}" name="Task {n}"/>' for n in range(1, length)),
            f'<endEvent id="n{length}"/>',
            *(f'<sequenceFlow id="f{n}" sourceRef="n{n}" targetRef="n{n + 1}"/>' for n in range(length)),
        ]
    )


def test_long_chains_take_time_in_proportion(result: Callable[..., ReadResult]) -> None:
    def seconds(length: int) -> float:
        body = process_of(length)
        started = time.perf_counter()
        process = result(body).definitions.processes[0]
        assert len(process.nodes) == length + 1
        return time.perf_counter() - started

    seconds(100)
    short, long = seconds(1000), seconds(8000)
    assert long < 30 * short
    assert long < 20


def test_a_gateway_with_thousands_of_flows(read: Callable[..., Process]) -> None:
    count = 3000
    body = (
        '<startEvent id="s"/><parallelGateway id="g"/><sequenceFlow id="f" sourceRef="s" targetRef="g"/>'
        + "".join(
            f'<task id="t{n}"/><sequenceFlow id="f{n}" sourceRef="g" targetRef="t{n}"/>' for n in range(count)
        )
    )
    assert len(read(body).nodes["g"].outgoing) == count


@pytest.mark.parametrize("depth", [200, 1500])
def test_deep_sub_processes(read: Callable[..., Process], depth: int) -> None:
    body = '<startEvent id="s0"/>' + "".join(
        f'<subProcess id="sub{n}"><startEvent id="s{n + 1}"/>' for n in range(depth)
    )
    process = read(body + "</subProcess>" * depth)
    assert len(process.scopes) == depth + 1
    assert process.nodes[f"sub{depth - 1}"].scope == f"sub{depth - 2}"


def test_depth_without_end_is_refused() -> None:
    depth = 5000
    text = f'<definitions xmlns="{MODEL}">' + "<a>" * depth + "</a>" * depth + "</definitions>"
    assert "the XML is broken" in only_fault(text.encode()).what
