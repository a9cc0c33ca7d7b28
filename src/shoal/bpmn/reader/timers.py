"""Timer event definitions: exactly one of date, duration and cycle, and literal texts that are right."""

from __future__ import annotations

from shoal.bpmn.events import TimerEvent, TimerKind
from shoal.bpmn.reader.access import XmlElement, children, text
from shoal.bpmn.reader.findings import Findings, Owner
from shoal.bpmn.timers import TimerTextError, check_timer_text
from shoal.expressions import compile_expression

KINDS = {
    "timeDate": TimerKind.DATE,
    "timeDuration": TimerKind.DURATION,
    "timeCycle": TimerKind.CYCLE,
}
EXAMPLES = {
    TimerKind.DATE: "an ISO 8601 date such as 2030-01-31T12:00:00Z",
    TimerKind.DURATION: "an ISO 8601 duration such as PT5M",
    TimerKind.CYCLE: "R3/PT10M or a cron expression with six fields such as '0 0/5 * * * ?'",
}


def read_timer(definition: XmlElement, owner: Owner, findings: Findings) -> TimerEvent:
    """The timer; if it is wrong that is a fault, and something harmless is returned."""
    place = owner.at(definition)
    found = [(kind, each) for name, kind in KINDS.items() for each in children(definition, name)]
    if not found:
        findings.fault(
            place,
            "timer needs configuration (either timeDate, timeCycle or timeDuration is needed)",
            ", ".join(KINDS),
        )
        return TimerEvent(TimerKind.DURATION, compile_expression("PT0S"))
    if len(found) > 1:
        findings.fault(place, "timer has several of timeDate, timeCycle, timeDuration", "one")
    kind, element = found[0]
    place = owner.at(element)
    content = text(element)
    where = f"time{kind.value.capitalize()}"
    if not content:
        findings.fault(place, f"{where} is empty", EXAMPLES[kind])
    expression = findings.expression(place, content, where)
    if content and expression.is_literal:
        try:
            check_timer_text(kind, expression.literal_value or "")
        except TimerTextError as error:
            findings.fault(place, f"{where}: {error}", EXAMPLES[kind])
    return TimerEvent(kind, expression)
