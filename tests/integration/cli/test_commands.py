"""What the commands do, and what they print."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture
def ten(shoal: Any, model: Callable[[str], str]) -> list[str]:
    """The ids of ten running instances."""
    assert shoal("deploy", model("order")).returncode == 0
    ids: list[str] = shoal.json("start", "order", "-n", "10", "--business-key", "web")["ids"]
    return ids


def test_deploy_names_what_it_deployed(shoal: Any, model: Callable[[str], str]) -> None:
    assert shoal("deploy", model("order"), model("invoice")).stdout == (
        "invoice version 1 (invoice.bpmn)\norder version 1 (order.bpmn)\n"
    )
    assert shoal.json("deploy", model("order"))["definitions"][0]["version"] == 2
    again = shoal("deploy", model("order"), "--changed-only")
    assert again.returncode == 0
    assert "Nothing changed" in again.stdout


def test_start_prints_one_id_per_line(shoal: Any, model: Callable[[str], str]) -> None:
    shoal("deploy", model("order"))
    ended = shoal("start", "order", "-n", "3", "--variables", '{"amount": 3}')
    assert len(set(ended.stdout.split())) == 3
    assert ended.stderr == ""


def test_instances_are_listed_and_counted_by_filter(shoal: Any, ten: list[str]) -> None:
    shoal("start", "order", "--business-key", "store")
    assert shoal("instances", "--count").stdout == "11\n"
    assert shoal("instances", "--count", "--business-key", "web", "--running").stdout == "10\n"
    assert shoal.json("instances", "--count", "--not-running") == {"count": 0}
    rows = shoal.json("instances", "--business-key", "web", "--limit", "4")
    assert [row["id"] for row in rows] == ten[:4]
    assert shoal("instances", "--business-key", "web").stdout.splitlines()[0].split("\t")[0] == ten[0]
    assert [row["id"] for row in shoal.json("instances", "--ids", ten[3], "--ids", ten[5])] == [ten[3], ten[5]]


def test_a_batch_runs_in_this_process(shoal: Any, ten: list[str]) -> None:
    batch = shoal.json(
        "batch", "create", "suspend-instances", "--definition-key", "order", "--expect", "10", "--run"
    )
    assert batch["state"] == "completed"
    assert batch["statistics"]["succeeded"] == 10
    assert shoal("instances", "--count", "--state", "suspended").stdout == "10\n"
    assert shoal.json("batch", "show", batch["id"])["id"] == batch["id"]
    assert [each["id"] for each in shoal.json("batch", "list", "--operation", "suspend-instances")] == [batch["id"]]


def test_ids_come_from_standard_input(shoal: Any, ten: list[str]) -> None:
    ended = shoal(
        "batch", "create", "cancel-instances", "--ids-file", "-", "--reason", "test", "--run", "--json",
        given="\n".join(ten[:3]),
    )  # fmt: skip
    assert json.loads(ended.stdout)["statistics"]["succeeded"] == 3
    assert shoal("instances", "--count", "--state", "cancelled").stdout == "3\n"


def test_a_dry_run_creates_nothing(shoal: Any, ten: list[str]) -> None:
    preview = shoal.json("batch", "create", "suspend-instances", "--running", "--dry-run")
    assert preview["count"] == 10
    assert set(preview["sample"]) <= set(ten)
    assert shoal.json("batch", "list") == []


def test_the_same_idempotency_key_is_the_same_batch(shoal: Any, ten: list[str]) -> None:
    create = ("batch", "create", "suspend-instances", "--running", "--idempotency-key", "k1")
    first, second = shoal.json(*create), shoal.json(*create)
    assert first["id"] == second["id"]
    changed = shoal(*create, "--business-key", "web")
    assert changed.returncode == 4


def test_set_variables_takes_json(shoal: Any, ten: list[str]) -> None:
    batch = shoal.json(
        "batch", "create", "set-variables", "--variables", '{"region": "north"}', "--ids", ten[0], "--run"
    )
    assert batch["statistics"]["succeeded"] == 1
    found = shoal.json("instances", "--variables", '[{"name": "region", "value": "north"}]')
    assert [row["id"] for row in found] == [ten[0]]


def test_a_batch_is_controlled(shoal: Any, ten: list[str]) -> None:
    batch_id = shoal.json("batch", "create", "suspend-instances", "--running", "--rate", "5")["id"]
    assert shoal.json("batch", "suspend", batch_id)["suspended"] is True
    assert shoal.json("batch", "resume", batch_id)["suspended"] is False
    changed = shoal.json("batch", "change", batch_id, "--no-rate", "--parallel", "3")
    assert (changed["rate_per_second"], changed["max_parallel"]) == (None, 3)
    assert shoal.json("batch", "cancel", batch_id)["state"] == "cancelled"
    assert shoal("batch", "resume", batch_id).returncode == 4
    assert shoal.json("batch", "delete", batch_id) == {"deleted": batch_id}
    assert shoal("batch", "show", batch_id).returncode == 3


def test_skipped_elements_have_their_reason(shoal: Any, ten: list[str]) -> None:
    shoal("batch", "create", "cancel-instances", "--ids", ten[0], "--run")
    batch = shoal.json("batch", "create", "cancel-instances", "--ids", f"{ten[0]},{ten[1]}", "--run")
    assert batch["statistics"]["skipped"] == 1
    skipped = shoal.json("batch", "elements", batch["id"], "--state", "skipped")
    assert [(row["target_id"], row["reason"]) for row in skipped] == [(ten[0], "not-running")]
    single = shoal.json("batch", "elements", batch["id"], "--id", ten[1])
    assert single[0]["state"] == "succeeded"
    assert shoal.json("batch", "failures", batch["id"])[0]["count"] == 1


def test_the_database_is_upgraded(shoal: Any) -> None:
    assert shoal("db", "status").returncode == 7
    upgraded = shoal.json("db", "upgrade")
    assert upgraded["before"] is None
    status = shoal.json("db", "status")
    assert status["revision"] == status["needed"] == upgraded["after"]
    assert "nothing to do" in shoal("db", "upgrade").stdout


def test_a_worker_works_until_nothing_is_due(shoal: Any, ten: list[str]) -> None:
    batch_id = shoal.json("batch", "create", "suspend-instances", "--running")["id"]
    assert shoal("worker", "--until-idle").returncode == 0
    assert shoal.json("batch", "show", batch_id)["state"] == "completed"
