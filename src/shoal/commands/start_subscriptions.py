"""Which messages, signals and conditions start a definition: those of its newest version, and of no other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from shoal.bpmn.events import ConditionalEvent, EventDefinition, MessageEvent, SignalEvent
from shoal.bpmn.process import Process
from shoal.errors import Fault, ModelRejectedError
from shoal.ids import new_id
from shoal.store.database import Tx
from shoal.store.queries import subscriptions
from shoal.store.queries.definitions import Definition

CONDITION = ("conditional", "")
"""Conditions have no name; an empty one lets the index tell those of definitions from those of instances."""


def start_subscriptions(process: Process, definition: Definition, now: datetime) -> list[tuple[Any, ...]]:
    """The rows of a definition that is now the newest version of its key and tenant."""
    rows: list[tuple[Any, ...]] = []
    for event in process.root.start_events:
        found = event_name(event.definition)
        if found is not None:
            kind, name = found
            rows.append((new_id(), kind, name, None, None, event.id, definition.id, definition.tenant_id, now))
    return rows


def start_messages(process: Process) -> list[tuple[str, str]]:
    """The message start events: their ids and names."""
    found = [(event.id, event_name(event.definition)) for event in process.root.start_events]
    return [(event_id, of[1]) for event_id, of in found if of is not None and of[0] == "message"]


def refuse_taken_messages(
    tx: Tx, processes: Sequence[tuple[str, Process]], replaced: Collection[str], tenant_id: str | None
) -> None:
    """ModelRejectedError if a message starts another definition of the tenant already (Camunda 7).

    ``processes`` come with the files they are in; ``replaced`` are the definitions whose newest version they are.
    """
    wanted = [
        (resource, process.id, event_id, name)
        for resource, process in processes
        for event_id, name in start_messages(process)
    ]
    taken = {
        each.name: each.definition_id
        for each in (subscriptions.message_starts(tx, [name for *_, name in wanted], tenant_id) if wanted else ())
        if each.definition_id not in replaced
    }
    resources: list[str] = []
    faults: list[Fault] = []
    for resource, key, event_id, name in wanted:
        if name in taken:
            what = f"there already is a message event subscription for the message with name '{name}'"
            faults.append(Fault(event_id, f"cannot deploy process definition '{key}': {what}", "another message"))
            resources.append(resource)
        taken[name] = key
    if faults:
        raise ModelRejectedError(", ".join(dict.fromkeys(resources)), faults)


def event_name(definition: EventDefinition | None) -> tuple[str, str] | None:
    """The kind and the name of what is waited for, if that can be subscribed.

    Names of start events are fixed: there is nothing yet that an expression could look at.
    """
    if isinstance(definition, MessageEvent):
        kind, name = "message", definition.message_name
    elif isinstance(definition, SignalEvent):
        kind, name = "signal", definition.signal_name
    elif isinstance(definition, ConditionalEvent):
        return CONDITION
    else:
        return None
    return None if name is None or name.literal_value is None else (kind, name.literal_value)
