"""Which messages, signals and conditions start a definition: those of its newest version, and of no other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from shoal.bpmn.events import ConditionalEvent, EventDefinition, MessageEvent, SignalEvent
from shoal.bpmn.process import Process
from shoal.ids import new_id
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
