"""Multi-instance activities: the body and what it repeats."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import failures, plan, process

BODY = "#multiInstanceBody"


def many(name: str = "a", sequential: str = "false", extra: str = "", count: int = 3) -> Any:
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>{count}'
    loop += "</loopCardinality></multiInstanceLoopCharacteristics>"
    return process(f'<userTask id="{name}">{loop}</userTask>{extra}', f"s > {name} > e")


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_instances_and_their_body_go_on_and_count_as_before(begin: Any, sequential: str) -> None:
    run = begin(many(sequential=sequential))
    run.complete("a")
    before = run.node("a" + BODY)
    run.migrate(many("b", sequential, count=9), ("a" + BODY, "b" + BODY), ("a", "b"))
    assert run.node("b" + BODY) == before
    assert run.value("nrOfInstances", "b" + BODY) == 3
    run.complete("b")
    assert run.ended is None
    run.complete("b")
    assert run.ended is not None


def test_a_body_that_vanishes_leaves_its_instances_behind(begin: Any) -> None:
    run = begin(many())
    run.migrate(process('<userTask id="a"/><userTask id="z"/>', "s > a > z > e"), "a")
    assert run.tree() == ["a", "a", "a"]
    assert run.value("loopCounter", "a") == 0
    run.complete("a").complete("a").complete("a")
    assert run.at == ["z", "z", "z"]


def test_generation_maps_body_and_inner_activity() -> None:
    made = plan(many(), many()).instructions
    assert [each.source_activity_id for each in made] == ["a" + BODY, "a"]


@pytest.mark.parametrize(
    ("target", "arrows", "said"),
    [
        (
            many(sequential="true"),
            ["a" + BODY, "a"],
            (
                "Activities have incompatible types (ParallelMultiInstanceActivityBehavior is not compatible with "
                "SequentialMultiInstanceActivityBehavior)"
            ),
        ),
        (
            many(),
            ["a" + BODY],
            "Must map the inner activity of a multi-instance body when the body is mapped",
        ),
        (
            many(),
            ["a"],
            (
                "Target activity 'a' is a descendant of multi-instance body 'a#multiInstanceBody' that is not "
                "mapped from the source process definition."
            ),
        ),
    ],
)
def test_a_body_has_to_come_and_go_with_what_it_repeats(target: Any, arrows: list[str], said: str) -> None:
    assert said in failures(many(), target, *arrows)


def test_a_body_cannot_lose_what_it_repeats() -> None:
    said = "Cannot remove the inner activity of a multi-instance body when the body is mapped"
    assert said in failures(many(), many("b"), ("a" + BODY, "b" + BODY))


def test_a_single_activity_is_not_equal_to_a_repeated_one() -> None:
    single = process('<userTask id="a"/>', "s > a > e")
    assert plan(single, many()).instructions == ()
    assert plan(many(), single).instructions == ()


def test_a_standard_loop_goes_on_where_it_is(begin: Any) -> None:
    loop = '<standardLoopCharacteristics loopMaximum="2"/>'

    def model(name: str) -> Any:
        return process(f'<userTask id="{name}">{loop}</userTask>', f"s > {name} > e")

    run = begin(model("a"))
    run.complete("a")
    run.migrate(model("b"), ("a" + BODY, "b" + BODY), ("a", "b"))
    run.complete("b")
    assert run.ended is not None
