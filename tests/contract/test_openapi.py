"""Generated requests for every operation of the OpenAPI document: answers as described, and never a 5xx."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import shoal
from shoal.api.app import create_app
from shoal.engine import Engine

ORDER = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://example.org/contract">
  <process id="order" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f2" sourceRef="fork" targetRef="check"/><userTask id="check" camunda:assignee="mary"/>
    <sequenceFlow id="f3" sourceRef="fork" targetRef="ship"/>
    <serviceTask id="ship" camunda:type="external" camunda:topic="ship"/>
    <sequenceFlow id="f4" sourceRef="fork" targetRef="later"/>
    <intermediateCatchEvent id="later"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
  </process>
</definitions>"""
PARTS = 8
EXAMPLES = 8
CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine with something in it, so that lists have members to look at."""
    place = tmp_path_factory.mktemp("contract")
    with shoal.open_engine(f"sqlite:///{place}/shoal.db", blob_url=(place / "blobs").as_uri()) as opened:
        opened.definitions.deploy(contents={"order.bpmn": ORDER}, name="order")
        opened.instances.start_many("order", 3, business_key="A-1", variables={"amount": 7, "note": None})
        yield opened


@pytest.fixture(scope="module")
def document(engine: Engine) -> schemathesis.BaseSchema:
    """The operations of the server."""
    return schemathesis.openapi.from_asgi("/openapi.json", create_app(engine), headers={"Host": "localhost"})


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(PARTS))
def test_operations(document: schemathesis.BaseSchema, part: int) -> None:
    broken: list[str] = []
    for number, found in enumerate(document.get_all_operations()):
        operation = found.ok()
        if number % PARTS == part:
            try:
                requests_of(operation)()
            except AssertionError as error:
                broken.append(f"{operation.label}: {error}")
            except BaseExceptionGroup as group:
                broken += [f"{operation.label}: {each}" for each in group.exceptions]
    assert not broken, "\n\n".join(broken)


def requests_of(operation: schemathesis.APIOperation) -> Callable[[], None]:  # type: ignore[type-arg]
    """Sends generated requests to one operation."""

    @given(case=operation.as_strategy())
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, headers={"Host": "localhost"})

    return send
