"""What the ids and the filters of a selection mean: one kind of element each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from shoal.commands.outcome import NOT_FOUND, Reason
from shoal.errors import FilterRejectedError
from shoal.filters import InstanceFilter, JobFilter
from shoal.filters.batches import BatchFilter
from shoal.filters.decisions import DecisionFilter
from shoal.filters.definitions import DefinitionFilter
from shoal.filters.external_tasks import ExternalTaskFilter
from shoal.store.queries.batch_selection import TargetKind
from shoal.validation import places_of, said_of

Filter = InstanceFilter | JobFilter | ExternalTaskFilter | DefinitionFilter | DecisionFilter | BatchFilter
"""Any of them."""


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of element."""

    name: str
    """In plural, as in a sentence."""
    kind: TargetKind
    filter_model: type[Any]
    missing: Reason = NOT_FOUND
    """Why an id that names nothing is skipped."""
    running: bool | None = None
    """Narrows filters of instances to those that run (true) or have ended (false)."""

    def parse_filter(self, raw: Any) -> Any:
        """A filter, narrowed to what can be a target. FilterRejectedError says what is wrong with it."""
        if isinstance(raw, BaseModel):
            raw = raw.model_dump(mode="json", exclude_none=True)
        try:
            parsed = self.filter_model.model_validate(raw)
        except ValidationError as error:
            raise FilterRejectedError(
                f"filter: {said_of(self.filter_model, error)}", fields=places_of(error)
            ) from None
        return parsed if self.running is None else self._narrowed(parsed, self.running)

    def parse_filters(self, stored: Any) -> tuple[Any, ...]:
        """The filters of a selection, as they are kept with a batch: none, one, or a list of them."""
        if stored is None:
            return ()
        given: Sequence[Any] = [stored] if isinstance(stored, Mapping) else stored
        return tuple(self.parse_filter(each) for each in given)

    def _narrowed(self, parsed: InstanceFilter, running: bool) -> InstanceFilter:
        if parsed.running is not None and parsed.running is not running:
            raise FilterRejectedError(
                f"filter: running={str(parsed.running).lower()} does not fit an operation on {self.name}",
                field="running",
            )
        return parsed.model_copy(update={"running": running})


RUNNING_INSTANCES = Target("running instances", "instances", InstanceFilter, running=True)
ENDED_INSTANCES = Target("ended instances", "instances", InstanceFilter, running=False)
ALL_INSTANCES = Target("instances", "instances", InstanceFilter)
JOBS = Target("jobs", "jobs", JobFilter, Reason(NOT_FOUND.code, "no such job"))
BATCHES = Target("batches", "batches", BatchFilter, Reason(NOT_FOUND.code, "no such batch"))
DECISIONS = Target("decisions", "decisions", DecisionFilter, Reason(NOT_FOUND.code, "no such decision instance"))
DEFINITIONS = Target(
    "process definitions",
    "definitions",
    DefinitionFilter,
    Reason(NOT_FOUND.code, "no such process definition"),
)
EXTERNAL_TASKS = Target(
    "external tasks", "external-tasks", ExternalTaskFilter, Reason(NOT_FOUND.code, "no such external task")
)
