"""Work that is done outside of the token: external tasks by topic, or code that is called."""

from __future__ import annotations

from shoal.bpmn.activities import ExternalWork
from shoal.bpmn.extensions import Code
from shoal.bpmn.reader.access import XmlElement, attribute, engine_attribute, extensions
from shoal.bpmn.reader.catalog import find
from shoal.bpmn.reader.code import code_of_work
from shoal.bpmn.reader.extensions import read_priority
from shoal.bpmn.reader.site import Site
from shoal.expressions import Expression

IMPLEMENTATIONS = "camunda:class, delegateExpression, expression, or type='external' with a topic"


def has_implementation(element: XmlElement) -> bool:
    """Camunda 7: whether a send task or a message event is implemented like a service task."""
    names = ("class", "expression", "delegateExpression", "type")
    return any(engine_attribute(element, name) is not None for name in names)


def read_work(element: XmlElement, site: Site, kind: str) -> tuple[ExternalWork | None, Code | None]:
    """The implementation that ``element`` (a task, or a message event definition) names.

    A fault if there is none that can be executed.
    """
    work_type = engine_attribute(element, "type")
    if work_type is None:
        code = code_of_work(element, site.owner, site.findings)
        if code is None and not extensions(element, "connector"):
            site.fault(
                "one of the attributes 'class', 'delegateExpression', 'type', or 'expression' "
                f"is mandatory on {kind}",
                IMPLEMENTATIONS,
            )
        return None, code
    if work_type.strip().lower() != "external":
        site.fault(f"camunda:type='{work_type}' is not executed on {kind}", IMPLEMENTATIONS)
        return None, None
    topic = site.findings.expression(
        site.owner, (engine_attribute(element, "topic") or "").strip(), "camunda:topic"
    )
    if not topic.text:
        site.fault("external tasks must specify a 'topic' attribute in the camunda namespace")
    priority = read_priority(engine_attribute(element, "taskPriority"), "taskPriority", site.owner, site.findings)
    return ExternalWork(topic, priority, _error_definitions(element, site)), None


def _error_definitions(element: XmlElement, site: Site) -> tuple[tuple[str, Expression], ...]:
    found: list[tuple[str, Expression]] = []
    for each in extensions(element, "errorEventDefinition"):
        owner = site.owner.at(each)
        reference = attribute(each, "errorRef")
        condition = attribute(each, "expression")
        if not reference:
            site.findings.fault(owner, "camunda:errorEventDefinition without errorRef", "errorRef")
            continue
        error = find(site.catalog.errors, reference)
        code = reference if error is None else error.name
        if code is None:
            site.findings.fault(owner, f"the error '{reference}' has no errorCode", "an error with an errorCode")
            continue
        if not condition:
            site.findings.fault(owner, "camunda:errorEventDefinition without an expression", "expression")
            continue
        where = "camunda:errorEventDefinition expression"
        found.append((code, site.findings.expression(owner, condition, where)))
    return tuple(found)
