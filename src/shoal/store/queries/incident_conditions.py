"""Conditions on open incidents, which filters of instances and of definitions share."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy import ColumnElement

from shoal.store.queries import filter_values
from shoal.store.tables.jobs import incident

_t = incident.c


class AboutIncidents(Protocol):
    """A filter that says something about incidents."""

    @property
    def incident_id(self) -> str | None:
        """The incident."""

    @property
    def incident_type(self) -> str | None:
        """Its type."""

    @property
    def incident_message(self) -> str | None:
        """Its message."""

    @property
    def incident_message_like(self) -> str | None:
        """A pattern of its message."""


def incident_conditions(wanted: AboutIncidents) -> list[ColumnElement[bool]]:
    """One condition on ``incident`` for every field that is said; each may be met by another incident."""
    found: list[ColumnElement[bool]] = []
    if wanted.incident_id is not None:
        found.append(filter_values.id_is(_t.id, wanted.incident_id))
    if wanted.incident_type is not None:
        found.append(filter_values.equals("incident_type", _t.kind, wanted.incident_type))
    if wanted.incident_message is not None:
        found.append(filter_values.equals("incident_message", _t.message, wanted.incident_message))
    if wanted.incident_message_like is not None:
        found.append(filter_values.like("incident_message_like", _t.message, wanted.incident_message_like))
    return found
