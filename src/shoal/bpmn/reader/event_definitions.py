"""Event definitions: why an event happens, with what it refers to."""

from __future__ import annotations

from shoal.bpmn.events import (
    CancelEvent,
    CompensateEvent,
    ConditionalEvent,
    ErrorEvent,
    EscalationEvent,
    EventDefinition,
    LinkEvent,
    MessageEvent,
    SignalEvent,
    TerminateEvent,
)
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    child,
    engine_attribute,
    engine_flag,
    flag,
    local_name,
)
from shoal.bpmn.reader.catalog import find
from shoal.bpmn.reader.code import result_variable
from shoal.bpmn.reader.conditions import read_condition
from shoal.bpmn.reader.extensions import comma_separated
from shoal.bpmn.reader.mappings import read_variable_mappings
from shoal.bpmn.reader.site import Site
from shoal.bpmn.reader.timers import read_timer
from shoal.bpmn.reader.vocabulary import check_vocabulary
from shoal.bpmn.reader.work import has_implementation, read_work
from shoal.expressions import Expression

VARIABLE_EVENTS = ("create", "update", "delete")


def read_definition(definition: XmlElement, site: Site, throwing: bool) -> EventDefinition | None:
    """The event definition; None (and a fault) if nothing can be made of it."""
    check_vocabulary(definition, site.owner.at(definition), site.findings)
    match local_name(definition).removesuffix("EventDefinition"):
        case "message":
            return _message(definition, site, throwing)
        case "timer":
            return read_timer(definition, site.owner, site.findings)
        case "error":
            return _error(definition, site, throwing)
        case "escalation":
            return _escalation(definition, site, throwing)
        case "signal":
            return _signal(definition, site, throwing)
        case "conditional":
            return _conditional(definition, site)
        case "compensate":
            return _compensate(definition, site, throwing)
        case "link":
            return _link(definition, site)
        case "cancel":
            return CancelEvent()
        case "terminate":
            return TerminateEvent()
        case _:
            return None


def message_name(element: XmlElement, site: Site, required: bool) -> Expression | None:
    """The name of the message that ``messageRef`` of the element means."""
    owner = site.owner.at(element)
    reference = attribute(element, "messageRef")
    if not reference:
        if required:
            site.findings.fault(owner, "attribute 'messageRef' is required", "a message's id")
        return None
    message = find(site.catalog.messages, reference)
    if message is None:
        said = f"invalid 'messageRef': no message with id '{reference}' found"
        if not required and has_implementation(element):
            # Camunda 7: what is sent is up to the implementation, and nobody looks at the reference.
            site.findings.warn(owner, said)
        else:
            site.findings.fault(owner, said, ", ".join(sorted(site.catalog.messages)[:10]))
        return None
    if not message.name:
        if required:
            site.findings.fault(
                owner,
                f"cannot have a message event subscription with an empty or missing name (message '{message.id}')",
                "a message with a name",
            )
        return None
    return site.findings.expression(owner, message.name, f"name of message '{message.id}'")


def _message(definition: XmlElement, site: Site, throwing: bool) -> MessageEvent:
    if not throwing:
        return MessageEvent(message_name(definition, site, required=True))
    name = message_name(definition, site, required=False)
    if not has_implementation(definition):
        if name is None:
            site.findings.warn(
                site.owner, "a message is thrown without a name and an implementation: nothing is sent"
            )
        return MessageEvent(name)
    external, code = read_work(definition, site, "messageEventDefinition")
    return MessageEvent(
        message_name=name,
        code=code,
        external_topic=external.topic if external else None,
        external_priority=external.priority if external else None,
        external_error_definitions=external.error_definitions if external else (),
        result_variable=result_variable(definition),
    )


