"""Camunda 7's ``ProcessEngine``: an engine with its services."""

from __future__ import annotations

from shoal.camunda.services.authorization import AuthorizationService
from shoal.camunda.services.external_task import ExternalTaskService
from shoal.camunda.services.history import HistoryService
from shoal.camunda.services.identity import IdentityService
from shoal.camunda.services.management import ManagementService
from shoal.camunda.services.repository import RepositoryService
from shoal.camunda.services.runtime import RuntimeService
from shoal.camunda.services.task import TaskService
from shoal.engine import Engine


class ProcessEngine:
    """``ProcessEngine(engine)``, or ``ProcessEngine(engine.acting_as(principal))`` in the hands of a user.

    Each service has the methods of Java's in snake case, with the same meaning and order of arguments. Durations
    are milliseconds. What is done to a list at once is done chunk by chunk, each a transaction: elements that are
    gone are skipped, the others are done even if one fails.

    >>> from shoal.camunda import ProcessEngine
    >>> camunda = ProcessEngine(engine)
    >>> camunda.runtime_service.create_process_instance_query().process_definition_key("order").count()
    0
    """

    name = "default"

    def __init__(self, engine: Engine) -> None:
        self.native = engine
        self.repository_service = RepositoryService(engine)
        self.runtime_service = RuntimeService(engine)
        self.history_service = HistoryService(engine)
        self.management_service = ManagementService(engine)
        self.external_task_service = ExternalTaskService(engine)
        self.task_service = TaskService(engine)
        self.identity_service = IdentityService(engine)
        self.authorization_service = AuthorizationService(engine)
