"""A deterministic surrounding for the kernel: models from XML, a host, rows in memory that every step has to
keep in agreement with the state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from shoal.bpmn.process import Process
from shoal.bpmn.reader import read_definitions
from shoal.kernel import (
    Effects,
    InstanceFacts,
    Snapshot,
    Variables,
    advance,
    decode_state,
    encode_state,
    new_snapshot,
)
from shoal.kernel import stimulus as stimuli
from shoal.kernel.effects import JobKind
from shoal.kernel.state import Phase, WaitKind
from shoal.values import TypedValue, infer

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="test">'
)
ROOT = "00000000-0000-7000-8000-000000000000"


def read(body: str, outside: str = "", attributes: str = "") -> Process:
    """A process with the given content. ``<flow/>`` is short for a sequence flow, see ``_flows``."""
    xml = f'{HEAD}{outside}<process id="p" isExecutable="true" {attributes}>{body}</process></definitions>'
    xml = xml.replace("<if>", '<conditionExpression xsi:type="tFormalExpression">')
    xml = xml.replace("</if>", "</conditionExpression>")
    return read_definitions(xml.encode(), "test.bpmn").definitions.processes[0]


def flows(*arrows: str) -> str:
    """Sequence flows from texts such as ``a > b > c`` or ``a > b: ${x > 1}``."""
    found: list[str] = []
    for arrow in arrows:
        path, _, condition = arrow.partition(":")
        stops = [stop.strip() for stop in path.split(" > ")]
        for source, target in pairwise(stops):
            inner = f"<if>{condition.strip().replace('<', '&lt;')}</if>" if condition else ""
            number = sum(f'"{source}_{target}' in each for each in found)
            suffix = f"_{number + 1}" if number else ""
            found.append(
                f'<sequenceFlow id="{source}_{target}{suffix}" sourceRef="{source}" targetRef="{target}">'
                f"{inner}</sequenceFlow>"
            )
    return "".join(found)


class TestHost:
    """Ids in order, callables from a dict."""

    __test__ = False

    def __init__(self) -> None:
        self.default_retries = 3
        self.max_steps = 100_000
        self.callables: dict[str, Any] = {}
        self._count = 0

    def new_id(self) -> str:
        self._count += 1
        return f"00000000-0000-7000-8000-{self._count:012x}"

    def callable(self, name: str) -> Callable[..., Any] | None:
        return self.callables.get(name)


class Run:
    """One instance, its rows, and what happened so far."""

    def __init__(self, process: Process, host: TestHost, reload: bool = True) -> None:
        self.process = process
        self.host = host
        self.reload = reload
        self.now = datetime(2030, 1, 1, tzinfo=UTC)
        facts = InstanceFacts(ROOT, "definition", process.id, business_key="order-1")
        self.snapshot = new_snapshot(facts)
        self.jobs: dict[str, Any] = {}
        self.subscriptions: dict[str, Any] = {}
        self.external_tasks: dict[str, Any] = {}
        self.user_tasks: dict[str, Any] = {}
        self.called: dict[str, Any] = {}
        self.open_activities: dict[str, Any] = {}
        self.history: list[Any] = []
        self.last = Effects()
        self.ended: Any = None

    # --- stimuli

    def start(self, event: str | None = None, /, **variables: Any) -> Run:
        return self.do(stimuli.Start(typed(variables), event))

    def complete(self, element: str, _local: Mapping[str, Any] | None = None, /, **variables: Any) -> Run:
        return self.do(stimuli.Complete(self.node(element), typed(variables), typed(_local or {})))

    def go_on(self, element: str) -> Run:
        """Execute the asynchronous continuation at the element."""
        job = self.only(self.jobs, element, lambda job: job.kind is not JobKind.TIMER)
        return self.do(stimuli.Continue(job.node_id, job.id))

    def fire(self, element: str) -> Run:
        """The timer of the element is due: time goes on to that."""
        job = self.only(self.jobs, element, lambda job: job.kind is JobKind.TIMER)
        self.now = max(self.now, job.due_at)
        return self.do(stimuli.Trigger(job.node_id, job.id, element, repeat=job.repeat))

    def receive(self, element: str, _local: Mapping[str, Any] | None = None, /, **variables: Any) -> Run:
        """The message, signal or condition that the element waits for comes."""
        wait = self.only(self.subscriptions, element)
        return self.do(stimuli.Trigger(wait.node_id, wait.id, element, typed(variables), typed(_local or {})))

    def fail(self, element: str, code: str, message: str | None = None, **variables: Any) -> Run:
        return self.do(stimuli.ThrowError(self.node(element), code, message, typed(variables)))

    def set(self, **variables: Any) -> Run:
        return self.do(stimuli.SetVariables(typed(variables)))

    def do(self, stimulus: stimuli.Stimulus) -> Run:
        effects = advance(self.process, self.snapshot, stimulus, self.host, self.now)
        self.apply(effects)
        return self

    # --- what can be seen

    @property
    def at(self) -> list[str]:
        """The elements at which tokens are, without the scopes around them."""
        nodes = self.snapshot.state.nodes.values()
        return sorted(node.element for node in nodes if node.phase is not Phase.KEPT and not node.tokens)

    @property
    def path(self) -> list[str]:
        """The elements in the order in which their activity instances began."""
        return [record.activity_id for record in self.history]

    def outcome(self, element: str) -> str:
        """How the last activity instance of the element stands: open, ended, cancelled."""
        record = [each for each in self.history if each.activity_id == element][-1]
        return "open" if not record.ended else "cancelled" if record.cancelled else "ended"

    def node(self, element: str) -> str:
        """The id of the first active node at the element."""
        for node in self.snapshot.state.nodes.values():
            if node.element == element and node.phase is Phase.ACTIVE:
                return node.id
        raise AssertionError(f"nothing active at {element}: {self.snapshot.state.nodes.values()}")

    def value(self, name: str, element: str | None = None) -> Any:
        scope = ROOT if element is None else self.node(element)
        found = self.snapshot.variables.local(scope).get(name)
        return None if found is None else found.value

    def only(self, rows: dict[str, Any], element: str, matches: Any = None) -> Any:
        found = [row for row in rows.values() if row.activity_id == element and (not matches or matches(row))]
        assert found, f"no row of {element} in {rows}"
        return found[0]

    # --- the rows

    def apply(self, effects: Effects) -> None:
        self.last = effects
        for rows, made, gone in (
            (self.jobs, effects.jobs, effects.jobs_deleted),
            (self.subscriptions, effects.subscriptions, effects.subscriptions_deleted),
            (self.external_tasks, effects.external_tasks, effects.external_tasks_deleted),
        ):
            for row_id in gone:
                del rows[row_id]
            assert not rows.keys() & made.keys()
            rows.update(made)
        assert not self.user_tasks.keys() & effects.user_tasks.keys()
        self.user_tasks.update(effects.user_tasks)
        for row_id, changes in effects.user_tasks_changed.items():
            for name, value in changes.items():
                setattr(self.user_tasks[row_id], name, value)
        for row_id in effects.user_tasks_ended:
            del self.user_tasks[row_id]
        for child in effects.children:
            self.called[child.instance_id] = child
        for child_id in effects.children_cancelled:
            del self.called[child_id]
        self._history(effects)
        self._variables(effects)
        self.ended = effects.end or self.ended
        self._check()

    def _history(self, effects: Effects) -> None:
        for record in effects.activities.values():
            self.history.append(record)
            if not record.ended:
                self.open_activities[record.id] = record
        for activity_id, cancelled in effects.activities_ended.items():
            record = self.open_activities.pop(activity_id)
            record.ended, record.cancelled = True, cancelled

    def _variables(self, effects: Effects) -> None:
        for (scope_id, name), record in effects.variables.items():
            assert (scope_id, name) == (record.scope_id, record.name)

    def _check(self) -> None:
        state = self.snapshot.state
        if self.ended is not None:
            rows = (self.jobs, self.subscriptions, self.external_tasks, self.user_tasks, self.called)
            assert not any(rows), "an ended instance waits for nothing"
            assert not self.open_activities
            assert not state.nodes
            return
        self._conserved()
        self._counted()
        data = encode_state(state)
        again = decode_state(data)
        if self.reload:
            variables = Variables({key: dict(each) for key, each in self.snapshot.variables.scopes.items()})
            self.snapshot = Snapshot(self.snapshot.instance, again, variables)
            assert encode_state(self.snapshot.state) == data

    def _conserved(self) -> None:
        """Every wait has a row and every row a wait; every active node has an open activity instance."""
        state = self.snapshot.state
        rows = {
            WaitKind.JOB: self.jobs,
            WaitKind.SUBSCRIPTION: self.subscriptions,
            WaitKind.EXTERNAL: self.external_tasks,
            WaitKind.TASK: self.user_tasks,
            WaitKind.CHILD: self.called,
        }
        waits = {
            (wait.kind, wait.id): node for node in (state.root, *state.nodes.values()) for wait in node.waits or ()
        }
        assert waits.keys() == {(kind, row_id) for kind, found in rows.items() for row_id in found}
        for (kind, row_id), node in waits.items():
            assert rows[kind][row_id].node_id == node.id
        active = {node.id for node in state.nodes.values() if node.phase in (Phase.ACTIVE, Phase.JOINING)}
        assert active == set(self.open_activities)
        scopes = {ROOT, *state.nodes}
        assert set(self.snapshot.variables.scopes) <= scopes
        assert all(self.snapshot.variables.scopes.values())

    def _counted(self) -> None:
        state = self.snapshot.state
        for node in (state.root, *state.nodes.values()):
            children = [each for each in (node.children or {}).values() if each.phase is not Phase.KEPT]
            assert node.tokens == len(children)
            assert all(child.parent is node for child in children)
            if node.census is not None:
                census: dict[str, int] = {}
                for child in children:
                    census[child.element] = census.get(child.element, 0) + 1
                assert {key: count for key, count in node.census.items() if count} == census


def typed(values: Mapping[str, Any]) -> dict[str, TypedValue]:
    return {name: infer(name, value) for name, value in values.items()}


@pytest.fixture
def host() -> TestHost:
    return TestHost()


@pytest.fixture
def model(host: TestHost) -> Callable[..., Run]:
    """``model(elements, *arrows)``: a run of that process, not started yet."""

    def build(elements: str, *arrows: str, outside: str = "", attributes: str = "", reload: bool = True) -> Run:
        return Run(read(elements + flows(*arrows), outside, attributes), host, reload)

    return build


@pytest.fixture
def arrows() -> Callable[..., str]:
    """Sequence flows for the inside of a sub-process."""
    return flows


@pytest.fixture
def hour() -> timedelta:
    return timedelta(hours=1)
