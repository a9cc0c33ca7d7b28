"""Random block-structured processes against an independent interpretation of their blocks.

The reference knows nothing of tokens: it walks over the blocks recursively. Whatever the order in which waits are
completed, and whether the state goes through its bytes after every step or not, the same work is done.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shoal.kernel.effects import JobKind


@dataclass(frozen=True)
class Work:
    name: str = ""
    before: bool = False
    after: bool = False


@dataclass(frozen=True)
class Sequence:
    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Choice:
    blocks: tuple[Any, ...]
    chosen: int


@dataclass(frozen=True)
class Parallel:
    blocks: tuple[Any, ...]


@dataclass(frozen=True)
class Some:
    """An inclusive gateway; the last block is on the default flow."""

    blocks: tuple[Any, ...]
    chosen: tuple[bool, ...]


@dataclass(frozen=True)
class Loop:
    block: Any
    times: int


@dataclass(frozen=True)
class Sub:
    block: Any


def several(blocks: Any) -> Any:
    return st.lists(blocks, min_size=2, max_size=3).map(tuple)


def composed(blocks: Any) -> Any:
    return st.one_of(
        st.lists(blocks, min_size=0, max_size=3).map(lambda each: Sequence(tuple(each))),
        st.builds(Choice, several(blocks), st.integers(0, 2)),
        st.builds(Parallel, several(blocks)),
        st.builds(Some, several(blocks), st.tuples(st.booleans(), st.booleans(), st.booleans())),
        st.builds(Loop, blocks, st.integers(1, 3)),
        st.builds(Sub, blocks),
    )


BLOCKS = st.recursive(st.builds(Work, st.just(""), st.booleans(), st.booleans()), composed, max_leaves=10)


# --- the reference


def running(block: Any, path: str) -> Iterator[set[str]]:
    """Walk through the block: yields the open work, and is sent the name of the one that is completed."""
    match block:
        case Work():
            yield {path}
        case Sequence(blocks):
            for index, each in enumerate(blocks):
                yield from running(each, f"{path}_{index}")
        case Choice(blocks, chosen):
            index = min(chosen, len(blocks) - 1)
            yield from running(blocks[index], f"{path}_{index}")
        case Parallel(blocks):
            yield from together([(each, f"{path}_{index}") for index, each in enumerate(blocks)])
        case Some(blocks, chosen):
            taken = [index for index in range(len(blocks) - 1) if chosen[index]] or [len(blocks) - 1]
            yield from together([(blocks[index], f"{path}_{index}") for index in taken])
        case Loop(inner, times):
            for _ in range(times):
                yield from running(inner, f"{path}_l")
        case Sub(inner):
            yield from running(inner, f"{path}_s")


def together(parts: list[tuple[Any, str]]) -> Any:
    walks = {}
    for block, path in parts:
        walk = running(block, path)
        first = next(walk, None)
        if first is not None:
            walks[path] = (walk, first)
    while walks:
        done = yield set().union(*(each for _, each in walks.values()))
        path = next(path for path, (_, each) in walks.items() if done in each)
        walk, _ = walks.pop(path)
        with suppress(StopIteration):
            walks[path] = (walk, walk.send(done))


# --- the same as a model


class Writer:
    def __init__(self) -> None:
        self.elements: list[str] = []
        self.arrows: list[str] = []
        self.numbers = itertools.count()

    def flow(self, source: str, target: str, condition: str = "") -> str:
        number = f"flow{next(self.numbers)}"
        inner = f"<if>{condition}</if>" if condition else ""
        arrow = f'<sequenceFlow id="{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        self.elements.append(arrow)
        return number

    def element(self, tag: str, path: str, attributes: str = "", content: str = "") -> str:
        self.elements.append(f'<{tag} id="{path}" {attributes}>{content}</{tag}>')
        return path

    def write(self, block: Any, path: str, source: str) -> str:
        """Write the block behind ``source``; the element at which it ends."""
        match block:
            case Work(before=before, after=after):
                flags = f'camunda:asyncBefore="{str(before).lower()}" camunda:asyncAfter="{str(after).lower()}"'
                self.flow(source, self.element("userTask", path, flags))
                return path
            case Sequence(blocks):
                for index, each in enumerate(blocks):
                    source = self.write(each, f"{path}_{index}", source)
                return source
            case Choice(blocks, chosen):
                index = min(chosen, len(blocks) - 1)
                conditions = [f"${{{str(each == index).lower()}}}" for each in range(len(blocks))]
                return self.branches("exclusiveGateway", blocks, path, source, conditions)
            case Parallel(blocks):
                return self.branches("parallelGateway", blocks, path, source, [""] * len(blocks))
            case Some(blocks, chosen):
                conditions = [f"${{{str(chosen[each]).lower()}}}" for each in range(len(blocks) - 1)]
                return self.branches("inclusiveGateway", blocks, path, source, [*conditions, "default"])
            case Loop(inner, times):
                return self.loop(inner, times, path, source)
            case Sub(inner):
                nested = Writer()
                nested.numbers = self.numbers
                nested.flow(
                    nested.write(inner, f"{path}_s", nested.element("startEvent", f"{path}_b")), f"{path}_e"
                )
                nested.element("endEvent", f"{path}_e")
                self.flow(source, self.element("subProcess", path, content="".join(nested.elements)))
                return path
        raise AssertionError(block)

    def branches(self, tag: str, blocks: Any, path: str, source: str, conditions: list[str]) -> str:
        default = ""
        self.element(tag, f"{path}_join")
        first = len(self.elements)
        for index, (block, condition) in enumerate(zip(blocks, conditions, strict=True)):
            door = self.element("task", f"{path}_{index}_door")
            flow = self.flow(f"{path}_fork", door, "" if condition == "default" else condition)
            if condition == "default":
                default = f'default="{flow}"'
            self.flow(self.write(block, f"{path}_{index}", door), f"{path}_join")
        self.elements.insert(first, f'<{tag} id="{path}_fork" {default}/>')
        self.flow(source, f"{path}_fork")
        return f"{path}_join"

    def loop(self, inner: Any, times: int, path: str, source: str) -> str:
        counter = f"{path}_n"
        self.counting(f"{path}_zero", counter, "${0}")
        self.element("exclusiveGateway", f"{path}_top")
        self.counting(f"{path}_count", counter, f"${{{counter} + 1}}")
        self.flow(source, f"{path}_zero")
        self.flow(f"{path}_zero", f"{path}_top")
        self.flow(self.write(inner, f"{path}_l", f"{path}_top"), f"{path}_count")
        self.flow(f"{path}_count", f"{path}_more")
        self.flow(f"{path}_more", f"{path}_top", f"${{{counter} &lt; {times}}}")
        out = self.element("task", f"{path}_out")
        default = self.flow(f"{path}_more", out)
        self.element("exclusiveGateway", f"{path}_more", f'default="{default}"')
        return out

    def counting(self, path: str, counter: str, expression: str) -> None:
        attributes = f'camunda:expression="{expression}" camunda:resultVariable="{counter}"'
        self.element("serviceTask", path, attributes)


def xml_of(block: Any) -> str:
    writer = Writer()
    end = writer.write(block, "w", writer.element("startEvent", "s"))
    writer.flow(end, writer.element("endEvent", "e"))
    return "".join(writer.elements)


def judged_by_reach(block: Any, within_loop: bool = False, within_fork: bool = False) -> bool:
    """Whether an inclusive join may wait for tokens that could come again through an outer loop."""
    match block:
        case Work():
            return False
        case Some(blocks):
            return (within_loop and within_fork) or any(judged_by_reach(each, within_loop, True) for each in blocks)
        case Parallel(blocks):
            return any(judged_by_reach(each, within_loop, True) for each in blocks)
        case Sequence(blocks) | Choice(blocks):
            return any(judged_by_reach(each, within_loop, within_fork) for each in blocks)
        case Loop(inner):
            return judged_by_reach(inner, True, within_fork)
        case Sub(inner):
            return judged_by_reach(inner)
    raise AssertionError(block)


def play(model: Any, body: str, block: Any, order: random.Random, reload: bool) -> tuple[Counter[str], Any]:
    """Run to the end in that order, side by side with the reference; the work done and the last variables."""
    reference = running(block, "w")
    expected: set[str] | None = next(reference, None)
    run = model(body, reload=reload).start()
    done: Counter[str] = Counter()
    exact = not judged_by_reach(block)
    while True:
        while run.jobs and run.ended is None:
            job = order.choice(sorted(run.jobs.values(), key=lambda each: each.id))
            assert job.kind is not JobKind.TIMER
            run.go_on(job.activity_id)
        if run.ended is not None:
            break
        open_work = sorted(task.activity_id for task in run.user_tasks.values())
        assert open_work, "the run is stuck"
        assert expected is not None
        assert set(open_work) == expected if exact else set(open_work) <= expected
        name = order.choice(open_work)
        run.complete(name)
        done[name] += 1
        try:
            expected = reference.send(name)
        except StopIteration:
            expected = None
    assert expected is None
    variables = {key[1]: record.value.value for key, record in run.last.variables.items()}
    return done, variables


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(block=BLOCKS, seeds=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_every_run_does_the_work_of_its_blocks_in_whatever_order(model: Any, block: Any, seeds: Any) -> None:
    body = xml_of(block)
    first, _ = play(model, body, block, random.Random(seeds[0]), reload=True)
    second, _ = play(model, body, block, random.Random(seeds[1]), reload=False)
    assert first == second
