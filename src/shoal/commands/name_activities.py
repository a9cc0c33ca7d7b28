"""The names of activities, which only models say; and where a name is found."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from shoal.commands.context import Context
from shoal.commands.describe_definitions import is_like, processes_of
from shoal.filters.activities import ActivityFilter
from shoal.filters.definitions import DefinitionFilter
from shoal.store.database import Tx
from shoal.store.queries.definition_filters import list_definition_rows

Names = dict[tuple[str, str], str]
"""By definition and activity."""


def names_of_activities(ctx: Context, tx: Tx, definition_ids: Collection[str]) -> Names:
    """The names in these definitions; nothing is said by models that cannot be read any more."""
    found = processes_of(ctx, tx, sorted(set(definition_ids)))
    return {
        (definition_id, node.id): node.name
        for definition_id, process in found.items()
        for node in process.nodes.values()
        if node.name is not None
    }


def placed(ctx: Context, tx: Tx, wanted: ActivityFilter) -> ActivityFilter:
    """The same filter with the places of the names that it asks for instead of the names."""
    if wanted.name is None and wanted.name_like is None:
        return wanted
    rows = list_definition_rows(tx, _definitions(wanted))
    names = names_of_activities(ctx, tx, [row.id for row in rows])
    places: dict[str, list[str]] = {}
    for definition_id, activity_id in _matching(names, wanted):
        places.setdefault(definition_id, []).append(activity_id)
    said = tuple((each, tuple(ids)) for each, ids in places.items())
    return wanted.model_copy(update={"name": None, "name_like": None, "places": said})


def _definitions(wanted: ActivityFilter) -> DefinitionFilter:
    if wanted.definition_id is not None:
        return DefinitionFilter(ids=(wanted.definition_id,))
    return DefinitionFilter(key=wanted.definition_key)


def _matching(names: Names, wanted: ActivityFilter) -> Iterable[tuple[str, str]]:
    for place, name in names.items():
        if wanted.name is not None and name != wanted.name:
            continue
        if wanted.name_like is not None and not is_like(name, wanted.name_like):
            continue
        yield place
