"""Words, paths and lists that have to stay right by themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import pytest
from docs.generation import cli, http
from tests.docs.pages import ROOT, name_of, tracked

import shoal
from shoal.settings import Settings
from shoal.store.tables import metadata

FORBIDDEN = {
    "workflow": "process",
    "template": "process definition",
    "case": "process instance",
    "step": "activity instance",
    "bulk": "batch",
    "item": "element",
    "entry": "element",
    "simulation": "preview",
    "simulate": "preview",
    "subbatch": "chunk",
    "handler": "operation",
    "exception": "engine error",
}
"""Words of the glossary's last column that have no second meaning, and what to say instead.

The others of that column are the right word for something else: an external task is locked, a job is leased.
"""
ALLOWED = {
    "max_steps": "elements that the kernel passes in one of its steps",
    "with_exception": "Camunda 7's name of the filter",
    "ignore_name_case": "small and capital letters are the same",
    "ignore_value_case": "small and capital letters are the same",
}
OUTSIDE = re.compile(r"(?<![\w.:/-])/(?:work|home|root|Users|mnt|media)/\w|\.\./shared\b")


def public_names() -> Iterator[str]:
    """Names that users type: Python, command line, HTTP, database, settings."""
    for name in shoal.__all__:
        yield name
        found = getattr(shoal, name)
        if inspect.isclass(found):
            yield from (each for each in dir(found) if not each.startswith("_"))
            yield from getattr(found, "model_fields", {})
    for _, kind in inspect.getmembers(shoal.open_engine("sqlite://")):
        if type(kind).__module__.startswith("shoal.engine"):
            yield from _of_class(type(kind))
    for path, command in cli.commands():
        yield from path.split()
        yield from (each.name for each in command.params)
    document = http.openapi()
    # the other interface has Camunda's names
    native = {path: item for path, item in document["paths"].items() if http.is_native(path)}
    yield from native
    shapes = document.get("components", {}).get("schemas", {})
    for name in http.reachable([native], shapes):
        yield from shapes[name].get("properties", {})
    for table in metadata.tables.values():
        yield from (table.name, *table.columns.keys())
    yield from Settings.__dataclass_fields__


def _of_class(kind: type) -> Iterator[str]:
    for name, member in vars(kind).items():
        if not name.startswith("_"):
            yield name
            if inspect.isfunction(member):
                yield from inspect.signature(member).parameters


def words(name: str) -> set[str]:
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()
    return set(re.split(r"[^a-z0-9]+", parted))


def test_public_names_are_the_words_of_the_glossary() -> None:
    wrong = {
        f"{name}: say {FORBIDDEN[word]}, not {word}"
        for name in public_names()
        for word in words(name) & FORBIDDEN.keys()
        if name not in ALLOWED
    }
    assert wrong == set()


def test_the_forbidden_words_are_those_of_the_glossary() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    last_column = " ".join(line.split("|")[-2] for line in text.splitlines() if line.startswith("|"))
    spelled = words(last_column.replace("sub-batch", "subbatch"))
    assert [word for word in FORBIDDEN if word not in spelled and word != "simulate"] == []


@pytest.mark.parametrize("suffix", [".py", ".md", ".toml", ".yml", ".yaml", ".js", ".bpmn", ".svg", "Makefile"])
def test_no_file_names_a_path_outside_of_the_repository(suffix: str) -> None:
    found = {
        f"{name_of(path)}:{number}"
        for path in tracked()
        if path.name.endswith(suffix) and path.name != "test_words.py"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OUTSIDE.search(line)
    }
    assert found == set()


def test_every_decision_is_in_the_index_once() -> None:
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == pages
    numbers = [name[:4] for name in pages]
    assert len(numbers) == len(set(numbers))
    for name in pages:
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {name[:4]} "), name


def test_the_changelog_has_what_is_not_released() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "\n## Unreleased\n" in text
    assert text.partition("\n## Unreleased\n")[2].partition("\n## ")[0].strip()
