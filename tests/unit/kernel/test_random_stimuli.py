"""Whatever comes in whatever order: state and rows stay in agreement, a cancellation leaves nothing behind.

The driver asserts the agreement after every step (``conftest.Run``); here are the processes and the stimuli.
"""

from __future__ import annotations

import random
import re
from typing import Any

import pytest

from shoal.errors import ConflictError, ExecutionError, NotFoundError
from shoal.kernel import Snapshot, Variables, decode_state, encode_state, stimulus
from shoal.kernel.effects import JobKind
from shoal.kernel.state import Phase
from shoal.values import infer

MESSAGES = 500
OUTSIDE = "".join(f'<message id="m{number}" name="mail{number}"/>' for number in range(MESSAGES))
OUTSIDE += '<signal id="sig" name="bell"/><error id="err" name="x" errorCode="E"/>'
OUTSIDE += '<escalation id="esc" name="late" escalationCode="L"/>'

EVENTS = {
    "message": '<messageEventDefinition messageRef="mail"/>',
    "signal": '<signalEventDefinition signalRef="sig"/>',
    "timer": "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>",
    "cycle": "<timerEventDefinition><timeCycle>R2/PT1H</timeCycle></timerEventDefinition>",
    "condition": "<conditionalEventDefinition><condition>${x &gt; 6}</condition></conditionalEventDefinition>",
    "error": '<errorEventDefinition errorRef="err"/>',
    "escalation": '<escalationEventDefinition escalationRef="esc"/>',
    "compensation": "<compensateEventDefinition/>",
    "terminate": "<terminateEventDefinition/>",
}
PLAIN_TASKS = ("userTask", "external", "receiveTask", "task", "callActivity", "message", "timer", "condition")
THROWS = ("escalation", "compensation")
ENDINGS = ("error", "escalation", "compensation", "terminate")
TWICE = "<loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
LOOPS = (
    "<multiInstanceLoopCharacteristics>" + TWICE,
    '<multiInstanceLoopCharacteristics isSequential="true">' + TWICE,
    '<standardLoopCharacteristics loopMaximum="2"/>',
)


