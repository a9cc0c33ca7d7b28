"""The tree of what is active in an instance, in Camunda 7's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from shoal.api.engine_rest.views import View
from shoal.commands.show_activities import InstanceActivities
from shoal.kernel import ActivityTree, LiveNode
from shoal.store.queries.history.incidents import HistoricIncidentRow


class ActivityIncidentView(View):
    """Camunda 7: ActivityInstanceIncidentDto."""

    id: str
    activity_id: str | None


class TransitionInstanceView(View):
    """Camunda 7: TransitionInstanceDto."""

    id: str
    parent_activity_instance_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    process_instance_id: str
    process_definition_id: str
    execution_id: str
    target_activity_id: str
    incident_ids: list[str]
    incidents: list[ActivityIncidentView]


class ActivityInstanceView(View):
    """Camunda 7: ActivityInstanceDto."""

    id: str
    parent_activity_instance_id: str | None
    activity_id: str
    activity_type: str
    process_instance_id: str
    process_definition_id: str
    child_activity_instances: list[ActivityInstanceView]
    child_transition_instances: list[TransitionInstanceView]
    execution_ids: list[str]
    activity_name: str | None
    name: str | None
    incident_ids: list[str]
    incidents: list[ActivityIncidentView]

    @classmethod
    def of(cls, row: InstanceActivities) -> Self:
        """The view of the whole tree."""
        return cls._below(row, row.tree)

    @classmethod
    def _below(cls, whole: InstanceActivities, tree: ActivityTree) -> Self:
        incidents = whole.incidents.get(tree.id, ())
        is_root = tree is whole.tree
        return cls(
            id=tree.id,
            parent_activity_instance_id=tree.parent_id,
            # Camunda 7: the root is the definition
            activity_id=whole.definition_id if is_root else tree.activity_id,
            activity_type=tree.activity_type,
            process_instance_id=whole.tree.id,
            process_definition_id=whole.definition_id,
            child_activity_instances=[cls._below(whole, each) for each in tree.children],
            child_transition_instances=[_transition(whole, tree.id, each) for each in tree.transitions],
            execution_ids=[tree.id],
            activity_name=tree.activity_name,
            name=tree.activity_name,
            incident_ids=[each.id for each in incidents],
            incidents=_incidents(incidents),
        )


def _transition(whole: InstanceActivities, parent_id: str, node: LiveNode) -> TransitionInstanceView:
    incidents = whole.incidents.get(node.id, ())
    return TransitionInstanceView(
        id=node.id,
        parent_activity_instance_id=parent_id,
        activity_id=node.element_id,
        activity_name=whole.names.get(node.element_id),
        activity_type=whole.types.get(node.element_id, ""),
        process_instance_id=whole.tree.id,
        process_definition_id=whole.definition_id,
        execution_id=node.id,
        target_activity_id=node.element_id,
        incident_ids=[each.id for each in incidents],
        incidents=_incidents(incidents),
    )


def _incidents(rows: Sequence[HistoricIncidentRow]) -> list[ActivityIncidentView]:
    return [ActivityIncidentView(id=each.id, activity_id=each.activity_id) for each in rows]
