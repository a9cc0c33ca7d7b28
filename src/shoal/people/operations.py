"""The log of operations (Camunda 7: user operation log): one entry, written together with what it is about.

An entry is written in the first transaction of its operation that changes something, so that neither is there
without the other; what the operation made is said by that transaction (``Tx.concerns``). An operation that takes
many transactions is logged with its first. One that fails before is not logged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.texts import checked
from shoal.errors import NotFoundError
from shoal.ids import is_id, new_id
from shoal.store.database import Tx
from shoal.store.queries.user_operations import COLUMNS, annotate_operation, insert_operations

_LONGEST_VALUE = 4000
COUNT = "count"
"""With this word a transaction says how many elements the operation is about."""


class Entry:
    """What is to be logged of one operation. ``columns`` say who did what to whom."""

    def __init__(self, columns: Mapping[str, Any], properties: Sequence[tuple[str, Any]]) -> None:
        self._columns = dict(columns)
        self._properties = list(properties)
        self._written = False
        self.operation_id = new_id()

    def before_commit(self, tx: Tx) -> None:
        """Write it into the transaction, unless one before it has it already."""
        if self._written:
            return
        insert_operations(tx, self._rows(tx.concerned, clock.now()))
        tx.after_commit(self._done)

    def finish(self, ctx: Context) -> None:
        """The operation is over: write it now, if there was nothing to change."""
        if not self._written:
            with ctx.database.write() as tx:
                insert_operations(tx, self._rows({}, clock.now()))

    def _done(self) -> None:
        self._written = True

    def _rows(self, concerned: Mapping[str, Any], now: datetime) -> list[dict[str, Any]]:
        made = {name: value for name, value in concerned.items() if name in COLUMNS}
        common = self._columns | made | {"operation_id": self.operation_id, "at": now}
        properties = list(self._properties)
        if COUNT in concerned:
            properties.insert(0, ("nrOfInstances", concerned[COUNT]))
        if not properties:
            return [common | {"id": new_id()}]
        return [
            common | {"id": new_id(), "property": name, "new_value": _text(value)} for name, value in properties
        ]


def annotate(ctx: Context, operation_id: str, annotation: str | None) -> None:
    """Give an operation a remark, or take it away. NotFoundError: no such operation."""
    checked("annotation", annotation, _LONGEST_VALUE)
    with ctx.database.write() as tx:
        if not is_id(operation_id) or not annotate_operation(tx, operation_id, annotation):
            raise NotFoundError(f"there is no operation '{operation_id}'", operation_id=operation_id)


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        # Camunda 7: dates are milliseconds since 1970
        return str(int(value.timestamp() * 1000))
    text = str(value).replace("\0", "").encode("utf-8", "replace").decode()
    return text[:_LONGEST_VALUE]
