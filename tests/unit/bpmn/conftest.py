"""How the tests of the reader write models: a process body in, a process or its faults out."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from shoal.bpmn.process import Process
from shoal.bpmn.reader import ReadResult, read_definitions
from shoal.errors import Fault, ModelRejectedError

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="tests">'
)
Xml = Callable[..., bytes]
Read = Callable[..., Process]
Faults = Callable[..., list[Fault]]


def document(body: str, roots: str = "", attributes: str = "") -> bytes:
    """A file with one executable process ``p``."""
    text = f'{HEAD}{roots}<process id="p" isExecutable="true" {attributes}>{body}</process></definitions>'
    return text.encode()


def chain(*elements: str) -> str:
    """Start event, the elements one after the other, end event. Each ``{}`` gets nothing; ids are t0, t1, ..."""
    parts = ['<startEvent id="start"/>', *elements, '<endEvent id="end"/>']
    ids = ["start", *(f"t{number}" for number in range(len(elements))), "end"]
    flows = [
        f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}"/>'
        for number, (source, target) in enumerate(itertools.pairwise(ids))
    ]
    return "".join([*parts, *flows])


@pytest.fixture
def around() -> Callable[..., str]:
    """Puts elements with the ids t0, t1, ... between a start and an end event."""
    return chain


@pytest.fixture
def result() -> Callable[..., ReadResult]:
    """Reads a body that has to be right; the whole result."""
    return lambda body, roots="", attributes="", **options: read_definitions(
        document(body, roots, attributes), "test.bpmn", **options
    )


@pytest.fixture
def read(result: Callable[..., ReadResult]) -> Read:
    """Reads a body that has to be right."""
    return lambda *args, **options: result(*args, **options).definitions.processes[0]


@pytest.fixture
def faults() -> Faults:
    """Reads a body that has to be wrong; what is wrong with it."""

    def rejected(body: str, roots: str = "", attributes: str = "", **options: object) -> list[Fault]:
        with pytest.raises(ModelRejectedError) as caught:
            read_definitions(document(body, roots, attributes), "test.bpmn", **options)  # type: ignore[arg-type]
        return list(caught.value.faults)

    return rejected
