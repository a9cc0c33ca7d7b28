"""``shoal serve`` as a program of its own, and a process of loans whose work clients do."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

LOANS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://example.org/loans">
  <error id="limit" errorCode="over-the-limit"/>
  <process id="loans" isExecutable="true">
    <startEvent id="asked"/>
    <sequenceFlow id="a" sourceRef="asked" targetRef="check"/>
    <serviceTask id="check" camunda:type="external" camunda:topic="creditScoreChecker"/>
    <sequenceFlow id="b" sourceRef="check" targetRef="each"/>
    <subProcess id="each">
      <multiInstanceLoopCharacteristics camunda:collection="creditScores" camunda:elementVariable="score"/>
      <startEvent id="decide"/>
      <sequenceFlow id="c" sourceRef="decide" targetRef="fit"/>
      <exclusiveGateway id="fit" default="e"/>
      <sequenceFlow id="d" sourceRef="fit" targetRef="grant">
        <conditionExpression>${score &gt; 5}</conditionExpression>
      </sequenceFlow>
      <sequenceFlow id="e" sourceRef="fit" targetRef="reject"/>
      <serviceTask id="grant" camunda:type="external" camunda:topic="loanGranter" camunda:taskPriority="${score}">
        <extensionElements>
          <camunda:properties><camunda:property name="desk" value="north"/></camunda:properties>
        </extensionElements>
      </serviceTask>
      <boundaryEvent id="refused" attachedToRef="grant">
        <errorEventDefinition errorRef="limit" camunda:errorMessageVariable="reason"/>
      </boundaryEvent>
      <sequenceFlow id="f" sourceRef="refused" targetRef="reject"/>
      <serviceTask id="reject" camunda:type="external" camunda:topic="requestRejecter"/>
    </subProcess>
    <sequenceFlow id="g" sourceRef="each" targetRef="answered"/>
    <endEvent id="answered"/>
  </process>
</definitions>"""

Rest = httpx.Client


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running ``shoal serve``; the address of its ``/engine-rest``."""
    folder = tmp_path_factory.mktemp("served")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOAL_")}
    said = folder / "said.txt"
    environment = {
        "SHOAL_DATABASE_URL": f"sqlite:///{folder / 'shoal.db'}",
        "SHOAL_BLOB_URL": (folder / "blobs").as_uri(),
        "COLUMNS": "200",
    }
    with said.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "shoal.cli", "serve", "--port", "0"],
            cwd=folder,
            env=inherited | environment,
            stderr=errors,
        )
    try:
        yield f"{_address(process, said)}/engine-rest"
    finally:
        process.terminate()
        process.wait(30)


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    while process.poll() is None:
        found = re.search(r"listens on (\S+) ", said.read_text())
        if found is not None:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(said.read_text())


@pytest.fixture(scope="module")
def rest(server: str) -> Iterator[Rest]:
    """Looks at the server."""
    with httpx.Client(base_url=server, timeout=30, trust_env=False) as client:
        yield client


@pytest.fixture(scope="module")
def loans(rest: Rest) -> Callable[..., str]:
    """Starts an instance of the process of loans; its id."""
    files = {"deployment-name": (None, "loans"), "model": ("loans.bpmn", LOANS, "application/xml")}
    assert rest.post("/deployment/create", files=files).status_code == 200

    def started(**variables: Any) -> str:
        answer = rest.post("/process-definition/key/loans/start", json={"variables": variables})
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["id"]
        return found

    return started


@pytest.fixture(scope="module")
def ended(rest: Rest) -> Callable[[list[str]], None]:
    """Waits until none of the instances runs."""

    def wait(instance_ids: list[str]) -> None:
        deadline = time.monotonic() + 60
        while True:
            left = rest.post("/process-instance/count", json={"processInstanceIds": instance_ids}).json()["count"]
            if not left:
                return
            assert time.monotonic() < deadline, rest.get("/external-task").text
            time.sleep(0.1)

    return wait


@pytest.fixture(scope="module")
def activities(rest: Rest) -> Callable[[str], list[str]]:
    """The elements that an instance went through, sorted."""

    def passed(instance_id: str) -> list[str]:
        found = rest.get("/history/activity-instance", params={"processInstanceId": instance_id})
        assert found.status_code == 200, found.text
        return sorted(each["activityId"] for each in found.json())

    return passed


def scores(*values: int) -> dict[str, Any]:
    """The variable of scores, as a client sends it."""
    return {"value": json.dumps(values), "type": "Json"}
