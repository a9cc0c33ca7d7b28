"""User tasks: people, dates, forms and task listeners."""

from __future__ import annotations

from shoal.bpmn.activities import TaskListener, UserTask
from shoal.bpmn.reader.access import (
    XmlElement,
    attribute,
    child,
    children,
    engine_attribute,
    extensions,
    text,
)
from shoal.bpmn.reader.activities import activity_fields
from shoal.bpmn.reader.code import code_of_listener
from shoal.bpmn.reader.extensions import comma_separated
from shoal.bpmn.reader.forms import read_form
from shoal.bpmn.reader.site import Site
from shoal.bpmn.reader.timers import read_timer
from shoal.expressions import Expression

TASK_EVENTS = ("create", "assignment", "update", "complete", "delete", "timeout")


def read_user_task(site: Site) -> UserTask:
    """A user task."""
    common = activity_fields(site)
    users, groups = _potential_owners(site)
    users += _expressions(site, "candidateUsers")
    groups += _expressions(site, "candidateGroups")
    name, description = common["name"], common["documentation"]
    form = read_form(site)
    return UserTask(
        **common,
        assignee=_assignee(site),
        candidate_users=tuple(users),
        candidate_groups=tuple(groups),
        due_date=site.expression("dueDate"),
        follow_up_date=site.expression("followUpDate"),
        priority=site.expression("priority"),
        form_key=form.key,
        form_ref=form.reference,
        form_ref_binding=form.binding,
        form_ref_version=form.version,
        task_listeners=_task_listeners(site),
        task_name=None if name is None else site.findings.expression(site.owner, name, "name"),
        description=(
            None if description is None else site.findings.expression(site.owner, description, "documentation")
        ),
    )


def _expressions(site: Site, name: str) -> list[Expression]:
    entries = comma_separated(engine_attribute(site.element, name))
    return [site.findings.expression(site.owner, entry, f"camunda:{name}") for entry in entries]


def _assignee(site: Site) -> Expression | None:
    performers = children(site.element, "humanPerformer")
    assignee = site.expression("assignee")
    if len(performers) > 1:
        site.fault("multiple humanPerformer sub elements defined", "one humanPerformer")
    if not performers:
        return assignee
    assignment = _assignment(performers[0])
    if assignment is None:
        return assignee
    if assignee is not None:
        site.fault("duplicate assignee declaration", "humanPerformer or camunda:assignee")
    return site.findings.expression(site.owner.at(performers[0]), assignment, "humanPerformer")


def _potential_owners(site: Site) -> tuple[list[Expression], list[Expression]]:
    """Camunda 7: ``user(x)`` is a user, ``group(x)`` or plain ``x`` is a group."""
    users: list[Expression] = []
    groups: list[Expression] = []
    for element in children(site.element, "potentialOwner"):
        for entry in comma_separated(_assignment(element)):
            target, identity = groups, entry
            for prefix, people in (("user(", users), ("group(", groups)):
                if entry.startswith(prefix) and entry.endswith(")"):
                    target, identity = people, entry[len(prefix) : -1].strip()
            owner = site.owner.at(element)
            target.append(site.findings.expression(owner, identity, "potentialOwner"))
    return users, groups


def _assignment(element: XmlElement) -> str | None:
    holder = child(element, "resourceAssignmentExpression")
    expression = None if holder is None else child(holder, "formalExpression")
    return text(expression) or None


def _task_listeners(site: Site) -> tuple[TaskListener, ...]:
    found: list[TaskListener] = []
    for element in extensions(site.element, "taskListener"):
        owner = site.owner.at(element)
        event = attribute(element, "event")
        identifier = attribute(element, "id")
        timer = None
        if not event:
            site.findings.fault(owner, "attribute 'event' is mandatory on taskListener", ", ".join(TASK_EVENTS))
        else:
            site.findings.one_of(owner, event, TASK_EVENTS, "event of camunda:taskListener")
        if event == "timeout":
            definition = child(element, "timerEventDefinition")
            if not identifier:
                site.findings.fault(owner, "'id' is mandatory on taskListener of type 'timeout'", "an id")
            if definition is None:
                site.findings.fault(
                    owner,
                    "'timerEventDefinition' is mandatory on taskListener of type 'timeout'",
                    "a timerEventDefinition",
                )
            else:
                timer = read_timer(definition, site.owner, site.findings)
        code = code_of_listener(element, owner, site.findings)
        if code is not None and event:
            found.append(TaskListener(event, code, id=identifier, timer=timer))
    return tuple(found)
