"""The page of the elements of BPMN 2.0: each is tried in a small model, and the page says what came of it."""

from __future__ import annotations

from itertools import groupby

from docs.generation.markdown import cell, code, page, table
from docs.generation.probe import Finding, findings

from shoal.bpmn.reader.outline import WITHOUT_EFFECT
from shoal.kernel.behaviors import registry

KERNEL_TESTS = "tests/unit/kernel"
TESTS = (
    ("multi-instance", "test_repetition.py"),
    ("standard loop", "test_repetition.py"),
    ("compensation handler", "test_compensation.py"),
    ("event sub-process, error", "test_errors.py"),
    ("event sub-process, compensation", "test_compensation.py"),
    ("event sub-process", "test_events.py"),
    ("embedded sub-process", "test_scopes.py"),
    ("transaction", "test_compensation.py"),
    ("call activity", "test_call_activity.py"),
    ("event-based gateway", "test_gateways.py"),
    ("end event, none", "test_straight_line.py"),
    ("end event, message", "test_service_tasks.py"),
    ("end event, error", "test_errors.py"),
    ("end event, terminate", "test_scopes.py"),
    ("end event, compensation", "test_compensation.py"),
    ("end event, cancel", "test_compensation.py"),
    ("end event", "test_events.py"),
    ("start event, none", "test_straight_line.py"),
    ("start event", "test_events.py"),
    ("catch event, timer", "test_gateways.py"),
    ("catch event, message", "test_gateways.py"),
    ("catch event", "test_events.py"),
    ("throw event, message", "test_service_tasks.py"),
    ("throw event, compensation", "test_compensation.py"),
    ("throw event", "test_events.py"),
    ("boundary event, error", "test_errors.py"),
    ("boundary event, compensation", "test_compensation.py"),
    ("boundary event, cancel", "test_compensation.py"),
    ("boundary event", "test_events.py"),
    ("service task", "test_service_tasks.py"),
    ("send task", "test_service_tasks.py"),
    ("receive task", "test_service_tasks.py"),
    ("script task", "test_service_tasks.py"),
    ("business rule task", "test_service_tasks.py"),
    ("user task", "test_straight_line.py"),
    ("manual task", "test_straight_line.py"),
    ("task", "test_straight_line.py"),
    ("exclusive gateway", "test_gateways.py"),
    ("parallel gateway", "test_gateways.py"),
    ("inclusive gateway", "test_gateways.py"),
)
"""The tests of what the kernel executes: the first whose words the title begins with."""


ELEMENTS = "elements"
"""The folder of the pages of single elements, beside the page with the table."""
EVERY_ELEMENT = "every-element"
PAGES = (
    ("task", "tasks"),
    ("manual task", "tasks"),
    ("throw event, none", "tasks"),
    ("user task", "user-task"),
    ("service task, external", "external-task"),
    ("service task", "service-task"),
    ("send task", "service-task"),
    ("business rule task", "service-task"),
    ("receive task", "receive-task"),
    ("script task", "script-task"),
    ("call activity", "call-activity"),
    ("exclusive gateway", "exclusive-gateway"),
    ("parallel gateway", "parallel-gateway"),
    ("inclusive gateway", "inclusive-gateway"),
    ("event-based gateway", "event-based-gateway"),
    ("event sub-process", "event-sub-process"),
    ("embedded sub-process", "sub-process"),
    ("transaction", "transaction"),
    ("multi-instance", "multi-instance"),
    ("standard loop", "standard-loop"),
    ("compensation handler", "compensation"),
)
"""The pages of what is executed, events apart: the first whose words the title begins with."""
EVENT_PAGES = {
    "none": "start-and-end-events",
    "terminate": "start-and-end-events",
    "cancel": "transaction",
    "compensation": "compensation",
    **{
        each: f"{each}-events"
        for each in ("message", "timer", "signal", "conditional", "error", "escalation", "link")
    },
}
"""The pages of events, by their definition."""


def content() -> str:
    """Every element with what becomes of it."""
    blocks: list[str] = []
    for family, found in groupby(findings(), key=lambda each: each.case.family):
        blocks += [f"## {family}", table(("Element", "", "Activity type in history", "Note"), map(_row, found))]
    return page(
        "BPMN elements",
        "What a model may contain. Each row was tried with a small model: *executed* means that it can be "
        "deployed and "
        "runs; *refused* means that a deployment with it fails, and the note says why. A rejected deployment "
        "lists all "
        "of its faults at once. Each executed element has a page; "
        f"[what all of them share]({ELEMENTS}/{EVERY_ELEMENT}.md) has one too, and so have "
        f"[boundary events]({ELEMENTS}/boundary-events.md). "
        "[Extensions of Camunda 7](camunda-extensions.md) has the attributes.",
        *blocks,
        "## Drawn only",
        "These may be there and change nothing: pools, message flows, lanes, diagrams, "
        + ", ".join(code(each) for each in sorted(WITHOUT_EFFECT - _EXECUTED_CHILDREN))
        + ".",
        "## Processes",
        'Only processes with `isExecutable="true"` become process definitions; a file without one is refused. A '
        "process "
        "that leaves the attribute out is skipped with a warning.",
    )


_EXECUTED_CHILDREN = {
    "extensionElements",
    "incoming",
    "outgoing",
    "multiInstanceLoopCharacteristics",
    "standardLoopCharacteristics",
    "potentialOwner",
    "humanPerformer",
    "documentation",
}
"""Children without a token that are read all the same."""


def _row(finding: Finding) -> tuple[str, str, str, str]:
    title = finding.case.title
    if finding.fault is not None:
        note = cell(finding.fault.what)
        return title, "refused", "", note
    test, name = test_of(finding), page_of(finding)
    shown = f"[{title}]({ELEMENTS}/{name}.md)" if name else title
    return shown, "executed", code(finding.activity_type or ""), f"[test](../../{test})" if test else ""


def page_of(finding: Finding) -> str | None:
    """The page of an executed element, without folder and suffix."""
    title = finding.case.title
    for beginning, name in PAGES:
        if title.startswith(beginning):
            return name
    return EVENT_PAGES.get(title.split(", ")[1]) if " event, " in title else None


def test_of(finding: Finding) -> str | None:
    """The file with the tests of an executed element."""
    for beginning, name in TESTS:
        if finding.case.title.startswith(beginning):
            return f"{KERNEL_TESTS}/{name}"
    return None


def executed_types() -> set[str]:
    """Camunda 7's activity types of everything that the kernel has a behaviour for."""
    return {activity_type for _, activity_type in registry._BY_KIND.values()}
