"""The page of Camunda 7's extension attributes and elements, made from the reader's vocabulary."""

from __future__ import annotations

from docs.generation.markdown import code, page, table

from shoal.bpmn.reader.access import ENGINE_NAMESPACES
from shoal.bpmn.reader.vocabulary import EXTENSIONS, HARMLESS, JOBS, KNOWN, KNOWN_EXTENSIONS, OF_ELEMENT

MEANINGS: dict[str, str] = {
    "async": "The same as `asyncBefore`.",
    "asyncBefore": "A job enters the element.",
    "asyncAfter": "A job leaves the element.",
    "exclusive": "Kept. Jobs of one instance never run at the same time in Shoal, exclusive or not.",
    "jobPriority": "Priority of the element's jobs: a whole number or an expression.",
    "formKey": "Kept with the task; Shoal shows no forms.",
    "formRef": "Checked and kept; Shoal shows no forms.",
    "formRefBinding": "See `formRef`.",
    "formRefVersion": "See `formRef`.",
    "class": "The name of a registered callable.",
    "delegateExpression": "An expression whose value is called.",
    "expression": "An expression that is the work.",
    "type": "`external`: a worker takes the task by its topic. Every other value is refused.",
    "topic": "Topic of an external task: text or expression.",
    "taskPriority": "Priority of external tasks: a whole number or an expression.",
    "resultVariable": "Gets the value of an expression or script. Refused with `class` and `delegateExpression`.",
    "resultVariableName": "Older name of `resultVariable`.",
    "resource": "Refused: scripts are written in the model.",
    "decisionRef": "Refused: decisions are not evaluated.",
    "decisionRefBinding": "See `decisionRef`.",
    "decisionRefVersion": "See `decisionRef`.",
    "decisionRefVersionTag": "See `decisionRef`.",
    "decisionRefTenantId": "See `decisionRef`.",
    "mapDecisionResult": "See `decisionRef`.",
    "assignee": "Assignee of the task: text or expression.",
    "candidateUsers": "Candidates, separated by commas: texts or expressions.",
    "candidateGroups": "Candidate groups, separated by commas: texts or expressions.",
    "dueDate": "Due date: a date, a duration in ISO 8601, or an expression.",
    "followUpDate": "Follow-up date, written like `dueDate`.",
    "priority": "Priority of the user task; 50 if there is none.",
    "calledElementBinding": "Which version a call activity calls.",
    "calledElementVersion": "See `calledElementBinding`.",
    "calledElementVersionTag": "See `calledElementBinding`.",
    "calledElementTenantId": "Tenant of the called process.",
    "variableMappingClass": (
        "A registered object with `map_input_variables(execution, variables)` and "
        "`map_output_variables(execution, sub_instance)`."
    ),
    "variableMappingDelegateExpression": "The same, by expression.",
    "caseRef": "Refused: cases (CMMN) are not executed.",
    "caseBinding": "See `caseRef`.",
    "caseVersion": "See `caseRef`.",
    "caseTenantId": "See `caseRef`.",
    "versionTag": "Kept with the definition; call activities can name it.",
    "historyTimeToLive": "Whole days, as `180` or `P180D`, for which history is kept.",
    "isStartableInTasklist": "Kept; nothing is decided by it.",
    "candidateStarterUsers": "Kept; definitions can be found by it, nothing else is decided.",
    "candidateStarterGroups": "Read; nothing is decided by it.",
    "initiator": "Variable for who started the instance.",
    "collection": "Collection of a multi-instance activity.",
    "elementVariable": "Variable for the element of the collection.",
    "errorCodeVariable": "Variable that gets the code of the caught error.",
    "errorMessageVariable": "Variable that gets the message of the caught error.",
    "escalationCodeVariable": "Variable that gets the code of the caught escalation.",
    "variableName": "Only changes of this variable are looked at.",
    "errorMessage": "Message of the error, on the `error` itself: text or expression.",
    "variableEvents": "Only these changes are looked at: create, update, delete.",
}
ELEMENT_MEANINGS: dict[str, str] = {
    "properties": "Kept with the element; workers get those of their external tasks.",
    "executionListener": "Called at `start` and `end`, on a sequence flow at `take`.",
    "taskListener": "Called at the events of a user task.",
    "failedJobRetryTimeCycle": "Tries of a failed job and the pauses between them: `R5/PT5M`, `PT5M,PT10M`.",
    "inputOutput": "Variables into the element and out of it: expressions, scripts, lists, maps.",
    "field": "Values injected into a callable: attributes of its object, or keyword arguments of a function.",
    "errorEventDefinition": "Turns what a worker reports into a BPMN error, by an expression.",
    "formData": "Ignored; Shoal shows no forms.",
    "formProperty": "Ignored; Shoal shows no forms.",
    "in": "Variables into a called process or a signal.",
    "out": "Variables out of a called process.",
    "potentialStarter": "Read; nothing is decided by it.",
    "connector": "Refused: use an external task, a callable or an expression.",
}


def content() -> str:
    """Every attribute and extension element, where it may stand, and what is done with it."""
    names = sorted(KNOWN - HARMLESS)
    return page(
        "Extensions of Camunda 7",
        "Attributes and elements of the namespaces "
        + ", ".join(code(each) for each in ENGINE_NAMESPACES)
        + "; the first that has the name counts. Whether the element itself is executed is on the page of the "
        "[elements](bpmn-elements.md).",
        table(
            ("What is found", "What becomes of it"),
            [
                ("an attribute at a place where it means something", "It is used, as the tables below say."),
                ("an attribute at a place where it means nothing to Camunda 7", "A warning; it has no effect."),
                ("an attribute that Camunda 7 does not have", "The deployment is refused."),
                ("an extension element that Camunda 7 does not have", "The deployment is refused."),
                ("anything of another namespace", "Ignored."),
                (", ".join(code(each) for each in sorted(HARMLESS)), "Ignored: nothing depends on it."),
            ],
        ),
        "## Attributes",
        table(
            ("Attribute", "At", "What is done with it"),
            [(code(f"camunda:{each}"), _places(each), MEANINGS.get(each, "")) for each in names],
        ),
        "## Elements",
        table(
            ("Element", "At", "What is done with it"),
            [
                (code(f"camunda:{each}"), _holders(each), ELEMENT_MEANINGS.get(each, ""))
                for each in sorted(KNOWN_EXTENSIONS)
            ],
        ),
    )


def _places(name: str) -> str:
    if name in JOBS - {"jobPriority"}:
        return "every flow node"
    if name == "jobPriority":
        return f"every flow node, {code('process')}"
    if name == "errorMessage":
        return code("error")
    return ", ".join(code(each) for each, names in OF_ELEMENT.items() if name in names)


def _holders(name: str) -> str:
    found = [each for each, names in EXTENSIONS.items() if name in names]
    if name in ("properties", "executionListener", "failedJobRetryTimeCycle"):
        return "every element"
    if name == "inputOutput":
        return "activities, catching, throwing and end events"
    return ", ".join(code(each) for each in found) or "tasks"
