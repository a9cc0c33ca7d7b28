"""What can be permitted, under Camunda 7's names, and which role permits it.

A permission is met in any of several ways, as in Camunda: whoever may UPDATE process instances may suspend them,
and so may whoever has UPDATE_INSTANCE on the process definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import NamedTuple

from shoal.people.resources import Resource

_R = Resource


class Need(NamedTuple):
    """One permission on one kind of resource."""

    resource: Resource
    name: str


class Permission(Enum):
    """What a method of the engine asks for. Each value is a list of ways; one of them suffices."""

    ANYBODY = ()
    READ_DEFINITIONS = ((_R.PROCESS_DEFINITION, "READ"),)
    DEPLOY = ((_R.DEPLOYMENT, "CREATE"),)
    READ_DEPLOYMENTS = ((_R.DEPLOYMENT, "READ"), (_R.PROCESS_DEFINITION, "READ"))
    DELETE_DEPLOYMENTS = ((_R.DEPLOYMENT, "DELETE"),)
    UPDATE_DEFINITIONS = ((_R.PROCESS_DEFINITION, "UPDATE"),)
    SUSPEND_DEFINITIONS = ((_R.PROCESS_DEFINITION, "SUSPEND"), (_R.PROCESS_DEFINITION, "UPDATE"))
    DELETE_DEFINITIONS = ((_R.PROCESS_DEFINITION, "DELETE"),)

    READ_INSTANCES = ((_R.PROCESS_INSTANCE, "READ"), (_R.PROCESS_DEFINITION, "READ_INSTANCE"))
    CREATE_INSTANCES = ((_R.PROCESS_INSTANCE, "CREATE"),)
    UPDATE_INSTANCES = ((_R.PROCESS_INSTANCE, "UPDATE"), (_R.PROCESS_DEFINITION, "UPDATE_INSTANCE"))
    SUSPEND_INSTANCES = (
        (_R.PROCESS_INSTANCE, "SUSPEND"),
        (_R.PROCESS_DEFINITION, "SUSPEND_INSTANCE"),
        (_R.PROCESS_INSTANCE, "UPDATE"),
        (_R.PROCESS_DEFINITION, "UPDATE_INSTANCE"),
    )
    SET_VARIABLES = (
        (_R.PROCESS_INSTANCE, "UPDATE_VARIABLE"),
        (_R.PROCESS_DEFINITION, "UPDATE_INSTANCE_VARIABLE"),
        (_R.PROCESS_INSTANCE, "UPDATE"),
        (_R.PROCESS_DEFINITION, "UPDATE_INSTANCE"),
    )
    RETRY_JOBS = (
        (_R.PROCESS_INSTANCE, "RETRY_JOB"),
        (_R.PROCESS_DEFINITION, "RETRY_JOB"),
        (_R.PROCESS_INSTANCE, "UPDATE"),
        (_R.PROCESS_DEFINITION, "UPDATE_INSTANCE"),
    )
    DELETE_INSTANCES = ((_R.PROCESS_INSTANCE, "DELETE"), (_R.PROCESS_DEFINITION, "DELETE_INSTANCE"))
    MIGRATE_INSTANCES = ((_R.PROCESS_DEFINITION, "MIGRATE_INSTANCE"),)

    CREATE_TASKS = ((_R.TASK, "CREATE"),)
    DELETE_TASKS = ((_R.TASK, "DELETE"),)
    READ_TASKS = ((_R.TASK, "READ"), (_R.PROCESS_DEFINITION, "READ_TASK"))
    WORK_ON_TASKS = (
        (_R.TASK, "TASK_WORK"),
        (_R.PROCESS_DEFINITION, "TASK_WORK"),
        (_R.TASK, "UPDATE"),
        (_R.PROCESS_DEFINITION, "UPDATE_TASK"),
    )
    ASSIGN_TASKS = (
        (_R.TASK, "TASK_ASSIGN"),
        (_R.PROCESS_DEFINITION, "TASK_ASSIGN"),
        (_R.TASK, "UPDATE"),
        (_R.PROCESS_DEFINITION, "UPDATE_TASK"),
    )

    READ_HISTORY = ((_R.PROCESS_DEFINITION, "READ_HISTORY"),)
    UPDATE_HISTORY = ((_R.PROCESS_DEFINITION, "UPDATE_HISTORY"),)
    DELETE_HISTORY = ((_R.PROCESS_DEFINITION, "DELETE_HISTORY"),)
    READ_DECISION_HISTORY = ((_R.DECISION_DEFINITION, "READ_HISTORY"),)
    DELETE_DECISION_HISTORY = ((_R.DECISION_DEFINITION, "DELETE_HISTORY"),)

    READ_BATCHES = ((_R.BATCH, "READ"), (_R.BATCH, "READ_HISTORY"))
    CREATE_BATCHES = ((_R.BATCH, "CREATE"),)
    UPDATE_BATCHES = ((_R.BATCH, "UPDATE"),)
    DELETE_BATCHES = ((_R.BATCH, "DELETE"), (_R.BATCH, "DELETE_HISTORY"))

    READ_USERS = ((_R.USER, "READ"),)
    CREATE_USERS = ((_R.USER, "CREATE"),)
    UPDATE_USERS = ((_R.USER, "UPDATE"),)
    DELETE_USERS = ((_R.USER, "DELETE"),)
    READ_GROUPS = ((_R.GROUP, "READ"),)
    CREATE_GROUPS = ((_R.GROUP, "CREATE"),)
    UPDATE_GROUPS = ((_R.GROUP, "UPDATE"),)
    DELETE_GROUPS = ((_R.GROUP, "DELETE"),)
    ADD_GROUP_MEMBERS = ((_R.GROUP_MEMBERSHIP, "CREATE"),)
    REMOVE_GROUP_MEMBERS = ((_R.GROUP_MEMBERSHIP, "DELETE"),)
    READ_TENANTS = ((_R.TENANT, "READ"),)
    CREATE_TENANTS = ((_R.TENANT, "CREATE"),)
    UPDATE_TENANTS = ((_R.TENANT, "UPDATE"),)
    DELETE_TENANTS = ((_R.TENANT, "DELETE"),)
    ADD_TENANT_MEMBERS = ((_R.TENANT_MEMBERSHIP, "CREATE"),)
    REMOVE_TENANT_MEMBERS = ((_R.TENANT_MEMBERSHIP, "DELETE"),)
    READ_AUTHORIZATIONS = ((_R.AUTHORIZATION, "READ"),)
    CREATE_AUTHORIZATIONS = ((_R.AUTHORIZATION, "CREATE"),)
    UPDATE_AUTHORIZATIONS = ((_R.AUTHORIZATION, "UPDATE"),)
    DELETE_AUTHORIZATIONS = ((_R.AUTHORIZATION, "DELETE"),)

    READ_AUDIT = ((_R.OPERATION_LOG_CATEGORY, "READ"),)
    ANNOTATE_AUDIT = ((_R.OPERATION_LOG_CATEGORY, "UPDATE"),)
    READ_SYSTEM = ((_R.SYSTEM, "READ"),)
    ADMINISTER = ((_R.SYSTEM, "SET"),)

    @property
    def ways(self) -> tuple[Need, ...]:
        """The needs; one of them suffices. None: everybody may."""
        return tuple(Need(*each) for each in self.value)


class Role(StrEnum):
    """What most people need, by one word. ``admin`` is not bound to tenants."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    DEPLOYER = "deployer"
    ADMIN = "admin"


