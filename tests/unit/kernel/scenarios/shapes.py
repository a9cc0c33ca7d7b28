"""Models in a few words: arrows, and the elements that need more than a name.

In arrows ``s``, ``s2`` are start events, ``e``, ``e2`` end events, ``xor_a``, ``and_a``, ``or_a``, ``evt_a``
gateways; every other id that nobody declares is a user task.
"""

from __future__ import annotations

import re
from itertools import pairwise

OUTSIDE = "".join(f'<message id="m{n}" name="mail{n}"/><signal id="g{n}" name="bell{n}"/>' for n in (1, 2))
OUTSIDE += '<signal id="gx" name="bell-${n}"/>'
OUTSIDE += "".join(
    f'<error id="E{n}" errorCode="E{n}"/><escalation id="X{n}" escalationCode="X{n}"/>' for n in (1, 2)
)

_GATEWAYS = {"xor": "exclusive", "and": "parallel", "or": "inclusive", "evt": "eventBased"}


def draw(*arrows: str, declared: str = "") -> str:
    """Sequence flows such as ``a > b > c`` and ``a > b: ${x}``, with the elements that nobody has declared."""
    found: list[str] = []
    known = set(re.findall(r'\bid="([^"]*)"', declared))
    for arrow in arrows:
        path, _, condition = arrow.partition(":")
        stops = [stop.strip() for stop in path.split(">")]
        for stop in stops:
            if stop not in known:
                known.add(stop)
                found.append(_element(stop))
        for source, target in pairwise(stops):
            number = sum(f' id="{source}_{target}' in each for each in found)
            name = f"{source}_{target}" + (f"_{number + 1}" if number else "")
            inner = f"<if>{condition.strip().replace('<', '&lt;')}</if>" if condition else ""
            found.append(
                f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
            )
    return "".join(found)


def _element(name: str) -> str:
    prefix = name.partition("_")[0]
    if prefix in _GATEWAYS:
        return f'<{_GATEWAYS[prefix]}Gateway id="{name}"/>'
    if re.fullmatch(r"s\d*", name):
        return f'<startEvent id="{name}"/>'
    if re.fullmatch(r"e\d*", name):
        return f'<endEvent id="{name}"/>'
    return f'<userTask id="{name}"/>'


def sub(name: str, *arrows: str, body: str = "", more: str = "", tag: str = "subProcess") -> str:
    """A sub-process; ``more`` are attributes."""
    return f'<{tag} id="{name}" {more}>{body}{draw(*arrows, declared=body)}</{tag}>'


def event_sub(name: str, start: str, *arrows: str, body: str = "", interrupting: bool = True) -> str:
    """An event sub-process; its start event is ``<name>_s``."""
    begin = f'<startEvent id="{name}_s" isInterrupting="{str(interrupting).lower()}">{start}</startEvent>'
    return sub(name, *arrows, body=begin + body, more='triggeredByEvent="true"')


def boundary(name: str, host: str, definition: str, interrupting: bool = True) -> str:
    cancel = str(interrupting).lower()
    return (
        f'<boundaryEvent id="{name}" attachedToRef="{host}" cancelActivity="{cancel}">{definition}</boundaryEvent>'
    )


def start(name: str, definition: str = "") -> str:
    return f'<startEvent id="{name}">{definition}</startEvent>'


def end(name: str, definition: str = "") -> str:
    return f'<endEvent id="{name}">{definition}</endEvent>'


def throw(name: str, definition: str = "") -> str:
    return f'<intermediateThrowEvent id="{name}">{definition}</intermediateThrowEvent>'


def catch(name: str, definition: str) -> str:
    return f'<intermediateCatchEvent id="{name}">{definition}</intermediateCatchEvent>'


def service(name: str, more: str = 'camunda:class="work"', inside: str = "") -> str:
    return f'<serviceTask id="{name}" {more}>{inside}</serviceTask>'


def undo(host: str) -> str:
    """A compensation handler ``<host>_undo`` for the activity."""
    return (
        boundary(f"{host}_c", host, COMPENSATE)
        + f'<userTask id="{host}_undo" isForCompensation="true"/>'
        + f'<association id="{host}_a" associationDirection="One" sourceRef="{host}_c" targetRef="{host}_undo"/>'
    )


def error(ref: str = "", more: str = "") -> str:
    return f"<errorEventDefinition {_ref('error', ref)} {more}/>"


def escalation(ref: str = "", more: str = "") -> str:
    return f"<escalationEventDefinition {_ref('escalation', ref)} {more}/>"


def signal(ref: str, inside: str = "") -> str:
    return f'<signalEventDefinition signalRef="{ref}">{inside}</signalEventDefinition>'


def message(ref: str) -> str:
    return f'<messageEventDefinition messageRef="{ref}"/>'


def timer(text: str = "PT1H", kind: str = "Duration") -> str:
    return f"<timerEventDefinition><time{kind}>{text}</time{kind}></timerEventDefinition>"


def condition(text: str, more: str = "") -> str:
    return f"<conditionalEventDefinition {more}><condition>{text}</condition></conditionalEventDefinition>"


def compensate(ref: str = "") -> str:
    return f"<compensateEventDefinition {_ref('activity', ref)}/>"


COMPENSATE = "<compensateEventDefinition/>"
TERMINATE = "<terminateEventDefinition/>"
CANCEL = "<cancelEventDefinition/>"


def loop(count: str = "3", sequential: bool = False, until: str = "", more: str = "") -> str:
    """Multi-instance characteristics; ``count`` is empty when ``more`` names a collection."""
    cardinality = f"<loopCardinality>{count}</loopCardinality>" if count else ""
    condition = f"<completionCondition>{until}</completionCondition>" if until else ""
    kind = str(sequential).lower()
    return (
        f'<multiInstanceLoopCharacteristics isSequential="{kind}" {more}>{cardinality}{condition}'
        "</multiInstanceLoopCharacteristics>"
    )


def extended(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def _ref(kind: str, ref: str) -> str:
    return f'{kind}Ref="{ref}"' if ref else ""
