"""What a selection means, and what is refused."""

from __future__ import annotations

import pytest

from shoal.batch.selection import EVERYTHING, Selection, parse_selection, resolve, stand_in
from shoal.batch.targets import ALL_INSTANCES, ENDED_INSTANCES, JOBS, RUNNING_INSTANCES
from shoal.errors import EmptySelectionError, FilterRejectedError, InputError
from shoal.filters import InstanceFilter
from shoal.ids import is_id, new_id


def test_ids_are_sorted_and_without_duplicates() -> None:
    first, second = new_id(), new_id()
    selected = resolve(Selection(ids=(second, first, second, f" {first.upper()} ")), ALL_INSTANCES)
    assert selected.ids == [first, second]
    assert selected.filters == ()


def test_malformed_ids_are_kept_apart() -> None:
    good = new_id()
    selected = resolve(Selection(ids=(good, "nonsense", "", "nonsense")), ALL_INSTANCES)
    assert selected.ids == [good]
    assert selected.malformed == ["nonsense", ""]


def test_a_stand_in_is_an_id_and_always_the_same() -> None:
    assert is_id(stand_in("nonsense"))
    assert stand_in("nonsense") == stand_in("nonsense") != stand_in("other")


@pytest.mark.parametrize(
    "selection",
    [
        {},
        {"ids": []},
        {"filter": None},
        {"filter": {}},
        {"filter": {"definition_key": None}},
        {"ids": ["nonsense"]},
        {"ids": ["00000000-0000-7000-8000-000000000000"], "filter": {}},
    ],
)
def test_what_restricts_nothing_is_refused(selection: dict[str, object]) -> None:
    with pytest.raises(EmptySelectionError):
        resolve(parse_selection(selection), RUNNING_INSTANCES)


def test_the_refusal_says_the_word() -> None:
    with pytest.raises(EmptySelectionError, match=EVERYTHING):
        resolve(Selection(), RUNNING_INSTANCES)


def test_everything_has_to_be_said_exactly() -> None:
    assert resolve(Selection(everything=EVERYTHING), RUNNING_INSTANCES).filters == (InstanceFilter(running=True),)
    for word in ("yes", "true", ""):
        with pytest.raises(InputError, match=EVERYTHING):
            resolve(Selection(everything=word), RUNNING_INSTANCES)
    with pytest.raises(InputError, match="does not go together"):
        resolve(Selection(everything=EVERYTHING, ids=(new_id(),)), RUNNING_INSTANCES)


def test_a_filter_is_narrowed_to_its_target() -> None:
    selection = Selection(filter={"definition_key": "order"})
    assert resolve(selection, RUNNING_INSTANCES).filters == (InstanceFilter(definition_key="order", running=True),)
    assert resolve(selection, ENDED_INSTANCES).filters == (InstanceFilter(definition_key="order", running=False),)
    assert resolve(selection, ALL_INSTANCES).filters == (InstanceFilter(definition_key="order"),)


def test_a_filter_that_contradicts_its_target_is_refused() -> None:
    with pytest.raises(FilterRejectedError, match="running=false"):
        resolve(Selection(filter={"running": False, "definition_key": "order"}), RUNNING_INSTANCES)


def test_a_filter_object_is_as_good_as_json() -> None:
    selection = Selection(filter=InstanceFilter(definition_key="order"))  # type: ignore[arg-type]
    assert resolve(selection, ALL_INSTANCES).stored_filter == {"definition_key": "order"}


@pytest.mark.parametrize(
    ("filter_", "field"),
    [({"colour": "red"}, "colour"), ({"definition_version": "new"}, "definition_version")],
)
def test_an_unknown_field_is_named(filter_: dict[str, object], field: str) -> None:
    with pytest.raises(FilterRejectedError, match=field):
        resolve(Selection(filter=filter_), RUNNING_INSTANCES)


def test_jobs_have_filters_of_their_own() -> None:
    with pytest.raises(FilterRejectedError, match="business_key"):
        resolve(Selection(filter={"business_key": "b"}), JOBS)


def test_unknown_parts_of_a_selection_are_refused() -> None:
    with pytest.raises(InputError, match="query"):
        parse_selection({"query": {}})
