"""What the ids and the filter of a selection mean, and how the elements are counted and walked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from pydantic import ValidationError

from shoal.commands.outcome import NOT_FOUND, Reason
from shoal.errors import FilterRejectedError
from shoal.filters import InstanceFilter, JobFilter
from shoal.store.database import Tx
from shoal.store.queries.batch_targets import TargetKind, existing_among
from shoal.store.queries.instance_filters import count_instances, list_deployments_of_instances, select_instance_ids
from shoal.store.queries.job_filters import count_jobs, list_deployments_of_jobs, select_job_ids
from shoal.validation import places_of, said_of

Filter = InstanceFilter | JobFilter

_NO_JOB = Reason(NOT_FOUND.code, "no such job")


class Target(Protocol):
    """One kind of element."""

    @property
    def name(self) -> str:
        """In plural, as in a sentence."""
        ...

    @property
    def kind(self) -> TargetKind:
        """Whose ids they are."""
        ...

    @property
    def missing(self) -> Reason:
        """Why an id that names nothing is skipped."""
        ...

    @property
    def filter_model(self) -> type[Filter]:
        """What filters of it can say."""
        ...

    def parse_filter(self, raw: Any) -> Any:
        """The filter, narrowed to what can be a target. FilterRejectedError says what is wrong with it."""
        ...

    def count(self, tx: Tx, filter: Any, up_to_id: str) -> int:  # noqa: A002
        """How many elements match that are not younger than ``up_to_id``."""
        ...

    def deployments(self, tx: Tx, filter: Any, up_to_id: str) -> list[str | None]:  # noqa: A002
        """The deployments of the elements that match."""
        ...

    def page(
        self,
        tx: Tx,
        filter: Any,  # noqa: A002
        *,
        after_id: str | None,
        limit: int,
        up_to_id: str,
        deployment_id: str | None = None,
    ) -> list[str]:
        """Elements that match, by id; of one deployment when it is given."""
        ...

    def existing(self, tx: Tx, ids: Sequence[str]) -> set[str]:
        """Those of the ids that name something."""
        ...


@dataclass(frozen=True, slots=True)
class InstanceTarget:
    """Process instances; ``running`` narrows filters to instances that run (true) or have ended (false)."""

    name: str
    running: bool | None = None
    kind: ClassVar[TargetKind] = "instances"
    missing: ClassVar[Reason] = NOT_FOUND
    filter_model: ClassVar[type[Filter]] = InstanceFilter

    def parse_filter(self, raw: Any) -> InstanceFilter:
        """See Target."""
        parsed: InstanceFilter = _parsed(InstanceFilter, raw)
        if self.running is None:
            return parsed
        if parsed.running is not None and parsed.running is not self.running:
            raise FilterRejectedError(
                f"filter: running={str(parsed.running).lower()} does not fit an operation on {self.name}",
                field="running",
            )
        return parsed.model_copy(update={"running": self.running})

    def count(self, tx: Tx, filter: InstanceFilter, up_to_id: str) -> int:  # noqa: A002
        """See Target."""
        return count_instances(tx, filter, up_to_id=up_to_id)

    def deployments(self, tx: Tx, filter: InstanceFilter, up_to_id: str) -> list[str | None]:  # noqa: A002
        """See Target."""
        return list(list_deployments_of_instances(tx, filter, up_to_id=up_to_id))

    def page(
        self,
        tx: Tx,
        filter: InstanceFilter,  # noqa: A002
        *,
        after_id: str | None,
        limit: int,
        up_to_id: str,
        deployment_id: str | None = None,
    ) -> list[str]:
        """See Target."""
        return select_instance_ids(
            tx, filter, after_id=after_id, limit=limit, deployment_id=deployment_id, up_to_id=up_to_id
        )

    def existing(self, tx: Tx, ids: Sequence[str]) -> set[str]:
        """See Target."""
        return existing_among(tx, self.kind, ids)


@dataclass(frozen=True, slots=True)
class JobTarget:
    """Jobs of process instances."""

    name: str
    kind: ClassVar[TargetKind] = "jobs"
    missing: ClassVar[Reason] = _NO_JOB
    filter_model: ClassVar[type[Filter]] = JobFilter

    def parse_filter(self, raw: Any) -> JobFilter:
        """See Target."""
        parsed: JobFilter = _parsed(JobFilter, raw)
        return parsed

    def count(self, tx: Tx, filter: JobFilter, up_to_id: str) -> int:  # noqa: A002
        """See Target."""
        return count_jobs(tx, filter, up_to_id=up_to_id)

    def deployments(self, tx: Tx, filter: JobFilter, up_to_id: str) -> list[str | None]:  # noqa: A002
        """See Target."""
        return list(list_deployments_of_jobs(tx, filter, up_to_id=up_to_id))

    def page(
        self,
        tx: Tx,
        filter: JobFilter,  # noqa: A002
        *,
        after_id: str | None,
        limit: int,
        up_to_id: str,
        deployment_id: str | None = None,
    ) -> list[str]:
        """See Target."""
        return select_job_ids(
            tx, filter, after_id=after_id, limit=limit, deployment_id=deployment_id, up_to_id=up_to_id
        )

    def existing(self, tx: Tx, ids: Sequence[str]) -> set[str]:
        """See Target."""
        return existing_among(tx, self.kind, ids)


RUNNING_INSTANCES = InstanceTarget("running instances", running=True)
ENDED_INSTANCES = InstanceTarget("ended instances", running=False)
ALL_INSTANCES = InstanceTarget("instances")
JOBS = JobTarget("jobs")


def _parsed(model: type[Any], raw: Any) -> Any:
    if isinstance(raw, model):
        return raw
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise FilterRejectedError(f"filter: {said_of(model, error)}", fields=places_of(error)) from None
