"""The activity instances of a running instance as a tree, with the open incidents at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shoal.commands.context import Context
from shoal.errors import NotFoundError
from shoal.filters.history import IncidentFilter
from shoal.ids import is_id
from shoal.kernel import ActivityTree, activity_tree, compile_plan, decode_state
from shoal.store.database import Tx
from shoal.store.queries.history.incidents import INCIDENTS, HistoricIncidentRow
from shoal.store.queries.instances import load_headers
from shoal.store.queries.states import load_states

_MOST_INCIDENTS = 100_000


@dataclass(frozen=True, slots=True)
class InstanceActivities:
    """What is active in an instance."""

    definition_id: str
    tree: ActivityTree
    names: Mapping[str, str | None]
    """Of the activities, by their ids in the model."""
    types: Mapping[str, str]
    """The same, such as userTask."""
    incidents: Mapping[str, Sequence[HistoricIncidentRow]]
    """The open ones, by the activity instance or the token at which they are."""


def show_activities(ctx: Context, instance_id: str) -> InstanceActivities:
    """The activities of a running instance. NotFoundError: there is none."""
    with ctx.database.read() as tx:
        header = load_headers(tx, [instance_id]).get(instance_id) if is_id(instance_id) else None
        if header is None or header.state != "active":
            raise NotFoundError(f"Process instance with id {instance_id} does not exist", instance_id=instance_id)
        process = ctx.catalog.get(tx, header.definition_id).process
        state = decode_state(load_states(tx, [instance_id])[instance_id])
        incidents = _incidents(tx, instance_id)
    tree = activity_tree(process, instance_id, state)
    types = {each: element.activity_type for each, element in compile_plan(process).elements.items()}
    names = {node.id: node.name for node in process.nodes.values()}
    return InstanceActivities(header.definition_id, tree, names, types, incidents)


def _incidents(tx: Tx, instance_id: str) -> dict[str, list[HistoricIncidentRow]]:
    wanted = IncidentFilter.model_validate({"instance_id": instance_id, "state": "open"})
    found: dict[str, list[HistoricIncidentRow]] = {}
    for each in INCIDENTS.rows(tx, wanted, "id", descending=False, offset=0, limit=_MOST_INCIDENTS):
        found.setdefault(each.node_id or instance_id, []).append(each)
    return found
