"""Which elements: ids united with a filter. What restricts nothing is refused unless said in so many words."""

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
    """What a requester names. At least one part must restrict something."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ids: tuple[str, ...] = ()
    filter: Mapping[str, Any] | None = None
    everything: str | None = None

    @field_validator("filter", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        if isinstance(value, BaseModel):
            return value.model_dump(mode="json", exclude_none=True)
        return value


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection that makes sense for its target. ``ids`` are sorted and without duplicates."""

    ids: list[str]
    malformed: list[str]
    filter: Filter | None

    @property
    def stored_filter(self) -> dict[str, Any] | None:
        """The filter as it is kept with the batch."""
        return None if self.filter is None else self.filter.model_dump(mode="json", exclude_none=True)


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
    filter_ = None
    if selection.filter is not None:
        # empty as it was said: what the target adds restricts nothing
        if not any(value is not None for value in selection.filter.values()):
            raise EmptySelectionError(
                f"the filter has no condition and would select all {target.name}; "
                f"leave it out, or say everything: '{EVERYTHING}'"
            )
        filter_ = target.parse_filter(selection.filter)
    wanted, malformed = _sorted_out(selection.ids)
    if not wanted and filter_ is None:
        if malformed:
            raise EmptySelectionError(
                f"none of the {len(malformed)} ids has the form of an id, e.g. '{malformed[0][:60]}'",
                malformed=malformed[:100],
            )
        raise EmptySelectionError(
            f"the selection names neither ids nor a filter; to select all {target.name} "
            f"say everything: '{EVERYTHING}'"
        )
    return Selected(wanted, malformed, filter_)


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
    return Selected([], [], target.parse_filter({}))


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
