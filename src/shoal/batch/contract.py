"""What an operation is: one class in one file, from which everything else about it follows."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from shoal.batch.targets import Target
from shoal.commands.context import Context
from shoal.commands.outcome import ChunkOutcome, Reason
from shoal.store.database import Tx


class OperationParams(BaseModel):
    """Base of the parameters of all operations: nothing unknown is accepted, nothing changes later."""

    model_config = ConfigDict(extra="forbid", frozen=True)


Params = TypeVar("Params", bound=OperationParams)


class Permission(StrEnum):
    """What a requester needs in order to create a batch. Camunda 7's names of the permissions on BATCH."""

    CANCEL = "CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES"
    DELETE_HISTORY = "CREATE_BATCH_DELETE_FINISHED_PROCESS_INSTANCES"
    SUSPEND = "CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND"
    SET_VARIABLES = "CREATE_BATCH_SET_VARIABLES"
    CORRELATE_MESSAGE = "CREATE_BATCH_CORRELATE_MESSAGE"
    SET_JOB_RETRIES = "CREATE_BATCH_SET_JOB_RETRIES"
    SET_EXTERNAL_TASK_RETRIES = "CREATE_BATCH_SET_EXTERNAL_TASK_RETRIES"
    MIGRATE = "CREATE_BATCH_MIGRATE_PROCESS_INSTANCES"
    MODIFY = "CREATE_BATCH_MODIFY_PROCESS_INSTANCES"
    RESTART = "CREATE_BATCH_RESTART_PROCESS_INSTANCES"
    DELETE_DECISIONS = "CREATE_BATCH_DELETE_DECISION_INSTANCES"
    SET_REMOVAL_TIME = "CREATE_BATCH_SET_REMOVAL_TIME"


class BatchOperation(ABC, Generic[Params]):
    """One kind of change to many elements.

    The docstring of an operation says four things: what it does, which elements it skips, what it needs,
    and what it records.
    """

    name: ClassVar[str]
    """kebab-case, verb and object: suspend-instances."""
    camunda_type: ClassVar[str]
    """The batch type that clients of Camunda 7 know."""
    title: ClassVar[str]
    target: ClassVar[Target]
    """What ids and filters mean."""
    other_targets: ClassVar[tuple[Target, ...]] = ()
    """What they can mean as well, when ``target_for`` chooses."""
    permission: ClassVar[Permission]
    params: ClassVar[type[OperationParams]]
    chunk_size: ClassVar[int] = 1_000
    """Elements per execution job when nobody says otherwise: more where an element costs one small row."""
    rechecks: ClassVar[bool] = False
    """Whether ``apply`` itself skips what ``exclude`` names, on rows that it has locked. Execution then does not
    ask ``exclude`` before."""

    def target_for(self, params: Params) -> Target:  # noqa: ARG002
        """The target of a request; some operations let the requester choose."""
        return self.target

    def definition_of(self, params: Params) -> str | None:  # noqa: ARG002
        """The process definition of all elements, if the request names one.

        The batch takes its tenant over, and all its jobs belong to its deployment. Camunda 7: migration,
        modification and restart.
        """
        return None

    def elements_per_job(self, params: Params) -> int | None:  # noqa: ARG002
        """How many elements a job has, whatever settings and request say; None: as they say."""
        return None

    def check(self, ctx: Context, params: Params) -> None:
        """Refuse parameters that no batch can have, before anything is created. Raises an InputError."""

    def exclude(self, tx: Tx, ids: Sequence[str], params: Params, now: datetime) -> Mapping[str, Reason]:  # noqa: ARG002
        """Which of the existing elements would be skipped now, and why; none. Preview and execution both ask."""
        return {}

    def prepare(self, ctx: Context, ids: Sequence[str], params: Params) -> Any:  # noqa: ARG002
        """Do the slow part (kernel, user code) outside of the transaction; ``apply`` gets what it returns."""
        return None

    @abstractmethod
    def apply(
        self, ctx: Context, tx: Tx, ids: Sequence[str], params: Params, prepared: Any, now: datetime
    ) -> ChunkOutcome:
        """Do it to the elements, in the transaction that also counts them. Every id has one outcome."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """All that ids and filters can mean."""
        return (self.target, *self.other_targets)

    @property
    def prepares(self) -> bool:
        """Whether the operation has a slow part."""
        return type(self).prepare is not BatchOperation.prepare

    @property
    def summary(self) -> str:
        """The first sentence of the docstring."""
        return (type(self).__doc__ or "").strip().partition("\n")[0]
