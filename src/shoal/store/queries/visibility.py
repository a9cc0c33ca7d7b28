"""Which instances exist for everybody but the trash: the one place that decides it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, select

from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance

_deleted_definitions = select(process_definition.c.id).where(process_definition.c.deleted_at.is_not(None))


def visible() -> ColumnElement[bool]:
    """The condition that neither the instance nor its definition is softly deleted."""
    return and_(
        process_instance.c.deleted_at.is_(None),
        process_instance.c.definition_id.not_in(_deleted_definitions),
    )
