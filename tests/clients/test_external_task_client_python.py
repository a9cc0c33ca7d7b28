"""``camunda-external-task-client-python3`` works instances of loans to their end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest
from camunda.client.engine_client import EngineClient
from camunda.external_task.external_task import ExternalTask, TaskResult
from camunda.external_task.external_task_worker import ExternalTaskWorker, NoExternalTaskFound
from tests.clients.conftest import scores

CONFIG = {
    "maxTasks": 10,
    "lockDuration": 60_000,
    "asyncResponseTimeout": 300,
    "retries": 3,
    "retryTimeout": 0,
    "sleepSeconds": 1,
}


def work(server: str, name: str, topics: list[str], action: Callable[[ExternalTask], TaskResult]) -> int:
    """Work until there is nothing more; how often something was fetched."""
    worker = ExternalTaskWorker(worker_id=name, base_url=server, config=CONFIG)
    rounds = 0
    while True:
        try:
            worker.fetch_and_execute(topics, action)
        except NoExternalTaskFound:
            return rounds
        rounds += 1


def test_loans_are_granted_and_rejected(
    server: str,
    loans: Callable[..., str],
    ended: Callable[[list[str]], None],
    activities: Callable[[str], list[str]],
) -> None:
    asked = [loans(amount={"value": amount}) for amount in (100, 5000)]
    failed: set[str] = set()

    def check(task: ExternalTask) -> TaskResult:
        amount = task.get_variable("amount")
        given = (9, 2) if amount == 100 else (7,)
        return task.complete({"creditScores": scores(*given), "checked": True})

    def decide(task: ExternalTask) -> TaskResult:
        if task.get_topic_name() == "loanGranter":
            assert task.get_extension_property("desk") == "north"
            if task.get_variable("amount") > 1000:
                return task.bpmn_error("over-the-limit", "too much", {"limit": 1000})
            return task.complete({}, {"granted": task.get_variable("score")})
        if task.get_task_id() not in failed:
            failed.add(task.get_task_id())
            return task.failure("no ink", "the printer is empty", 1, 0)
        return task.complete()

    assert work(server, "checker", ["creditScoreChecker"], check) > 0
    assert work(server, "decider", ["loanGranter", "requestRejecter"], decide) > 0
    ended(asked)
    assert len(failed) == 2
    within = ["check", "asked", "answered"]
    small, large = map(activities, asked)
    assert {*within, "grant", "reject"} <= {*small}
    assert small.count("grant") == small.count("reject") == 1
    assert {*within, "grant", "refused", "reject"} <= {*large}


def test_the_engine_is_asked_and_told(server: str, rest: httpx.Client, loans: Callable[..., str]) -> None:
    instance_id = loans(amount={"value": 1}, note={"value": "aGk=", "type": "Bytes"})
    client = EngineClient(server)
    started = client.start_process("loans", {"amount": 3, "gold": True}, business_key="L-3")
    assert started["definitionKey"] == "loans"
    assert started["businessKey"] == "L-3"
    assert instance_id in {each["id"] for each in client.get_process_instance("loans")}
    assert client.get_process_instance("loans", variables=["gold_eq_none"]) == []
    assert client.get_process_instance_variable(instance_id, "note").strip() == "aGk="
    assert client.get_jobs(0, 10, process_instance_id=instance_id) == []
    with pytest.raises(Exception, match="nobody-waits"):
        client.correlate_message("nobody-waits", process_instance_id=instance_id)
    for each in (instance_id, started["id"]):
        assert rest.delete(f"/process-instance/{each}").status_code == 204


def test_a_task_without_tries_is_an_incident(server: str, rest: httpx.Client, loans: Callable[..., str]) -> None:
    instance_id = loans(amount={"value": 1})

    def fail(task: ExternalTask) -> TaskResult:
        return task.failure("no scores", "the office is closed", 0, 0)

    assert work(server, "failing", ["creditScoreChecker"], fail) == 1
    [incident] = rest.get("/incident", params={"processInstanceId": instance_id}).json()
    assert (incident["incidentType"], incident["incidentMessage"]) == ("failedExternalTask", "no scores")
    [task] = rest.get("/external-task", params={"noRetriesLeft": "true"}).json()
    assert rest.get(f"/external-task/{task['id']}/errorDetails").text == "the office is closed"
    body: dict[str, Any] = {"retries": 1, "processInstanceIds": [instance_id]}
    assert rest.put("/external-task/retries", json=body).status_code == 204
    assert rest.get("/incident/count", params={"processInstanceId": instance_id}).json() == {"count": 0}
    assert rest.delete(f"/process-instance/{instance_id}").status_code == 204
