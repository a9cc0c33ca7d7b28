"""User tasks: people, dates, forms, task listeners, and their faults."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.bpmn.activities import (
    UserTask,
)
from shoal.bpmn.events import TimerKind
from shoal.bpmn.extensions import CodeKind
from shoal.bpmn.process import Process
from shoal.errors import Fault

Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]
Around = Callable[..., str]


def extended(kind: str, attributes: str = "", extensions: str = "", content: str = "") -> str:
    return f'<{kind} id="t0" {attributes}><extensionElements>{extensions}</extensionElements>{content}</{kind}>'


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
            (
                '<camunda:taskListener event="timeout" class="a"><timerEventDefinition>'
                "<timeDuration>PT1H</timeDuration>"
                "</timerEventDefinition></camunda:taskListener>"
            ),
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
