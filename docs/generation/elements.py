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


GAPS = {
    "start event, conditional": "Nothing evaluates the condition yet: only a caller can start the process.",
}
"""What is accepted and does less than it says; a test notices when that is over."""


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
        "of its faults at once. [Extensions of Camunda 7](camunda-extensions.md) has the attributes.",
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
    test = test_of(finding)
    link = f"[test](../../{test})" if test else ""
    if title in GAPS:
        return title, "in part", code(finding.activity_type or ""), f"{GAPS[title]} {link}"
    return title, "executed", code(finding.activity_type or ""), link


def test_of(finding: Finding) -> str | None:
    """The file with the tests of an executed element."""
    for beginning, name in TESTS:
        if finding.case.title.startswith(beginning):
            return f"{KERNEL_TESTS}/{name}"
    return None


def executed_types() -> set[str]:
    """Camunda 7's activity types of everything that the kernel has a behaviour for."""
    return {activity_type for _, activity_type in registry._BY_KIND.values()}
