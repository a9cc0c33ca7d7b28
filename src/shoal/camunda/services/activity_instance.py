"""The part of ``engine.runtime_service`` that shows what is active in an instance, as a tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shoal.camunda.services.entity import INCIDENT, Entity
from shoal.commands.show_activities import InstanceActivities
from shoal.engine import Engine
from shoal.errors import NotFoundError
from shoal.kernel import ActivityTree, LiveNode


@dataclass(frozen=True)
class TransitionInstance:
    """Camunda 7: ``TransitionInstance``, a token before or after an asynchronous element."""

    id: str
    parent_activity_instance_id: str
    activity_id: str
    activity_name: str | None
    activity_type: str
    process_instance_id: str
    process_definition_id: str
    execution_id: str
    incidents: tuple[Entity, ...]
    """The open ones."""

    @property
    def incident_ids(self) -> tuple[str, ...]:
        """Of the incidents."""
        return tuple(each.id for each in self.incidents)


@dataclass(frozen=True)
class ActivityInstance:
    """Camunda 7: ``ActivityInstance``. The root is the process instance; its ``activity_id`` is the definition."""

    id: str
    parent_activity_instance_id: str | None
    activity_id: str
    activity_name: str | None
    activity_type: str
    process_instance_id: str
    process_definition_id: str
    child_activity_instances: tuple[ActivityInstance, ...]
    child_transition_instances: tuple[TransitionInstance, ...]
    execution_ids: tuple[str, ...]
    incidents: tuple[Entity, ...]
    """The open ones."""

    @property
    def incident_ids(self) -> tuple[str, ...]:
        """Of the incidents."""
        return tuple(each.id for each in self.incidents)

    @property
    def is_leaf(self) -> bool:
        """Whether nothing is active inside of it."""
        return not self.child_activity_instances and not self.child_transition_instances

    def get_activity_instances(self, activity_id: str) -> list[ActivityInstance]:
        """Those of an activity, this one and all below it."""
        return [each for each in self.all() if each.activity_id == activity_id]

    def get_transition_instances(self, activity_id: str) -> list[TransitionInstance]:
        """The transitions at an activity, here and everywhere below."""
        below = (one for each in self.all() for one in each.child_transition_instances)
        return [each for each in below if each.activity_id == activity_id]

    def all(self) -> Iterator[ActivityInstance]:
        """This one and all below it, each parent before its children."""
        yield self
        for each in self.child_activity_instances:
            yield from each.all()


class ActivityInstances:
    """What is active in running instances."""

    _engine: Engine

    def get_activity_instance(self, process_instance_id: str) -> ActivityInstance | None:
        """The tree of a running instance; None if none runs under that id."""
        try:
            found = self._engine.executions.tree(process_instance_id)
        except NotFoundError:
            return None
        return _activity(found, found.tree)

    def get_active_activity_ids(self, execution_id: str) -> list[str]:
        """The elements that are active in an execution or in a whole instance, each as often as it is.

        NotFoundError.
        """
        execution = self._engine.executions.get(execution_id)
        found = self._engine.executions.tree(execution.instance_id)
        whole = _activity(found, found.tree)
        parts = [below for each in whole.all() if each.id == execution_id for below in each.all()]
        if not parts:
            # a token of an asynchronous element
            return [] if execution.activity_id is None else [execution.activity_id]
        waiting = [one.activity_id for each in parts for one in each.child_transition_instances]
        return [each.activity_id for each in parts if each.is_leaf] + waiting


def _activity(whole: InstanceActivities, tree: ActivityTree) -> ActivityInstance:
    return ActivityInstance(
        id=tree.id,
        parent_activity_instance_id=tree.parent_id,
        activity_id=whole.definition_id if tree is whole.tree else tree.activity_id,
        activity_name=tree.activity_name,
        activity_type=tree.activity_type,
        process_instance_id=whole.tree.id,
        process_definition_id=whole.definition_id,
        child_activity_instances=tuple(_activity(whole, each) for each in tree.children),
        child_transition_instances=tuple(_transition(whole, tree.id, each) for each in tree.transitions),
        execution_ids=(tree.id,),
        incidents=_incidents(whole, tree.id),
    )


def _transition(whole: InstanceActivities, parent_id: str, node: LiveNode) -> TransitionInstance:
    return TransitionInstance(
        id=node.id,
        parent_activity_instance_id=parent_id,
        activity_id=node.element_id,
        activity_name=whole.names.get(node.element_id),
        activity_type=whole.types.get(node.element_id, ""),
        process_instance_id=whole.tree.id,
        process_definition_id=whole.definition_id,
        execution_id=node.id,
        incidents=_incidents(whole, node.id),
    )


def _incidents(whole: InstanceActivities, node_id: str) -> tuple[Entity, ...]:
    return tuple(Entity(each, INCIDENT) for each in whole.incidents.get(node_id, ()))