class Grower:
    """Writes random blocks. Every method returns the ids at which a block begins and ends."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.parts: list[str] = []
        self.count = 0

    def text(self) -> str:
        """All of it; every message event has a message of its own."""
        numbers = iter(range(MESSAGES))
        return re.sub('messageRef="mail"', lambda _: f'messageRef="m{next(numbers)}"', "".join(self.parts))

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def flow(self, source: str, target: str, condition: str = "") -> str:
        number = self.name("f")
        inner = f"<if>{condition}</if>" if condition else ""
        self.parts.append(
            f'<sequenceFlow id="{number}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
        )
        return number

    def whole(self, depth: int, start: str = "") -> None:
        """The inside of a process or sub-process."""
        first = self.name("start")
        self.parts.append(f'<startEvent id="{first}">{start}</startEvent>')
        begin, end = self.block(depth)
        self.flow(first, begin)
        last = self.name("end")
        self.parts.append(f'<endEvent id="{last}"/>')
        self.flow(end, last)
        if depth > 0 and self.random.random() < 0.4:
            self.event_sub(depth - 1)

    def event_sub(self, depth: int) -> None:
        kind = self.random.choice(("message", "timer", "error", "escalation", "signal", "condition"))
        interrupting = "true" if kind == "error" else self.random.choice(("true", "false"))
        inner = Grower(self.random.randrange(10**9))
        inner.count = self.count + 1000
        inner.whole(depth - 1, EVENTS[kind])
        inner.parts[0] = inner.parts[0].replace("<startEvent ", f'<startEvent isInterrupting="{interrupting}" ', 1)
        self.count = inner.count
        name = self.name("event")
        self.parts.append(f'<subProcess id="{name}" triggeredByEvent="true">{"".join(inner.parts)}</subProcess>')

    def block(self, depth: int) -> tuple[str, str]:
        kinds = (
            ["task", "task"] if depth <= 0 else ["task", "sequence", "fork", "fork", "sub", "sub", "undo", "throw"]
        )
        return getattr(self, f"_{self.random.choice(kinds)}")(depth)

    def _sequence(self, depth: int) -> tuple[str, str]:
        first, end = self.block(depth - 1)
        for _ in range(self.random.randint(1, 2)):
            begin, last = self.block(depth - 1)
            self.flow(end, begin)
            end = last
        return first, end

    def _fork(self, depth: int) -> tuple[str, str]:
        tag = self.random.choice(("parallelGateway", "inclusiveGateway", "exclusiveGateway"))
        fork, join = self.name("fork"), self.name("join")
        default = ""
        for index in range(self.random.randint(2, 3)):
            begin, end = self.block(depth - 1)
            condition = "" if tag == "parallelGateway" or index == 0 else "${x &gt; " + str(index * 3) + "}"
            flow = self.flow(fork, begin, condition)
            if tag != "parallelGateway" and index == 0:
                default = f'default="{flow}"'
            if self.random.random() < 0.15:
                bad = self.name("bad")
                self.parts.append(f'<endEvent id="{bad}">{EVENTS[self.random.choice(ENDINGS)]}</endEvent>')
                self.flow(end, bad)
            else:
                self.flow(end, join)
        self.parts.append(f'<{tag} id="{fork}" {default}/><{tag} id="{join}"/>')
        return fork, join

    def _task(self, _depth: int) -> tuple[str, str]:
        name = self.name("t")
        kind = self.random.choice(PLAIN_TASKS)
        flags = "".join(
            f' camunda:{flag}="true"' for flag in ("asyncBefore", "asyncAfter") if self.random.random() < 0.15
        )
        if kind in EVENTS:
            self.parts.append(f'<intermediateCatchEvent id="{name}"{flags}>{EVENTS[kind]}</intermediateCatchEvent>')
            return name, name
        tag, attributes = kind, ""
        if kind == "external":
            tag, attributes = "serviceTask", ' camunda:type="external" camunda:topic="x"'
        elif kind == "receiveTask":
            attributes = ' messageRef="mail"'
        elif kind == "callActivity":
            attributes = ' calledElement="other"'
        loop = self.random.choice(LOOPS) if self.random.random() < 0.3 else ""
        self.parts.append(f'<{tag} id="{name}"{attributes}{flags}>{loop}</{tag}>')
        if self.random.random() < 0.4:
            self.boundary(name)
        return name, name

    def _throw(self, _depth: int) -> tuple[str, str]:
        name = self.name("throw")
        definition = EVENTS[self.random.choice(THROWS)]
        self.parts.append(f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>')
        return name, name

    def _undo(self, depth: int) -> tuple[str, str]:
        begin, end = self._sub(depth) if self.random.random() < 0.3 else self._task(0)
        if any(f'<intermediateCatchEvent id="{begin}"' in part for part in self.parts):
            return begin, end
        event, handler = self.name("b"), self.name("undo")
        self.parts.append(
            f'<boundaryEvent id="{event}" attachedToRef="{begin}"><compensateEventDefinition/></boundaryEvent>'
            f'<userTask id="{handler}" isForCompensation="true"/><association id="{self.name("a")}" '
            f'associationDirection="One" sourceRef="{event}" targetRef="{handler}"/>'
        )
        return begin, end

    def _sub(self, depth: int) -> tuple[str, str]:
        inner = Grower(self.random.randrange(10**9))
        inner.count = self.count + 1000
        if self.random.random() < 0.2:
            return self.transaction(inner, depth - 1)
        inner.whole(depth - 1)
        self.count = inner.count
        name = self.name("sub")
        loop = self.random.choice(LOOPS) if self.random.random() < 0.2 else ""
        self.parts.append(f'<subProcess id="{name}">{loop}{"".join(inner.parts)}</subProcess>')
        if self.random.random() < 0.6:
            self.boundary(name)
        return name, name

    def transaction(self, inner: Grower, depth: int) -> tuple[str, str]:
        begin, end = inner.block(depth)
        inner.parts.append(
            '<startEvent id="{0}s"/><endEvent id="{0}e"/><exclusiveGateway id="{0}x" default="{0}d"/>'
        )
        inner.parts.append('<endEvent id="{0}c"><cancelEventDefinition/></endEvent>')
        inner.parts.append('<sequenceFlow id="{0}d" sourceRef="{0}x" targetRef="{0}e"/>')
        inner.flow("{0}s", begin)
        inner.flow(end, "{0}x")
        inner.flow("{0}x", "{0}c", "${{x &gt; 4}}")
        self.count = inner.count
        name, event, last = self.name("tx"), self.name("b"), self.name("end")
        content = "".join(inner.parts).replace("{0}", name).replace("${{", "${").replace("}}", "}")
        self.parts.append(
            f'<transaction id="{name}">{content}</transaction><boundaryEvent id="{event}" attachedToRef="{name}">'
            f'<cancelEventDefinition/></boundaryEvent><endEvent id="{last}"/>'
        )
        self.flow(event, last)
        return name, name

    def boundary(self, attached: str) -> None:
        kind = self.random.choice(("message", "timer", "cycle", "error", "escalation", "condition"))
        interrupting = "true" if kind == "error" else self.random.choice(("true", "false"))
        if kind == "cycle":
            interrupting = "false"
        if kind == "escalation" and not attached.startswith("sub"):
            kind = "signal"
        event, end = self.name("b"), self.name("end")
        self.parts.append(
            f'<boundaryEvent id="{event}" attachedToRef="{attached}" cancelActivity="{interrupting}">'
            f'{EVENTS[kind]}</boundaryEvent><endEvent id="{end}"/>'
        )
        begin, last = self._task(0)
        self.flow(event, begin)
        self.flow(last, end)


def poke(run: Any, chance: random.Random) -> stimulus.Stimulus:
    """Something that can happen now."""
    choices: list[Any] = [stimulus.SetVariables({"x": infer("x", chance.randint(0, 9))})]
    for task in run.user_tasks.values():
        choices += [stimulus.Complete(task.node_id)] * 3
        choices.append(stimulus.ThrowError(task.node_id, "E"))
    for task in run.external_tasks.values():
        choices += [stimulus.Complete(task.node_id), stimulus.ThrowError(task.node_id, chance.choice("EF"))]
    for job in run.jobs.values():
        if job.kind is JobKind.TIMER:
            choices.append(stimulus.Trigger(job.node_id, job.id, job.activity_id, repeat=job.repeat))
        else:
            choices.append(stimulus.Continue(job.node_id, job.id))
    for wait in run.subscriptions.values():
        choices.append(stimulus.Trigger(wait.node_id, wait.id, wait.activity_id))
    for child in run.called.values():
        choices += [stimulus.ChildEnded(child.node_id), stimulus.ChildFailed(child.node_id, "E")]
    nodes = [node for node in run.snapshot.state.nodes.values() if node.phase is not Phase.KEPT]
    if chance.random() < 0.15 and nodes:
        elements = [each for each in run.process.nodes if not each.startswith(("b", "f", "undo", "event"))]
        instructions = [
            stimulus.CancelNode(chance.choice(nodes).id),
            stimulus.CancelActivity(chance.choice(nodes).element),
            stimulus.StartBefore(chance.choice(elements)),
        ]
        chance.shuffle(instructions)
        return stimulus.Modify(tuple(instructions[: chance.randint(1, 3)]))
    return chance.choice(choices)


def copy_of(snapshot: Snapshot) -> Snapshot:
    scopes = {key: dict(each) for key, each in snapshot.variables.scopes.items()}
    return Snapshot(snapshot.instance, decode_state(encode_state(snapshot.state)), Variables(scopes))


@pytest.mark.parametrize("seed", range(150))
def test_state_and_rows_stay_in_agreement(model: Any, seed: int) -> None:
    grower = Grower(seed)
    grower.whole(3)
    chance = random.Random(seed)
    for reload in (True, False):
        run = model(grower.text(), outside=OUTSIDE, reload=reload).start(x=chance.randint(0, 9))
        for _ in range(40):
            if run.ended is not None:
                break
            before = copy_of(run.snapshot)
            happens = poke(run, chance)
            ended_children = [
                key
                for key, child in run.called.items()
                if isinstance(happens, stimulus.ChildEnded | stimulus.ChildFailed)
                and child.node_id == happens.node_id
            ]
            gone = {key: run.called.pop(key) for key in ended_children}
            try:
                run.do(happens)
            except (ConflictError, ExecutionError, NotFoundError):
                # two scopes to choose from, or an element that cannot be begun out of its place
                if not isinstance(happens, stimulus.Modify):
                    raise
                run.snapshot = before
                run.called.update(gone)
        if run.ended is None:
            run.do(stimulus.Cancel())
        assert run.ended is not None
