"""What authorizations are about: Camunda 7's resources with their numbers, names and permissions."""

from __future__ import annotations

from enum import Enum

ANY = "*"
"""The id that stands for every resource of its kind. Camunda 7: Authorization.ANY."""
ALL = "ALL"
NONE = "NONE"

_BASIC = ("READ", "UPDATE", "CREATE", "DELETE")


class Resource(Enum):
    """``number`` and ``title`` are Camunda's; ``permissions`` are the names that exist for it."""

    number: int
    title: str
    permissions: tuple[str, ...]

    APPLICATION = 0, "Application", ("ACCESS",)
    USER = 1, "User", _BASIC
    GROUP = 2, "Group", _BASIC
    GROUP_MEMBERSHIP = 3, "Group membership", ("CREATE", "DELETE")
    AUTHORIZATION = 4, "Authorization", _BASIC
    FILTER = 5, "Filter", _BASIC
    PROCESS_DEFINITION = (
        6,
        "ProcessDefinition",
        (
            "READ",
            "UPDATE",
            "DELETE",
            "SUSPEND",
            "CREATE_INSTANCE",
            "READ_INSTANCE",
            "UPDATE_INSTANCE",
            "RETRY_JOB",
            "SUSPEND_INSTANCE",
            "DELETE_INSTANCE",
            "MIGRATE_INSTANCE",
            "READ_INSTANCE_VARIABLE",
            "UPDATE_INSTANCE_VARIABLE",
            "READ_TASK",
            "UPDATE_TASK",
            "TASK_ASSIGN",
            "TASK_WORK",
            "READ_TASK_VARIABLE",
            "UPDATE_TASK_VARIABLE",
            "READ_HISTORY",
            "READ_HISTORY_VARIABLE",
            "UPDATE_HISTORY",
            "DELETE_HISTORY",
        ),
    )
    TASK = (
        7,
        "Task",
        (*_BASIC, "READ_VARIABLE", "TASK_ASSIGN", "TASK_WORK", "UPDATE_VARIABLE"),
    )
    PROCESS_INSTANCE = 8, "ProcessInstance", (*_BASIC, "RETRY_JOB", "SUSPEND", "UPDATE_VARIABLE")
    DEPLOYMENT = 9, "Deployment", ("READ", "CREATE", "DELETE")
    DECISION_DEFINITION = (
        10,
        "DecisionDefinition",
        ("READ", "UPDATE", "CREATE_INSTANCE", "READ_HISTORY", "DELETE_HISTORY"),
    )
    TENANT = 11, "Tenant", _BASIC
    TENANT_MEMBERSHIP = 12, "TenantMembership", ("CREATE", "DELETE")
    BATCH = (
        13,
        "Batch",
        (
            *_BASIC,
            "READ_HISTORY",
            "DELETE_HISTORY",
            "CREATE_BATCH_MIGRATE_PROCESS_INSTANCES",
            "CREATE_BATCH_MODIFY_PROCESS_INSTANCES",
            "CREATE_BATCH_RESTART_PROCESS_INSTANCES",
            "CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES",
            "CREATE_BATCH_DELETE_FINISHED_PROCESS_INSTANCES",
            "CREATE_BATCH_DELETE_DECISION_INSTANCES",
            "CREATE_BATCH_SET_JOB_RETRIES",
            "CREATE_BATCH_SET_EXTERNAL_TASK_RETRIES",
            "CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND",
            "CREATE_BATCH_SET_REMOVAL_TIME",
            "CREATE_BATCH_SET_VARIABLES",
            "CREATE_BATCH_CORRELATE_MESSAGE",
        ),
    )
    DECISION_REQUIREMENTS_DEFINITION = 14, "DecisionRequirementsDefinition", ("READ",)
    REPORT = 15, "Report", _BASIC
    DASHBOARD = 16, "Dashboard", _BASIC
    OPERATION_LOG_CATEGORY = 17, "OperationLogCategory", ("READ", "UPDATE", "DELETE")
    OPTIMIZE = 18, "Optimize", ("EDIT", "SHARE")
    HISTORIC_TASK = 19, "HistoricTask", ("READ", "READ_VARIABLE")
    HISTORIC_PROCESS_INSTANCE = 20, "HistoricProcessInstance", ("READ",)
    SYSTEM = 21, "System", ("READ", "SET", "DELETE")

    def __init__(self, number: int, title: str, permissions: tuple[str, ...]) -> None:
        self.number = number
        self.title = title
        self.permissions = permissions


BY_NUMBER = {each.number: each for each in Resource}
