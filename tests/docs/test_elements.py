"""Every executed element has a page that says what it does, with an example; ``test_blocks`` runs the examples."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from docs.generation import elements
from docs.generation.probe import Finding, findings
from lxml import etree
from tests.docs.pages import ROOT, blocks, links, name_of

from docs import generate
from shoal.bpmn.reader import read_definitions
from shoal.kernel.behaviors import registry

FOLDER = generate.REFERENCE / elements.ELEMENTS
PAGES = sorted(FOLDER.glob("*.md"))
EXECUTED = [each for each in findings() if each.is_executed]
ABOUT_ALL = {elements.EVERY_ELEMENT, "boundary-events"}
REPEATED = ("multi-instance", "standard loop")
BEHAVIORS = {activity_type: behavior for behavior, activity_type in registry._BY_KIND.values()}


def page_of(finding: Finding) -> Path:
    name = elements.page_of(finding)
    assert name is not None, f"docs/generation/elements.py does not say which page describes {finding.case.title}"
    return FOLDER / f"{name}.md"


@pytest.mark.parametrize("finding", EXECUTED, ids=lambda each: each.case.title)
def test_an_executed_element_has_a_page_that_names_it(finding: Finding) -> None:
    page = page_of(finding)
    assert page.is_file(), f"{finding.case.title} has no page"
    text = page.read_text(encoding="utf-8")
    if finding.case.title.startswith(REPEATED):
        assert "LoopCharacteristics`" in text
        return
    if finding.case.title == "compensation handler":
        assert "isForCompensation" in text
        return
    assert f"`{finding.case.tag}`" in text
    assert f"`{finding.activity_type}`" in text, "the page does not say what history shows"


@pytest.mark.parametrize("finding", EXECUTED, ids=lambda each: each.case.title)
def test_the_page_leads_to_the_behaviour(finding: Finding) -> None:
    page = page_of(finding)
    targets = {(page.parent / each.partition("#")[0]).resolve() for each in links(page) if "://" not in each}
    if finding.case.family == "Markers of activities":
        assert any("kernel" in each.parts and "src" in each.parts for each in targets)
        return
    behavior = BEHAVIORS.get(finding.activity_type or "") or BEHAVIORS["subProcess"]
    assert Path(inspect.getfile(behavior)).resolve() in targets


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_a_page_describes_something_and_leads_to_its_tests(page: Path) -> None:
    described = {elements.page_of(each) for each in EXECUTED} | ABOUT_ALL
    assert page.stem in described, "no row of the table leads to it"
    tests = ROOT / "tests"
    targets = [(page.parent / each).resolve() for each in links(page) if "://" not in each]
    assert any(each.is_relative_to(tests) for each in targets)
    text = page.read_text(encoding="utf-8")
    assert "\n| History" in text
    assert "\n| Differs from Camunda 7 |" in text
    assert len(text.splitlines()) <= 90


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_example_of_a_page_shows_the_element_and_is_run(page: Path) -> None:
    models = [each for each in blocks(page, "xml") if each.file]
    assert [each.file for each in models] == [f"{page.stem}.bpmn"]
    result = read_definitions(models[0].text.encode(), str(models[0].file))
    assert result.definitions.processes
    run = "".join(each.text for each in blocks(page, "python"))
    assert f'deploy("{page.stem}.bpmn")' in run
    assert re.search(r"^ *assert ", run, re.MULTILINE), "the example is not said to come to anything"
    of_page = [each.case for each in EXECUTED if elements.page_of(each) == page.stem]
    wanted = {"standardLoopCharacteristics" if each.title == "standard loop" else each.tag for each in of_page}
    tags = {etree.QName(each).localname for each in etree.fromstring(models[0].text.encode()).iter(etree.Element)}
    assert not wanted or wanted & tags


def test_types_that_only_event_sub_processes_have_are_described() -> None:
    text = (FOLDER / "event-sub-process.md").read_text(encoding="utf-8")
    missing = elements.executed_types() - {each.activity_type for each in findings()}
    assert [each for each in missing if f"`{each}`" not in text] == []
