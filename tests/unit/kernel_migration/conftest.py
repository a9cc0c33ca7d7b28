"""A migrating run: the driver of the kernel's tests, which also keeps what a migration changes in agreement."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from tests.unit.kernel.conftest import ROOT, Run, TestHost, flows, read, typed

from shoal.bpmn.process import Process
from shoal.kernel import Effects, compile_plan, decode_state, encode_state
from shoal.kernel.behaviors.user_task import TIMEOUT
from shoal.kernel.migration import (
    MigratingInstanceReport,
    MigrationInstruction,
    MigrationPlan,
    generate_plan,
    migrate,
    validate_instance,
    validate_plan,
)
from shoal.kernel.moving import bind
from shoal.kernel.state import Phase
from shoal.kernel.tree import home_of

Arrows = str | tuple[str, str] | tuple[str, str, bool]
"""``"a"``: a stays a. ``("a", "b")``: a becomes b, with True behind it: and takes its event trigger over."""


class MigratingRun(Run):
    """One instance that can be migrated."""

    def migrate(self, target: Process, *arrows: Arrows, **options: Any) -> MigratingRun:
        """Migrate by these instructions; without any, by those that go without saying."""
        variables = typed(options.pop("variables", {}))
        made = plan(self.process, target, *arrows, variables=variables)
        made = replace(made, source_definition_id=self.snapshot.instance.definition_id)
        report = validate_plan(self.process, target, made)
        assert not report.has_failures, str(report)
        source, self.process = self.process, target
        effects = migrate(source, target, made, self.snapshot, self.host, self.now, **options)
        assert self.snapshot.instance.definition_id == effects.definition_id == "target"
        self.apply(effects)
        return self

    def refused(self, target: Process, *arrows: Arrows) -> MigratingInstanceReport:
        """Why the instance cannot be migrated; nothing of it has changed."""
        made = plan(self.process, target, *arrows)
        assert not validate_plan(self.process, target, made).has_failures
        return validate_instance(self.process, target, made, self.snapshot)

    def apply(self, effects: Effects) -> None:
        for rows, changed in (
            (self.jobs, effects.jobs_changed),
            (self.subscriptions, effects.subscriptions_changed),
            (self.external_tasks, effects.external_tasks_changed),
            (self.open_activities, effects.activities_changed),
        ):
            for row_id, columns in changed.items():
                assert columns
                for name, value in columns.items():
                    assert hasattr(rows[row_id], name)
                    setattr(rows[row_id], name, value)
        super().apply(effects)
        if self.ended is None:
            self._placed()

    def _placed(self) -> None:
        """Every row says the element at which its node is, or the event that the node waits for."""
        state = decode_state(encode_state(self.snapshot.state))
        state.root.id = ROOT
        bind(state, compile_plan(self.process))
        rows = {**self.jobs, **self.subscriptions, **self.external_tasks, **self.user_tasks}
        for node in (state.root, *state.nodes.values()):
            for wait in node.waits or ():
                row = rows.get(wait.id) or self.called[wait.id]
                element = (wait.element or node.element).partition(TIMEOUT)[0]
                assert wait.id in self.called or row.activity_id == element
            if node is not state.root and node.phase in (Phase.ACTIVE, Phase.JOINING):
                record = self.open_activities[node.id]
                home = home_of(node)
                assert home is not None
                assert (record.activity_id, record.parent_id) == (node.element, home.id)
        seen = {ROOT}
        for node in state.nodes.values():
            assert node.parent is not None
            assert node.parent.id in seen, "a parent comes before its children"
            seen.add(node.id)

    def tree(self) -> Any:
        """The elements of the state, scopes as pairs of an element and what is inside of it."""
        return _inside(self.snapshot.state.root)


def _inside(node: Any) -> list[Any]:
    children = (node.children or {}).values()
    found = [(each.element, _inside(each)) if each.children else each.element for each in children]
    return sorted(found, key=str)


def plan(source: Process, target: Process, *arrows: Arrows, variables: Any = None) -> MigrationPlan:
    """A plan of these instructions; without any, of those that go without saying."""
    made: list[MigrationInstruction] = []
    for arrow in arrows:
        whole = (arrow, arrow) if isinstance(arrow, str) else arrow
        made.append(MigrationInstruction(*whole))
    instructions = tuple(made) if arrows else generate_plan(source, target)
    return MigrationPlan("definition", "target", instructions, variables or {})


def failures(source: Process, target: Process, *arrows: Arrows) -> list[str]:
    """What is wrong with the plan."""
    report = validate_plan(source, target, plan(source, target, *arrows))
    return [said for each in report.instruction_reports for said in each.failures]


def process(elements: str, *arrows: str, outside: str = "") -> Process:
    """A process of these elements and sequence flows; ``s`` and ``e`` are there already."""
    return read(f'<startEvent id="s"/><endEvent id="e"/>{elements}{flows(*arrows)}', outside)


def sub(name: str, inside: str, *arrows: str, attributes: str = "", more: str = "") -> str:
    """A sub-process that begins at ``<name>_s``."""
    start = f'<startEvent id="{name}_s"/>' if "triggeredByEvent" not in attributes else ""
    return f'<subProcess id="{name}" {attributes}>{start}{inside}{flows(*arrows)}</subProcess>{more}'


@pytest.fixture
def host() -> TestHost:
    return TestHost()


@pytest.fixture
def begin(host: TestHost) -> Callable[..., MigratingRun]:
    """``begin(process, **variables)``: a run of it that has been started."""

    def start(source: Process, **variables: Any) -> MigratingRun:
        run = MigratingRun(source, host)
        run.start(**variables)
        return run

    return start
