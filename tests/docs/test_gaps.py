"""What the pages call not done yet is not done yet. When one of these fails, take the remark out of the page."""

from __future__ import annotations

import pytest
from docs.generation.elements import GAPS
from docs.generation.probe import HEAD, ROOTS, findings

import shoal


@pytest.mark.parametrize("title", GAPS)
def test_a_start_event_that_nothing_triggers_leaves_no_trace_of_its_event(title: str) -> None:
    [finding] = [each for each in findings() if each.case.title == title]
    model = f'{HEAD}{ROOTS}<process id="p" isExecutable="true">{finding.case.body}</process></definitions>'
    with shoal.open_engine("sqlite://") as engine:
        engine.definitions.deploy(contents={"model.bpmn": model.encode()})
        assert engine.jobs.list() == []
        assert not hasattr(engine, "conditions")
