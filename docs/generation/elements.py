"""The page of the elements of BPMN 2.0: each is tried in a small model, and the page says what came of it."""

from __future__ import annotations

from itertools import groupby

from docs.generation.markdown import cell, code, page, table
from docs.generation.probe import Finding, findings

from shoal.bpmn.reader.outline import WITHOUT_EFFECT
from shoal.kernel.behaviors import registry

KERNEL_TESTS = "tests/unit/kernel"
READER_TESTS = "tests/unit/bpmn"
TESTS: dict[str, str] = {
    "task": "test_straight_line.py",
    "manualTask": "test_straight_line.py",
    "userTask": "test_straight_line.py",
    "serviceTask": "test_service_tasks.py",
    "sendTask": "test_service_tasks.py",
    "businessRuleTask": "test_service_tasks.py",
    "scriptTask": "test_service_tasks.py",
    "receiveTask": "test_events.py",
    "callActivity": "test_calls.py",
    "exclusiveGateway": "test_gateways.py",
    "parallelGateway": "test_gateways.py",
    "inclusiveGateway": "test_gateways.py",
    "eventBasedGateway": "test_gateways.py",
    "subProcess": "test_scopes.py",
    "startEvent": "test_straight_line.py",
    "startTimerEvent": "test_events.py",
    "messageStartEvent": "test_events.py",
    "intermediateMessageCatch": "test_events.py",
    "intermediateTimer": "test_events.py",
    "intermediateNoneThrowEvent": "test_events.py",
    "intermediateMessageThrowEvent": "test_events.py",
    "noneEndEvent": "test_straight_line.py",
    "messageEndEvent": "test_events.py",
    "errorEndEvent": "test_errors.py",
    "terminateEndEvent": "test_scopes.py",
    "boundaryMessage": "test_events.py",
    "boundaryTimer": "test_jobs.py",
    "boundaryError": "test_errors.py",
}
"""The tests of what the kernel executes, by Camunda 7's activity type."""


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
    return title, "executed", code(finding.activity_type or ""), link


def test_of(finding: Finding) -> str | None:
    """The file with the tests of an executed element."""
    name = TESTS.get(finding.activity_type or "")
    return f"{KERNEL_TESTS}/{name}" if name else None


def executed_types() -> set[str]:
    """Camunda 7's activity types of everything that the kernel has a behaviour for."""
    return {activity_type for _, activity_type in registry._BY_KIND.values()}
