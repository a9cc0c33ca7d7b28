"""Which elements: ids united with filters. What restricts nothing is refused unless said in so many words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from shoal.batch.targets import Filter, Target
from shoal.commands.outcome import Reason
from shoal.errors import EmptySelectionError, InputError
from shoal.ids import is_id
from shoal.validation import places_of, said_of

EVERYTHING = "yes-all-of-them"
"""The word that selects every element there is."""

MALFORMED_ID = "malformed-id"


class Selection(BaseModel):
    """What a requester names: the union of the ids and of what each filter finds.

    At least one part must restrict something. Camunda 7: ids, processInstanceQuery and
    historicProcessInstanceQuery together.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] = ()
    filter: Mapping[str, Any] | tuple[Mapping[str, Any], ...] | None = None
    everything: str | None = None

    @field_validator("filter", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return tuple(map(_dumped, value))
        return _dumped(value)

    @property
    def filters(self) -> tuple[Mapping[str, Any], ...]:
        """The filters, be there none, one or several."""
        if self.filter is None:
            return ()
        return self.filter if isinstance(self.filter, tuple) else (self.filter,)


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection that makes sense for its target. ``ids`` are sorted and without duplicates."""

    ids: list[str]
    malformed: list[str]
    filters: tuple[Filter, ...]

    @property
    def stored_filter(self) -> dict[str, Any] | list[dict[str, Any]] | None:
        """The filters as they are kept with the batch: nothing, one, or a list of several."""
        stored = [each.model_dump(mode="json", exclude_none=True) for each in self.filters]
        return (stored[0] if stored else None) if len(stored) < 2 else stored


def parse_selection(raw: Selection | Mapping[str, Any]) -> Selection:
    """A selection from JSON. InputError names what is wrong."""
    if isinstance(raw, Selection):
        return raw
    try:
        return Selection.model_validate(raw)
    except ValidationError as error:
        raise InputError(f"selection: {said_of(Selection, error)}", fields=places_of(error)) from None


def resolve(selection: Selection, target: Target) -> Selected:
    """Check the selection against its target. EmptySelectionError, FilterRejectedError or InputError."""
    if selection.everything is not None:
        return _everything(selection, target)
    for each in selection.filters:
        # empty as it was said: what the target adds restricts nothing
        if not any(value is not None for value in each.values()):
            raise EmptySelectionError(
                f"the filter has no condition and would select all {target.name}; "
                f"leave it out, or say everything: '{EVERYTHING}'"
            )
    filters = tuple(target.parse_filter(each) for each in selection.filters)
    wanted, malformed = _sorted_out(selection.ids)
    if not wanted and not filters:
        if malformed:
            raise EmptySelectionError(
                f"none of the {len(malformed)} ids has the form of an id, e.g. '{malformed[0][:60]}'",
                malformed=malformed[:100],
            )
        raise EmptySelectionError(
            f"the selection names neither ids nor a filter; to select all {target.name} "
            f"say everything: '{EVERYTHING}'"
        )
    return Selected(wanted, malformed, filters)


def stand_in(malformed: str) -> str:
    """The id under which the outcome of a malformed id is kept; the same text always gives the same."""
    return str(uuid5(NAMESPACE_OID, malformed))


def malformed_reason(text: str) -> Reason:
    """Why a malformed id is skipped."""
    return Reason(MALFORMED_ID, f"'{text[:200]}' does not have the form of an id")


def _everything(selection: Selection, target: Target) -> Selected:
    if selection.everything != EVERYTHING:
        raise InputError(f"everything: to select all {target.name} say '{EVERYTHING}'", field="everything")
    if selection.ids or selection.filter:
        raise InputError(
            "everything: does not go together with ids or a filter; they would restrict nothing", field="everything"
        )
    return Selected([], [], (target.parse_filter({}),))


def _dumped(value: Any) -> Any:
    return value.model_dump(mode="json", exclude_none=True) if isinstance(value, BaseModel) else value


def _sorted_out(ids: Iterable[str]) -> tuple[list[str], list[str]]:
    wanted: set[str] = set()
    malformed: dict[str, None] = {}
    for each in ids:
        text = each.strip().lower()
        if is_id(text):
            wanted.add(text)
        else:
            malformed[each] = None
    return sorted(wanted), list(malformed)
