"""Events: start, catch, throw, end and boundary, and which definition may stand at which of them."""

from __future__ import annotations

from shoal.bpmn.events import (
    BoundaryEvent,
    EndEvent,
    ErrorEvent,
    EventDefinition,
    IntermediateCatchEvent,
    IntermediateThrowEvent,
    MessageEvent,
    StartEvent,
)
from shoal.bpmn.reader.access import (
    BPMN,
    XmlElement,
    attribute,
    engine_attribute,
    flag,
    local_name,
    namespace,
)
from shoal.bpmn.reader.event_definitions import read_definition
from shoal.bpmn.reader.forms import read_form
from shoal.bpmn.reader.site import ScopeKind, Site, node_fields

SUFFIX = "EventDefinition"
START_OF_PROCESS = ("", "message", "timer", "signal", "conditional")
START_OF_EVENT_SUB_PROCESS = (
    "message",
    "timer",
    "signal",
    "conditional",
    "error",
    "escalation",
    "compensate",
)
CATCH = ("message", "timer", "signal", "conditional", "link")
THROW = ("", "message", "signal", "escalation", "compensate", "link")
END = ("", "message", "signal", "escalation", "error", "compensate", "cancel", "terminate")
BOUNDARY = (
    "message",
    "timer",
    "signal",
    "conditional",
    "error",
    "escalation",
    "compensate",
    "cancel",
)


def read_start_event(site: Site) -> StartEvent:
    """A start event. Camunda 7: typed ones start processes and event sub-processes only."""
    allowed: tuple[str, ...]
    match site.scope_kind:
        case ScopeKind.PROCESS:
            allowed = START_OF_PROCESS
        case ScopeKind.EVENT_SUB_PROCESS:
            allowed = START_OF_EVENT_SUB_PROCESS
        case _:
            allowed = ("",)
    definition = _definition(site, allowed, throwing=False)
    interrupting = flag(site.element, "isInterrupting", default=True)
    if site.scope_kind is ScopeKind.EVENT_SUB_PROCESS:
        if isinstance(definition, ErrorEvent) and not interrupting:
            site.fault("error start event of event sub-process must be interrupting")
    elif isinstance(definition, MessageEvent):
        name = definition.message_name
        if name is not None and not name.is_literal:
            site.fault(
                f"invalid message name '{name.text}': expressions in the message start event name are not allowed",
                "a plain name",
            )
    form = read_form(site)
    return StartEvent(
        **node_fields(site),
        definition=definition,
        is_interrupting=interrupting,
        initiator_variable=engine_attribute(site.element, "initiator") or None,
        form_key=form.key,
        form_ref=form.reference,
        form_ref_binding=form.binding,
        form_ref_version=form.version,
    )


def read_catch_event(site: Site) -> IntermediateCatchEvent:
    """An intermediate event that waits."""
    definition = _definition(site, CATCH, throwing=False)
    return IntermediateCatchEvent(**node_fields(site), definition=definition)


def read_throw_event(site: Site) -> IntermediateThrowEvent:
    """An intermediate event that makes something happen."""
    definition = _definition(site, THROW, throwing=True)
    return IntermediateThrowEvent(**node_fields(site), definition=definition)


def read_end_event(site: Site) -> EndEvent:
    """An event at the end of a path."""
    definition = _definition(site, END, throwing=True)
    return EndEvent(**node_fields(site), definition=definition)


def read_boundary_event(site: Site) -> BoundaryEvent:
    """An event at the border of an activity; whether that exists is checked elsewhere."""
    definition = _definition(site, BOUNDARY, throwing=False)
    attached_to = attribute(site.element, "attachedToRef")
    if not attached_to:
        site.fault("boundary event without attachedToRef", "the id of an activity")
    cancel = flag(site.element, "cancelActivity", default=True)
    kinds = [_kind(each) for each in _definitions(site)]
    for kind in ("error", "cancel"):
        if kinds == [kind] and not cancel:
            site.fault(
                f"cancelActivity='false' on a boundary event of type {kind} is not executed",
                "cancelActivity='true'",
            )
    return BoundaryEvent(
        **node_fields(site),
        definition=definition,
        attached_to=attached_to or "",
        cancel_activity=cancel,
    )


def _definitions(site: Site) -> list[XmlElement]:
    return [
        each
        for each in site.element
        if namespace(each) == BPMN and local_name(each).lower().endswith(("eventdefinition", "eventdefinitionref"))
    ]


def _kind(definition: XmlElement) -> str:
    return local_name(definition).removesuffix(SUFFIX)


def _definition(site: Site, allowed: tuple[str, ...], throwing: bool) -> EventDefinition | None:
    """The event's only definition, None for a none event; everything else is a fault."""
    supported = ", ".join(name or "none" for name in allowed)
    found = _definitions(site)
    if flag(site.element, "parallelMultiple"):
        site.fault("parallel multiple events are not executed", "one event definition")
    if not found:
        if "" not in allowed:
            place = f"{site.kind} of {_article(site.scope_kind)}" if "start" in site.kind else site.kind
            site.fault(f"{place} without an event definition", supported)
        return None
    if len(found) > 1:
        site.fault("several event definitions on one event are not executed", "one definition")
        return None
    kind = _kind(found[0])
    if kind.endswith("Ref"):
        site.fault("eventDefinitionRef is not executed", "an event definition within the event")
        return None
    if kind == "cancel" and site.kind == "endEvent" and site.scope_kind is not ScopeKind.TRANSACTION:
        site.fault("end event with cancelEventDefinition only supported inside transaction sub-process")
    if kind not in allowed:
        place = f" of {_article(site.scope_kind)}" if site.kind == "startEvent" else ""
        site.fault(f"{kind}{SUFFIX} is not allowed on {site.kind} elements{place}", supported)
        return None
    return read_definition(found[0], site, throwing)


def _article(kind: ScopeKind) -> str:
    return f"an {kind}" if kind is ScopeKind.EVENT_SUB_PROCESS else f"a {kind}"
