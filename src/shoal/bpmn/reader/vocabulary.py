"""Camunda's attributes and extension elements: which exist, where they mean something, which are refused.

An attribute that Camunda 7 does not have is a fault, as somebody expects something of it. One that exists
but means nothing at its place is a warning, as Camunda 7 ignores it as well.
"""

from __future__ import annotations

from shoal.bpmn.reader.access import (
    XmlElement,
    engine_attribute_names,
    extensions,
    local_name,
)
from shoal.bpmn.reader.findings import Findings, Owner

HARMLESS = frozenset(
    {
        "modelerTemplate",
        "modelerTemplateVersion",
        "modelerTemplateIcon",
        "diagramRelationId",
        "formHandlerClass",
    }
)
JOBS = frozenset({"async", "asyncBefore", "asyncAfter", "exclusive", "jobPriority"})
FORM = frozenset({"formKey", "formRef", "formRefBinding", "formRefVersion"})
WORK = frozenset(
    {
        "class",
        "delegateExpression",
        "expression",
        "type",
        "topic",
        "taskPriority",
        "resultVariable",
        "resultVariableName",
    }
)
DECISION = frozenset(
    {
        "decisionRef",
        "decisionRefBinding",
        "decisionRefVersion",
        "decisionRefVersionTag",
        "decisionRefTenantId",
        "mapDecisionResult",
    }
)
USER_TASK = frozenset({"assignee", "candidateUsers", "candidateGroups", "dueDate", "followUpDate", "priority"})
CALL = frozenset(
    {
        "calledElementBinding",
        "calledElementVersion",
        "calledElementVersionTag",
        "calledElementTenantId",
        "variableMappingClass",
        "variableMappingDelegateExpression",
        "caseRef",
        "caseBinding",
        "caseVersion",
        "caseTenantId",
    }
)
PROCESS = frozenset(
    {
        "versionTag",
        "historyTimeToLive",
        "isStartableInTasklist",
        "candidateStarterUsers",
        "candidateStarterGroups",
        "jobPriority",
        "taskPriority",
    }
)
OF_ELEMENT: dict[str, frozenset[str]] = {
    "process": PROCESS,
    "startEvent": JOBS | FORM | {"initiator"},
    "userTask": JOBS | FORM | USER_TASK,
    "serviceTask": JOBS | WORK,
    "sendTask": JOBS | WORK,
    "businessRuleTask": JOBS | WORK | DECISION,
    "scriptTask": JOBS | {"resource", "resultVariable", "resultVariableName"},
    "callActivity": JOBS | CALL,
    "multiInstanceLoopCharacteristics": JOBS | {"collection", "elementVariable"},
    "sequenceFlow": frozenset(),
    "conditionExpression": frozenset({"resource"}),
    "condition": frozenset({"resource"}),
    "messageEventDefinition": WORK,
    "signalEventDefinition": frozenset({"async"}),
    "errorEventDefinition": frozenset({"errorCodeVariable", "errorMessageVariable"}),
    "escalationEventDefinition": frozenset({"escalationCodeVariable"}),
    "conditionalEventDefinition": frozenset({"variableName", "variableEvents"}),
    "timerEventDefinition": frozenset({"exclusive"}),
}
KNOWN = HARMLESS | JOBS | {"errorMessage"} | frozenset[str]().union(*OF_ELEMENT.values())

EVERYWHERE = frozenset({"properties", "executionListener", "failedJobRetryTimeCycle"})
FORMS = frozenset({"formData", "formProperty"})
EXTENSIONS: dict[str, frozenset[str]] = {
    "process": EVERYWHERE | {"potentialStarter"},
    "startEvent": EVERYWHERE | FORMS,
    "userTask": EVERYWHERE | FORMS | {"taskListener", "inputOutput"},
    "serviceTask": EVERYWHERE | {"inputOutput", "field", "errorEventDefinition"},
    "sendTask": EVERYWHERE | {"inputOutput", "field", "errorEventDefinition"},
    "businessRuleTask": EVERYWHERE | {"inputOutput", "field", "errorEventDefinition"},
    "callActivity": EVERYWHERE | {"inputOutput", "in", "out"},
    "messageEventDefinition": frozenset({"field", "errorEventDefinition", "properties"}),
    "signalEventDefinition": frozenset({"in"}),
    "intermediateThrowEvent": EVERYWHERE | {"inputOutput", "field"},
    "endEvent": EVERYWHERE | {"inputOutput", "field"},
}
KNOWN_EXTENSIONS = frozenset({"inputOutput", "connector"} | frozenset[str]().union(*EXTENSIONS.values()))


def check_vocabulary(element: XmlElement, owner: Owner, findings: Findings) -> None:
    """Reports Camunda's attributes and extension elements that are unknown or out of place here."""
    kind = local_name(element)
    allowed = OF_ELEMENT.get(kind, JOBS)
    for name in engine_attribute_names(element):
        if name in allowed or name in HARMLESS:
            continue
        if name in KNOWN:
            findings.warn(owner, f"camunda:{name} has no effect on a {kind}")
        else:
            findings.fault(owner, f"camunda:{name} is not executed", "the attributes of Camunda 7")
    expected = EXTENSIONS.get(kind, EVERYWHERE | {"inputOutput"})
    for extension in extensions(element):
        name = local_name(extension)
        if name == "connector":
            findings.fault(
                owner.at(extension),
                "camunda:connector is not executed",
                "camunda:type='external', camunda:class, delegateExpression or expression",
            )
        elif name in expected:
            continue
        elif name in KNOWN_EXTENSIONS:
            # Mappings at the wrong place are reported by their own reader, with the reason.
            if name != "inputOutput":
                findings.warn(owner.at(extension), f"camunda:{name} has no effect on a {kind}")
        else:
            findings.fault(
                owner.at(extension),
                f"camunda:{name} is not executed",
                "the extension elements of Camunda 7",
            )
