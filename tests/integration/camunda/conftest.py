"""An engine with Camunda 7's services, on both databases, and processes to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from tests.databases import Backend

import shoal
from shoal.camunda import Batch, ProcessEngine

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://example.org/shelves">
    <message id="filled" name="filled"/><message id="opened" name="opened"/>"""
SHELF = f"""{HEAD}<process id="shelf" isExecutable="true">
    <startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="fork"/>
    <parallelGateway id="fork"/>
    <sequenceFlow id="f2" sourceRef="fork" targetRef="await"/><receiveTask id="await" messageRef="filled"/>
    <sequenceFlow id="f3" sourceRef="fork" targetRef="label"/>
    <serviceTask id="label" camunda:type="external" camunda:topic="labels"/>
    <sequenceFlow id="f4" sourceRef="fork" targetRef="rest"/>
    <intermediateCatchEvent id="rest">
        <timerEventDefinition><timeDuration>P9D</timeDuration></timerEventDefinition>
    </intermediateCatchEvent>
    <sequenceFlow id="f5" sourceRef="await" targetRef="count"/><userTask id="count"/>
</process></definitions>"""
SHOP = f"""{HEAD}<process id="shop" isExecutable="true">
    <startEvent id="start"><messageEventDefinition messageRef="opened"/></startEvent>
    <sequenceFlow id="f1" sourceRef="start" targetRef="sell"/><userTask id="sell"/>
</process></definitions>"""


@pytest.fixture(scope="module")
def camunda(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessEngine]:
    """The services on a fresh database, with both processes deployed."""
    url = backend.create()
    with shoal.open_engine(url, blob_url=tmp_path_factory.mktemp("blobs").as_uri(), history_level="full") as engine:
        made = ProcessEngine(engine)
        deployment = made.repository_service.create_deployment().name("shelves")
        deployment.add_string("shelf.bpmn", SHELF).add_string("shop.bpmn", SHOP).deploy()
        yield made
    backend.drop(url)


@pytest.fixture
def start(camunda: ProcessEngine) -> Callable[[int], list[str]]:
    """Starts instances of ``shelf``; their ids."""
    return lambda count: camunda.native.instances.start_many("shelf", count, variables={"boards": 3})


@pytest.fixture
def done(camunda: ProcessEngine) -> Callable[[Batch], Batch]:
    """Works until a batch has ended; it as it is then."""

    def finished(batch: Batch) -> Batch:
        camunda.native.run_until_idle()
        batch.native.refresh()
        assert batch.native.has_ended
        return batch

    return finished
