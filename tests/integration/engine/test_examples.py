"""The examples in the docstrings of the facade run, and print what they say."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from pathlib import Path

import pytest

import shoal
import shoal.api
import shoal.camunda
import shoal.camunda.services
import shoal.engine

MODEL = Path(shoal.__file__).with_name("demo") / "order.bpmn"
MODULES = [
    module.name
    for package in (shoal.engine, shoal.api, shoal.camunda, shoal.camunda.services)
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "order.bpmn").write_bytes(MODEL.read_bytes())
    with shoal.open_engine(f"sqlite:///{tmp_path / 'shoal.db'}", blob_url=(tmp_path / "blobs").as_uri()) as engine:
        found = doctest.testmod(
            importlib.import_module(name),
            extraglobs={"engine": engine, "shoal": shoal},
            optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE,
        )
    assert found.failed == 0


def test_there_are_examples() -> None:
    finder = doctest.DocTestFinder(exclude_empty=True)
    examples = [
        example
        for name in MODULES
        for test in finder.find(importlib.import_module(name))
        for example in test.examples
    ]
    assert len(examples) > 20