_P = Permission
_LOOK = {
    _P.READ_DEFINITIONS,
    _P.READ_DEPLOYMENTS,
    _P.READ_INSTANCES,
    _P.READ_TASKS,
    _P.READ_HISTORY,
    _P.READ_DECISION_HISTORY,
    _P.READ_BATCHES,
    _P.READ_SYSTEM,
}
_OPERATE = {
    _P.CREATE_INSTANCES,
    _P.UPDATE_INSTANCES,
    _P.SUSPEND_INSTANCES,
    _P.SET_VARIABLES,
    _P.RETRY_JOBS,
    _P.DELETE_INSTANCES,
    _P.MIGRATE_INSTANCES,
    _P.CREATE_TASKS,
    _P.DELETE_TASKS,
    _P.WORK_ON_TASKS,
    _P.ASSIGN_TASKS,
    _P.UPDATE_HISTORY,
    _P.DELETE_HISTORY,
    _P.DELETE_DECISION_HISTORY,
    _P.CREATE_BATCHES,
    _P.UPDATE_BATCHES,
    _P.DELETE_BATCHES,
}
_DEPLOY = {
    _P.DEPLOY,
    _P.DELETE_DEPLOYMENTS,
    _P.UPDATE_DEFINITIONS,
    _P.SUSPEND_DEFINITIONS,
    _P.DELETE_DEFINITIONS,
}

PERMITTED: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: frozenset(_LOOK),
        Role.OPERATOR: frozenset(_LOOK | _OPERATE),
        Role.DEPLOYER: frozenset(_LOOK | _DEPLOY),
        Role.ADMIN: frozenset(Permission),
    }
)
"""What each role permits."""


def needs_of(role: Role) -> frozenset[Need]:
    """Every single need that the role meets, for questions about one of them."""
    return frozenset(way for permission in PERMITTED[role] for way in permission.ways)
