"""Tokens that wait for one another at gateways."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import failures, process

from shoal.kernel.state import Phase

TASKS = "".join(f'<userTask id="{each}"/>' for each in ("a", "b", "c", "z"))


def joined(kind: str, name: str, *incoming: str) -> Any:
    body = f'{TASKS}<{kind} id="f"/><{kind} id="{name}"/>'
    return process(body, "s > f", *(f"f > {each} > {name}" for each in incoming), f"{name} > z > e")


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_tokens_that_wait_at_a_gateway_wait_at_another(begin: Any, kind: str) -> None:
    run = begin(joined(kind, "j", "a", "b"))
    run.complete("a")
    run.migrate(joined(kind, "k", "a", "b"), ("j", "k"), "b")
    (waiting,) = [node for node in run.snapshot.state.nodes.values() if node.phase is Phase.JOINING]
    assert (waiting.element, waiting.flow) == ("k", "a_k")
    run.complete("b")
    assert run.at == ["z"]
    run.complete("z")
    assert run.ended is not None


@pytest.mark.parametrize("kind", ["parallelGateway", "inclusiveGateway"])
def test_a_gateway_with_more_incoming_flows_waits_for_as_many(begin: Any, kind: str) -> None:
    run = begin(joined(kind, "j", "a", "b"))
    run.complete("a")
    run.migrate(joined(kind, "j", "a", "b", "c"), "j", "b")
    run.complete("b")
    assert run.at == (["j", "j"] if kind == "parallelGateway" else ["z"])


def test_a_gateway_with_fewer_incoming_flows_is_refused() -> None:
    source, target = joined("parallelGateway", "j", "a", "b", "c"), joined("parallelGateway", "j", "a", "b")
    said = "The target gateway must have at least the same number of incoming sequence flows that the source "
    assert failures(source, target, "j") == [said + "gateway has"]


def test_a_gateway_of_another_kind_is_refused() -> None:
    source, target = joined("parallelGateway", "j", "a", "b"), joined("inclusiveGateway", "j", "a", "b")
    assert failures(source, target, "j") == [
        (
            "Activities have incompatible types (ParallelGatewayActivityBehavior is not compatible with "
            "InclusiveGatewayActivityBehavior)"
        )
    ]


def test_an_inclusive_gateway_asks_the_target_who_can_still_come(begin: Any) -> None:
    run = begin(joined("inclusiveGateway", "j", "a", "b"))
    run.complete("a")
    body = f'{TASKS}<inclusiveGateway id="f"/><inclusiveGateway id="j"/><userTask id="y"/>'
    target = process(body, "s > f", "f > a > j", "f > c > j", "f > b > y > e", "j > z > e")
    run.migrate(target, "j", "b")
    assert run.at == ["b", "j"], "a migration moves no token"
    run.complete("b")
    assert run.at == ["y", "z"]
    run.complete("y").complete("z")
    assert run.ended is not None
