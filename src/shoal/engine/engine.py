"""The engine: one database, the settings, the callables; every concept is an attribute of its own."""

from __future__ import annotations

import contextlib
import threading
from importlib.metadata import version
from types import TracebackType
from typing import Self, cast

from shoal.commands.context import Context
from shoal.engine.access import allowed
from shoal.engine.acting import ActingEngine
from shoal.engine.audit import Audit
from shoal.engine.authorizations import Authorizations
from shoal.engine.batches import Batches
from shoal.engine.callables import Callables
from shoal.engine.conditions import Conditions
from shoal.engine.definitions import Definitions
from shoal.engine.deployments import Deployments
from shoal.engine.executions import Executions
from shoal.engine.external_tasks import ExternalTasks
from shoal.engine.groups import Groups
from shoal.engine.history import History
from shoal.engine.incidents import Incidents
from shoal.engine.instances import Instances
from shoal.engine.jobs import Jobs
from shoal.engine.messages import Messages
from shoal.engine.metrics import Metrics
from shoal.engine.migration import Migration
from shoal.engine.schema import Schema
from shoal.engine.signals import Signals
from shoal.engine.subscriptions import Subscriptions
from shoal.engine.tasks import Tasks
from shoal.engine.tenants import Tenants
from shoal.engine.users import Users
from shoal.engine.variable_work import VariableWork
from shoal.people.credentials import Credentials
from shoal.people.permissions import Permission
from shoal.people.principal import Principal
from shoal.settings import Settings
from shoal.workers.embedded import EmbeddedWorkers
from shoal.workers.loop import Worker


class Engine:
    """An open engine. Threads may share it; close it, or use it in a ``with`` statement.

    ``definitions``     deploy models, look at definitions
    ``deployments``     find them, look into their files, deploy them again
    ``instances``       start, find, count and change process instances
    ``executions``      what is active in running instances, as Camunda 7 calls it
    ``tasks``           user tasks: find, claim, complete
    ``external_tasks``  fetch and lock, complete, fail
    ``variables``       single ones: read, set, remove, find
    ``messages``        correlate
    ``signals``         send to everybody
    ``conditions``      evaluate conditional start events
    ``subscriptions``   who waits for messages, signals and conditions
    ``migration``       let instances go on by another definition
    ``jobs``            timers and asynchronous steps: find, count
    ``incidents``       what stopped and waits for somebody
    ``history``         what was logged, and its cleanup
    ``metrics``         how often things happened
    ``batches``         preview, create, control batches, and what became of their elements
    ``users``           who they are, their credentials and their roles
    ``groups``          of users
    ``tenants``         and who belongs to them
    ``authorizations``  Camunda 7's
    ``audit``           the log of what users did
    ``credentials``     whose password or token it is, for servers
    ``register``        callables for service tasks, by name
    ``schema``          the revision of the database
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._context = Context.open(settings)
        self.definitions = Definitions(self._context)
        self.deployments = Deployments(self._context)
        self.instances = Instances(self._context)
        self.executions = Executions(self._context)
        self.tasks = Tasks(self._context)
        self.external_tasks = ExternalTasks(self._context)
        self.variables = VariableWork(self._context)
        self.messages = Messages(self._context)
        self.signals = Signals(self._context)
        self.conditions = Conditions(self._context)
        self.subscriptions = Subscriptions(self._context)
        self.migration = Migration(self._context)
        self.jobs = Jobs(self._context)
        self.incidents = Incidents(self._context)
        self.history = History(self._context)
        self.metrics = Metrics(self._context)
        self.batches = Batches(self._context)
        self.users = Users(self._context)
        self.groups = Groups(self._context)
        self.tenants = Tenants(self._context)
        self.authorizations = Authorizations(self._context)
        self.audit = Audit(self._context)
        self.credentials = Credentials(self._context)
        self.register = Callables(self._context)
        self.schema = Schema(self._context.database, settings.blob_place)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    @allowed(Permission.ANYBODY)
    def version(self) -> str:
        """The version of Shoal."""
        return version("shoal")

    @allowed(Permission.ADMINISTER)
    def acting_as(self, principal: Principal) -> Engine:
        """The same engine in the hands of a user: ``acting_as(engine.users.principal("mary"))``.

        Every method asks for its permission first (ForbiddenError: nothing was done), touches only what belongs to
        the user's tenants or to none, and is logged (``audit``) when it changes something. Cheap: one per request.
        """
        return cast("Engine", ActingEngine(self, self._context, principal))

    @allowed(Permission.ADMINISTER)
    def workers(self, count: int | None = None, *, live: bool = True) -> EmbeddedWorkers:
        """Threads that work on jobs and batches while the ``with`` block runs; ``count`` from the settings.

        Without ``live`` they work on batches only, and leave the jobs of instances to processes that have
        registered the callables of their models.

        What was begun when the block ends is finished. ``with engine.workers(2): batch.wait()``
        """
        self._context.database.refuse_closed()
        return EmbeddedWorkers(self._context, self.settings.worker_threads if count is None else count, live=live)

    @allowed(Permission.ADMINISTER)
    def run_workers(self, count: int | None = None) -> None:
        """Work on jobs and batches until Ctrl-C."""
        with self.workers(count), contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()

    @allowed(Permission.ADMINISTER)
    def run_until_idle(self) -> None:
        """Work in this thread until nothing is due, for scripts and tests.

        What is due later (timers, tries after a pause, batches with a rate limit) is left.
        """
        Worker(self._context).run_until_idle()

    @allowed(Permission.ADMINISTER)
    def close(self) -> None:
        """Give all connections back. Every later call is a ConflictError."""
        self._context.close()