def _error(definition: XmlElement, site: Site, throwing: bool) -> ErrorEvent:
    owner = site.owner.at(definition)
    reference = attribute(definition, "errorRef")
    code = message = None
    if reference:
        error = find(site.catalog.errors, reference)
        if error is None:
            # Camunda 7: a reference to nothing is a shortcut for the error code itself.
            site.findings.warn(owner, f"no error with id '{reference}': it is taken as the code")
            code = reference
        else:
            code = error.name
            if throwing and code is None:
                site.findings.fault(
                    owner,
                    "'errorCode' is mandatory on errors referenced by throwing error event "
                    f"definitions, but the error '{error.id}' does not define one",
                    "an errorCode",
                )
            if throwing and error.message:
                where = f"camunda:errorMessage of error '{error.id}'"
                message = site.findings.expression(owner, error.message, where)
    elif throwing:
        site.findings.fault(owner, "'errorRef' attribute is mandatory on error end event", "an error's id")
    return ErrorEvent(
        error_code=code,
        error_message=message,
        code_variable=engine_attribute(definition, "errorCodeVariable"),
        message_variable=engine_attribute(definition, "errorMessageVariable"),
    )


def _escalation(definition: XmlElement, site: Site, throwing: bool) -> EscalationEvent:
    owner = site.owner.at(definition)
    reference = attribute(definition, "escalationRef")
    code = None
    if reference:
        escalation = find(site.catalog.escalations, reference)
        if escalation is None:
            site.findings.fault(
                owner,
                f"could not find escalation with id '{reference}'",
                ", ".join(sorted(site.catalog.escalations)[:10]),
            )
        else:
            code = escalation.name
            if throwing and code is None:
                site.findings.fault(
                    owner,
                    f"throwing escalation event must have an 'escalationCode', but '{escalation.id}' has none",
                    "an escalationCode",
                )
    elif throwing:
        site.findings.fault(
            owner,
            "escalationEventDefinition does not have required attribute 'escalationRef'",
            "an escalation's id",
        )
    variable = engine_attribute(definition, "escalationCodeVariable")
    return EscalationEvent(escalation_code=code, code_variable=variable)


def _signal(definition: XmlElement, site: Site, throwing: bool) -> SignalEvent:
    owner = site.owner.at(definition)
    reference = attribute(definition, "signalRef")
    if not reference:
        site.findings.fault(
            owner,
            "signalEventDefinition does not have required property 'signalRef'",
            "a signal's id",
        )
        return SignalEvent()
    signal = find(site.catalog.signals, reference)
    if signal is None or signal.name is None:
        what = f"could not find signal with id '{reference}'"
        if signal is not None:
            what = f"signal with id '{reference}' has no name"
        site.findings.fault(owner, what, ", ".join(sorted(site.catalog.signals)[:10]))
        return SignalEvent()
    return SignalEvent(
        signal_name=site.findings.expression(owner, signal.name, f"name of signal '{signal.id}'"),
        is_async=engine_flag(definition, "async"),
        inputs=(read_variable_mappings(definition, "in", site.owner, site.findings) if throwing else ()),
    )


def _conditional(definition: XmlElement, site: Site) -> ConditionalEvent:
    owner = site.owner.at(definition)
    element = child(definition, "condition")
    if element is None:
        site.findings.fault(owner, "conditional event must contain an expression for evaluation", "condition")
        return ConditionalEvent()
    expression, script = read_condition(element, site.owner, site.findings, "condition")
    events = tuple(comma_separated(engine_attribute(definition, "variableEvents")))
    for event in events:
        site.findings.one_of(owner, event, VARIABLE_EVENTS, "camunda:variableEvents")
    return ConditionalEvent(
        expression=expression,
        script=script,
        variable_name=engine_attribute(definition, "variableName"),
        variable_events=events,
    )


def _compensate(definition: XmlElement, site: Site, throwing: bool) -> CompensateEvent:
    owner = site.owner.at(definition)
    reference = attribute(definition, "activityRef")
    wait = flag(definition, "waitForCompletion", default=True)
    if throwing and not wait:
        site.findings.warn(owner, "'waitForCompletion=false' is not supported; the event waits for compensation")
    if not throwing and reference:
        site.findings.warn(owner, "'activityRef' is ignored on a catching compensation event")
        reference = None
    return CompensateEvent(activity_ref=reference or None, wait_for_completion=True)


def _link(definition: XmlElement, site: Site) -> LinkEvent:
    name = attribute(definition, "name")
    if not name:
        site.findings.fault(site.owner.at(definition), "link event definition without a name", "a name")
    return LinkEvent(link_name=name or "")
