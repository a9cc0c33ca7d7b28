"""How the log of operations calls what the methods of the engine do: Camunda 7's operation and entity types."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shoal.batch.registry import find_operation
from shoal.engine.access import TASK_WORKER, Arguments, Logged

_INSTANCE = "ProcessInstance"
_DEFINITION = "ProcessDefinition"
_TASK = "Task"
_JOB = "Job"
_JOB_DEFINITION = "JobDefinition"
_EXTERNAL = "ExternalTask"
_OF_EXTERNAL: Mapping[str, str] = MappingProxyType({"task_id": "external_task_id"})


def _suspension(operation: str, entity: str, state: str, **more: str) -> Logged:
    said = {name: (lambda a, argument=argument: a.get(argument)) for name, argument in more.items()}
    return Logged(operation, entity, properties={"suspensionState": state, **said})


DEPLOY = Logged(
    "Create", "Deployment", properties={"duplicateFilterEnabled": lambda a: a.get("filter_duplicates", False)}
)
REDEPLOY = Logged("Create", "Deployment")
DELETE_DEPLOYMENT = Logged("Delete", "Deployment", properties={"cascade": lambda a: a.get("cascade", False)})
DELETE_DEFINITION = Logged("Delete", _DEFINITION, properties={"cascade": lambda a: a.get("cascade", False)})
SUSPEND_DEFINITION = _suspension(
    "SuspendProcessDefinition",
    _DEFINITION,
    "suspended",
    processDefinitionKey="key",
    includeProcessInstances="include_instances",
)
RESUME_DEFINITION = _suspension(
    "ActivateProcessDefinition",
    _DEFINITION,
    "active",
    processDefinitionKey="key",
    includeProcessInstances="include_instances",
)
SET_TIME_TO_LIVE = Logged(
    "UpdateHistoryTimeToLive", _DEFINITION, properties={"historyTimeToLive": lambda a: a["days"]}
)

START = Logged("Create", _INSTANCE)
SUSPEND = _suspension("Suspend", _INSTANCE, "suspended")
RESUME = _suspension("Activate", _INSTANCE, "active")
CANCEL = Logged("Delete", _INSTANCE, properties={"deleteReason": lambda a: a.get("reason")})
DELETE_HISTORY = Logged("DeleteHistory", _INSTANCE)
DELETE_VARIABLE_HISTORY = Logged("DeleteHistory", "Variable")
TRIGGER = Logged("Signal", _INSTANCE)
SET_VARIABLES = Logged("SetVariables", _INSTANCE, properties={"nrOfVariables": lambda a: len(a["variables"])})
MODIFY = Logged("ModifyProcessInstance", _INSTANCE)
RESTART = Logged("RestartProcessInstance", _INSTANCE)
MIGRATE = Logged("Migrate", _INSTANCE, properties={"processDefinitionId": lambda a: a["plan"].target_definition_id})
CORRELATE = Logged("CorrelateMessage", _INSTANCE, properties={"messageName": lambda a: a["name"]})
SEND_SIGNAL = Logged("SendSignal", _INSTANCE, properties={"signalName": lambda a: a["name"]})
EVALUATE_CONDITIONS = Logged("EvaluateConditions", _INSTANCE)

SET_VARIABLE = Logged(
    "SetVariable", "Variable", properties={"variableName": lambda a: ", ".join(sorted(a["values"])) or None}
)
REMOVE_VARIABLE = Logged(
    "RemoveVariable", "Variable", properties={"variableName": lambda a: ", ".join(sorted(a["names"])) or None}
)
MODIFY_VARIABLES = Logged(
    "ModifyVariable",
    "Variable",
    properties={"variableName": lambda a: ", ".join(sorted({*a["values"], *a["removed"]})) or None},
)


def _task(operation: str, **properties: str) -> Logged:
    """Properties by the argument that has the value."""
    said = {name: (lambda a, argument=argument: a.get(argument)) for name, argument in properties.items()}
    return Logged(operation, _TASK, TASK_WORKER, said)


CREATE_TASK = Logged("Create", _TASK, TASK_WORKER, {"task": lambda a: a.get("task_id")})
DELETE_TASK = Logged("Delete", _TASK, TASK_WORKER, {"deleteReason": lambda a: a.get("reason")})
COMPLETE_TASK = Logged("Complete", _TASK, TASK_WORKER, {"delete": True})
CLAIM = _task("Claim", assignee="user_id")
UNCLAIM = Logged("Claim", _TASK, TASK_WORKER, {"assignee": ""})
ASSIGN = _task("Assign", assignee="user_id")
DELEGATE = Logged("Delegate", _TASK, TASK_WORKER, {"delegation": "PENDING", "assignee": lambda a: a["user_id"]})
RESOLVE = Logged("Resolve", _TASK, TASK_WORKER, {"delegation": "RESOLVED"})
UPDATE_TASK = Logged("Update", _TASK, TASK_WORKER, each="changes")
THROW_ERROR = _task("HandleBpmnError", errorCode="code")
THROW_ESCALATION = _task("HandleEscalation", escalationCode="code")


def add_link(arguments: Arguments) -> Logged:
    """A user or a group has to do with a task."""
    return _link("Add", arguments)


def delete_link(arguments: Arguments) -> Logged:
    """A user or a group has nothing to do with a task any more."""
    return _link("Delete", arguments)


def _link(verb: str, arguments: Arguments) -> Logged:
    of = "User" if arguments.get("user_id") is not None else "Group"
    kind = str(arguments.get("kind", "candidate"))
    holder = arguments.get("user_id") or arguments.get("group_id")
    return Logged(f"{verb}{of}Link", "IdentityLink", TASK_WORKER, {kind: holder})


COMMENT = Logged("CreateComment", "Comment", TASK_WORKER)
CHANGE_COMMENT = Logged(
    "UpdateComment", "Comment", TASK_WORKER, properties={"commentId": lambda a: a["comment_id"]}
)
DELETE_COMMENT = Logged(
    "DeleteComment", "Comment", TASK_WORKER, properties={"commentId": lambda a: a["comment_id"]}
)
DELETE_COMMENTS = Logged("DeleteComment", "Comment", TASK_WORKER)
ATTACH = Logged("AddAttachment", "Attachment", TASK_WORKER, properties={"name": lambda a: a.get("name")})
DELETE_ATTACHMENT = Logged(
    "DeleteAttachment", "Attachment", TASK_WORKER, properties={"attachmentId": lambda a: a["attachment_id"]}
)

SET_EXTERNAL_RETRIES = Logged(
    "SetExternalTaskRetries", _EXTERNAL, properties={"retries": lambda a: a["retries"]}, names=_OF_EXTERNAL
)
SET_EXTERNAL_PRIORITY = Logged(
    "SetPriority", _EXTERNAL, properties={"priority": lambda a: a["priority"]}, names=_OF_EXTERNAL
)
UNLOCK = Logged("Unlock", _EXTERNAL, names=_OF_EXTERNAL)

EXECUTE_JOB = Logged("Execute", _JOB)
DELETE_JOB = Logged("Delete", _JOB)
SET_JOB_RETRIES = Logged("SetJobRetries", _JOB, properties={"retries": lambda a: a["retries"]})
SET_JOB_DUE_DATE = Logged("SetDueDate", _JOB, properties={"duedate": lambda a: a["due_at"]})
RECALCULATE_JOB = Logged(
    "RecalculateDueDate", _JOB, properties={"creationDateBased": lambda a: a.get("creation_based", False)}
)
SET_JOB_PRIORITY = Logged("SetPriority", _JOB, properties={"priority": lambda a: a["priority"]})
SUSPEND_JOB = _suspension("SuspendJob", _JOB, "suspended")
RESUME_JOB = _suspension("ActivateJob", _JOB, "active")
SUSPEND_JOB_DEFINITION = _suspension(
    "SuspendJobDefinition", _JOB_DEFINITION, "suspended", processDefinitionKey="key"
)
RESUME_JOB_DEFINITION = _suspension("ActivateJobDefinition", _JOB_DEFINITION, "active", processDefinitionKey="key")
SET_JOB_DEFINITION_PRIORITY = Logged(
    "SetPriority", _JOB_DEFINITION, properties={"overridingPriority": lambda a: a["priority"]}
)
SET_JOB_DEFINITION_RETRIES = Logged(
    "SetJobRetries", _JOB_DEFINITION, properties={"retries": lambda a: a["retries"]}
)

ANNOTATE_INCIDENT = Logged("SetAnnotation", "Incident", properties={"incidentId": lambda a: a["incident_id"]})
CLEAR_INCIDENT_ANNOTATION = Logged(
    "ClearAnnotation", "Incident", properties={"incidentId": lambda a: a["incident_id"]}
)
CREATE_INCIDENT = Logged("CreateIncident", _INSTANCE)
RESOLVE_INCIDENT = Logged("Resolve", _INSTANCE, properties={"incidentId": lambda a: a["incident_id"]})
DELETE_DECISION_HISTORY = Logged(
    "DeleteHistory", "DecisionInstance", properties={"decisionInstanceId": lambda a: a["decision_id"]}
)

_BATCHES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "instance-migration": ("Migrate", _INSTANCE),
        "instance-modification": ("ModifyProcessInstance", _INSTANCE),
        "instance-restart": ("RestartProcessInstance", _INSTANCE),
        "instance-deletion": ("Delete", _INSTANCE),
        "historic-instance-deletion": ("DeleteHistory", _INSTANCE),
        "historic-decision-instance-deletion": ("DeleteHistory", "DecisionInstance"),
        "set-job-retries": ("SetJobRetries", _JOB),
        "set-external-task-retries": ("SetExternalTaskRetries", _EXTERNAL),
        "process-set-removal-time": ("SetRemovalTime", _INSTANCE),
        "decision-set-removal-time": ("SetRemovalTime", "DecisionInstance"),
        "batch-set-removal-time": ("SetRemovalTime", "Batch"),
        "set-variables": ("SetVariables", _INSTANCE),
        "correlate-message": ("CorrelateMessage", _INSTANCE),
    }
)


def create_batch(arguments: Arguments) -> Logged:
    """What a batch does, said of all its elements together."""
    return _operation(arguments, in_batch=True)


def carry_out(arguments: Arguments) -> Logged:
    """The same, done at once."""
    return _operation(arguments, in_batch=False)


def _operation(arguments: Arguments, *, in_batch: bool) -> Logged:
    operation = find_operation(arguments["operation"])
    if operation.name == "suspend-instances":
        word, entity = "Suspend", _INSTANCE
    elif operation.name == "resume-instances":
        word, entity = "Activate", _INSTANCE
    else:
        word, entity = _BATCHES.get(operation.camunda_type, (operation.name, "Batch"))
    return Logged(word, entity, properties={"async": in_batch, "type": operation.camunda_type})


SUSPEND_BATCH = _suspension("SuspendBatch", "Batch", "suspended")
RESUME_BATCH = _suspension("ActivateBatch", "Batch", "active")
CHANGE_BATCH = Logged("Update", "Batch", each="changes")
CANCEL_BATCH = Logged("Cancel", "Batch")
RETRY_BATCH = Logged("SetJobRetries", "Batch")
DELETE_BATCH = Logged("Delete", "Batch")
