"""Models and steps for the tests of migrating instances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.integration.commands.models import END, MESSAGE, START, chain
from tests.integration.commands.scene import (
    typed,
    written,
)

from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.migrate_instances import (
    migrate_instances,
    prepare_migrate,
)
from shoal.commands.migrating import Migrate
from shoal.commands.migration_plans import open_migration
from shoal.commands.outcome import ChunkOutcome
from shoal.kernel.migration import MigrationInstruction, MigrationPlan

UNKNOWN = "00000000-0000-7000-8000-000000000000"


def _task(element_id: str, more: str = "", inside: str = "") -> tuple[str, str]:
    return element_id, f'<bpmn:userTask id="{element_id}" {more}>{inside}{{}}</bpmn:userTask>'


def _work(element_id: str) -> tuple[str, str]:
    attributes = 'camunda:type="external" camunda:topic="work"'
    return element_id, f'<bpmn:serviceTask id="{element_id}" {attributes}>{{}}</bpmn:serviceTask>'


def _service(element_id: str) -> tuple[str, str]:
    attributes = 'camunda:asyncBefore="true" camunda:class="code"'
    return element_id, f'<bpmn:serviceTask id="{element_id}" {attributes}>{{}}</bpmn:serviceTask>'


def _timeout(event_id: str, attached_to: str, duration: str) -> str:
    return (
        f'<bpmn:boundaryEvent id="{event_id}" attachedToRef="{attached_to}"><bpmn:outgoing>t1</bpmn:outgoing>'
        f"<bpmn:timerEventDefinition><bpmn:timeDuration>{duration}</bpmn:timeDuration></bpmn:timerEventDefinition>"
        f'</bpmn:boundaryEvent><bpmn:sequenceFlow id="t1" sourceRef="{event_id}" targetRef="late"/>'
        '<bpmn:endEvent id="late"><bpmn:incoming>t1</bpmn:incoming></bpmn:endEvent>'
    )


def _receive(element_id: str) -> tuple[str, str]:
    return element_id, f'<bpmn:receiveTask id="{element_id}" messageRef="m1">{{}}</bpmn:receiveTask>'


OLD = chain("old", START, _task("task"), END)
NEW = chain("new", START, _task("review"), _task("task2"), END)
WORK_OLD = chain("work-old", START, _work("work"), END)
WORK_NEW = chain("work-new", START, _work("labour"), END)
LATER_OLD = chain("later-old", START, _service("service"), END)
LATER_NEW = chain("later-new", START, _service("serve"), END)
TIMED_OLD = chain("timed-old", START, _task("task"), END, more=_timeout("timeout", "task", "PT1H"))
TIMED_NEW = chain("timed-new", START, _task("job"), END, more=_timeout("over", "job", "PT2H"))
MESSAGE_OLD = chain("message-old", START, _receive("wait"), END, roots=MESSAGE)
MESSAGE_NEW = chain(
    "message-new", START, _receive("await"), END, roots='<bpmn:message id="m1" name="transferred"/>'
)
LISTENED = (
    '<bpmn:extensionElements><camunda:executionListener event="start" class="code"/></bpmn:extensionElements>'
)
SCOPED_NEW = chain(
    "scoped-new",
    START,
    (
        "sub",
        (
            f'<bpmn:subProcess id="sub">{LISTENED}{{}}<bpmn:startEvent id="s"/>'
            '<bpmn:sequenceFlow id="g1" sourceRef="s" targetRef="task"/><bpmn:userTask id="task"/>'
            '<bpmn:sequenceFlow id="g2" sourceRef="task" targetRef="e"/><bpmn:endEvent id="e"/></bpmn:subProcess>'
        ),
    ),
    END,
)
FILES = {
    "old": OLD,
    "new": NEW,
    "work-old": WORK_OLD,
    "work-new": WORK_NEW,
    "later-old": LATER_OLD,
    "later-new": LATER_NEW,
    "timed-old": TIMED_OLD,
    "timed-new": TIMED_NEW,
    "message-old": MESSAGE_OLD,
    "message-new": MESSAGE_NEW,
    "scoped-new": SCOPED_NEW,
}
ARROWS = {
    "old": ("new", "task", "review"),
    "work-old": ("work-new", "work", "labour"),
    "later-old": ("later-new", "service", "serve"),
    "message-old": ("message-new", "wait", "await"),
}


def deployed(ctx: Context) -> dict[str, str]:
    """The ids of the definitions by key."""
    made = deploy(ctx, {f"{name}.bpmn": content for name, content in FILES.items()})
    return {each.key: each.id for each in made.definitions}


def plan_of(
    definitions: dict[str, str], source: str, target: str, *arrows: tuple[Any, ...], **variables: Any
) -> MigrationPlan:
    """A plan between two of the files; the arrows are activities of both."""
    instructions = tuple(MigrationInstruction(*each) for each in arrows)
    return MigrationPlan(definitions[source], definitions[target], instructions, typed(**variables))


def migration_of(ctx: Context, definitions: dict[str, str], source: str = "old", **variables: Any) -> Migrate:
    """A migration from a file to the one it has an arrow to."""
    target, *arrow = ARROWS[source]
    return open_migration(ctx, plan_of(definitions, source, target, tuple(arrow), **variables))


def migrate(ctx: Context, ids: Sequence[str], migration: Migrate) -> ChunkOutcome:
    """Both halves of it for a chunk."""
    prepared = prepare_migrate(ctx, ids, migration)
    return written(ctx, lambda tx: migrate_instances(ctx, tx, ids, prepared))
