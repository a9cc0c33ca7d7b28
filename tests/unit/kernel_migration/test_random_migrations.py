"""Random block-structured processes that are migrated again and again while they run, to copies of themselves
under other names: the same work is done as without any migration."""

from __future__ import annotations

import random
import re
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.kernel.conftest import TestHost, flows, read
from tests.unit.kernel.test_random_processes import BLOCKS, judged_by_reach, running, xml_of
from tests.unit.kernel_migration.conftest import MigratingRun

from shoal.bpmn.process import Process
from shoal.kernel.compilation import compile_plan
from shoal.kernel.migration.kinds import is_supported

_IDS = re.compile(r'\b(id|sourceRef|targetRef|default)="')


def copy(block: Any, prefix: str, wrapped: bool) -> Process:
    """The model of the block with a prefix before every id; variables are called as before."""
    inside = _IDS.sub(rf'\1="{prefix}', xml_of(block))
    if not wrapped:
        return read(inside)
    arrows = flows("out_s > out > out_e")
    return read(f'<startEvent id="out_s"/><endEvent id="out_e"/><subProcess id="out">{inside}</subProcess>{arrows}')


def arrows(source: Process, old: str, new: str) -> list[tuple[str, str]]:
    """Everything at which an instance can be, to its copy."""
    found = [("out", "out")] if "out" in source.nodes else []
    for element_id, plan in compile_plan(source).elements.items():
        if element_id.startswith(old) and (is_supported(plan) or plan.async_before or plan.async_after):
            found.append((element_id, new + element_id.removeprefix(old)))
    return found


def play(block: Any, order: random.Random) -> Counter[str]:
    reference = running(block, "w")
    expected: set[str] | None = next(reference, None)
    models = {(prefix, wrapped): copy(block, prefix, wrapped) for prefix in ("A", "B") for wrapped in (False, True)}
    prefix, wrapped = "A", False
    run = MigratingRun(models[prefix, wrapped], TestHost(), reload=order.random() < 0.5)
    run.start()
    done: Counter[str] = Counter()
    exact = not judged_by_reach(block)
    while run.ended is None:
        if order.random() < 0.4:
            new, around = order.choice("AB"), wrapped or order.random() < 0.3
            run.migrate(models[new, around], *arrows(run.process, prefix, new))
            prefix, wrapped = new, around
        if run.jobs:
            run.go_on(order.choice(sorted(run.jobs.values(), key=lambda each: each.id)).activity_id)
            continue
        open_work = sorted(task.activity_id.removeprefix(prefix) for task in run.user_tasks.values())
        assert open_work, "the run is stuck"
        assert expected is not None
        assert set(open_work) == expected if exact else set(open_work) <= expected
        name = order.choice(open_work)
        run.complete(prefix + name)
        done[name] += 1
        expected = next_of(reference, name)
    assert expected is None
    return done


def next_of(reference: Any, name: str) -> set[str] | None:
    try:
        sent: set[str] = reference.send(name)
    except StopIteration:
        return None
    return sent


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS, seeds=st.tuples(st.integers(0, 999), st.integers(0, 999)))
def test_a_migration_to_a_copy_changes_nothing_of_what_is_done(block: Any, seeds: Any) -> None:
    assert play(block, random.Random(seeds[0])) == play(block, random.Random(seeds[1]))
