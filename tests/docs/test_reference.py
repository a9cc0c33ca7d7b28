"""The generated pages say what the code says, and leave nothing out."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from docs.generation import cli, elements, errors, expressions, extensions, http
from docs.generation.probe import Finding, findings
from tests.docs.pages import ROOT, name_of

from docs import generate
from shoal.batch.registry import all_operations
from shoal.batch.states import BatchState, ChunkState, ElementState
from shoal.bpmn.reader.vocabulary import HARMLESS, KNOWN, KNOWN_EXTENSIONS
from shoal.expressions.functions import FUNCTIONS
from shoal.filters import InstanceFilter, JobFilter
from shoal.settings import Settings, variable_name
from shoal.store.tables import metadata

WRITTEN = generate.generated()


def page(name: str) -> str:
    return (generate.REFERENCE / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", WRITTEN, ids=name_of)
def test_a_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == WRITTEN[path], "run make docs"


def test_every_setting_is_there() -> None:
    assert [
        each.name for each in fields(Settings) if f"`{variable_name(each.name)}`" not in page("settings.md")
    ] == []
    assert [each.name for each in fields(Settings) if not each.metadata.get("help")] == []


def test_every_operation_is_there_with_each_parameter() -> None:
    text = page("batch-operations.md")
    for name, operation in all_operations().items():
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        assert section, name
        assert [field for field in operation.params.model_fields if f"| `{field}` |" not in section] == []
        assert f"shoal batch create {name}" in section
        assert f"POST /shoal/v1/batches/{name}" in section


def test_every_error_is_there_and_codes_are_unique() -> None:
    found = [kind for _, kind in errors.errors()]
    assert [kind.__name__ for kind in found if f"`{kind.__name__}`" not in page("errors.md")] == []
    own = [kind.code for kind in found if "code" in vars(kind)]
    assert len(own) == len(set(own))
    assert [kind.__name__ for kind in found if not kind.__doc__] == []


def test_every_command_is_there_with_each_option() -> None:
    text = page("cli.md")
    for path, command in cli.commands():
        section = text.partition(f"\n## {path}\n")[2].partition("\n## ")[0]
        assert section, path
        options = [option for each in command.params if each.name != "help" for option in each.opts]
        missing = [each for each in options if each.startswith("-") and f"`{each}`" not in section]
        assert missing == [], path


def test_every_option_has_a_help_text() -> None:
    filters = {*InstanceFilter.model_fields, *JobFilter.model_fields}
    bare = {
        f"{path} {each.name}"
        for path, command in cli.commands()
        for each in command.params
        # the fields of filters are explained together, by how their names are made
        if each.name not in {"help", *filters} and not getattr(each, "help", None)
    }
    assert bare - {"shoal batch list suspended"} == set()


def test_every_route_is_there() -> None:
    text = page("http.md") + page("engine-rest.md")
    routes = [
        f"### {method.upper()} {path}"
        for path, item in http.openapi()["paths"].items()
        for method in item
        if method in http.METHODS
    ]
    assert routes
    assert [each for each in routes if f"{each}\n" not in text] == []


def test_every_table_and_column_is_there() -> None:
    text = page("tables.md")
    for name, table in metadata.tables.items():
        assert text.count(f"\n### {name}\n") == 1, name
        section = text.partition(f"\n### {name}\n")[2].partition("\n### ")[0]
        assert [each.name for each in table.columns if f"`{each.name}`" not in section] == [], name


def test_every_attribute_and_extension_element_is_explained() -> None:
    assert set(extensions.MEANINGS) == KNOWN - HARMLESS
    assert set(extensions.ELEMENT_MEANINGS) == KNOWN_EXTENSIONS


def test_every_function_is_explained_and_every_language_exists() -> None:
    assert set(expressions.FUNCTION_MEANINGS) == set(FUNCTIONS)
    expressions.check_languages()


@pytest.mark.parametrize("finding", findings(), ids=lambda each: each.case.title)
def test_an_element_is_executed_and_tested_or_refused_with_a_reason(finding: Finding) -> None:
    if not finding.is_executed:
        assert finding.fault is not None
        assert finding.fault.element_id
        assert finding.fault.what
        return
    test = elements.test_of(finding)
    assert test is not None, f"docs/generation/elements.py does not say where {finding.activity_type} is tested"
    # the tests write their models in several ways; the name of the element is in all of them
    assert finding.case.tag in (ROOT / test).read_text(encoding="utf-8")


def test_everything_the_kernel_executes_was_tried() -> None:
    missing = elements.executed_types() - {each.activity_type for each in findings()}
    # these are inside of the event sub-processes that were tried
    assert missing == {"errorStartEvent", "escalationStartEvent", "compensationStartEvent"}


def states_in(section: str) -> set[str]:
    text = generate.STATES.read_text(encoding="utf-8")
    diagram = (
        text.partition(f"\n## {section}\n")[2]
        .partition("\n## ")[0]
        .partition("```mermaid\n")[2]
        .partition("```")[0]
    )
    arrows = re.findall(r"^ *(\S+) --> ([^\s:]+)", diagram, re.MULTILINE)
    return {state for arrow in arrows for state in arrow} - {"[*]"}


def test_the_states_of_instances_are_those_of_the_table() -> None:
    [constraint] = [
        each for each in metadata.tables["process_instance"].constraints if str(each.name).endswith("_state")
    ]
    assert states_in("Process instance") == set(re.findall(r"'(\w+)'", str(constraint.sqltext)))  # type: ignore[attr-defined]


def test_the_states_of_elements_and_of_batches_are_those_of_the_code() -> None:
    assert states_in("Element of a batch") == {each.value for each in ElementState}
    assert states_in("Batch") == {each.value.replace("-", "_") for each in BatchState}
    assert states_in("Chunk") == {each.value for each in ChunkState}
