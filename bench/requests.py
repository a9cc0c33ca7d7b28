"""What each operation is asked to do, and to which elements of the population."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from shoal.batch.selection import EVERYTHING
from shoal.commands.context import Context
from shoal.filters.definitions import DefinitionFilter
from shoal.store.queries.definition_filters import list_definition_rows

_ENDED = {"filter": {"running": False}}
_RUNNING = {"filter": {"running": True}}
_EVERY = {"everything": EVERYTHING}
_LATER = {"mode": "absolute", "absolute_removal_time": "2031-01-01T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Asked:
    """Parameters and selection of a batch. ``of_models``: parameters that name definitions by their ids."""

    params: dict[str, Any]
    selection: dict[str, Any]
    of_models: Callable[[list[str]], dict[str, Any]] = lambda _ids: {}

    def all_params(self, ctx: Context) -> dict[str, Any]:
        """With the ids of the definitions, the oldest first."""
        with ctx.database.read() as tx:
            found = list_definition_rows(tx, DefinitionFilter(), limit=10)
        return {**self.params, **self.of_models([each.id for each in found])}


def _migrate(ids: list[str]) -> dict[str, Any]:
    instruction = {"source_activity_id": "check", "target_activity_id": "check"}
    names = [
        {"source_activity_id": name, "target_activity_id": name, "update_event_trigger": False}
        for name in ("paid", "late")
    ]
    return {
        "source_definition_id": ids[0],
        "target_definition_id": ids[1],
        "instructions": [instruction, *names],
    }


def _again(ids: list[str]) -> dict[str, Any]:
    return {"definition_id": ids[1], "instructions": [{"type": "start-before", "activity_id": "check"}]}


def _move(ids: list[str]) -> dict[str, Any]:
    found = _again(ids)
    cancel = {"type": "cancel-all", "activity_id": "check", "only_current": True}
    return {**found, "instructions": [cancel, *found["instructions"]]}


REQUESTS = {
    "suspend-instances": Asked({}, _RUNNING),
    "resume-instances": Asked({}, {"filter": {"state": "suspended"}}),
    "set-variables": Asked({"variables": {"bench0": 0, "bench1": 1}}, _RUNNING),
    "set-job-retries": Asked({"retries": 5}, _EVERY),
    "correlate-message": Asked({"message_name": "paid"}, _RUNNING),
    "cancel-instances": Asked({"reason": "bench"}, _RUNNING),
    "delete-history": Asked({}, _ENDED),
    "migrate-instances": Asked({}, _RUNNING, _migrate),
    "modify-instances": Asked({}, _RUNNING, _move),
    "restart-instances": Asked({}, _ENDED, _again),
    "set-removal-time-of-instances": Asked(_LATER, _ENDED),
    "set-external-task-retries": Asked({"retries": 5}, _EVERY),
    "set-removal-time-of-decisions": Asked(_LATER, _EVERY),
    "delete-decision-history": Asked({}, _EVERY),
    "set-removal-time-of-batches": Asked(_LATER, _EVERY),
}
