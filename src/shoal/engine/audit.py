"""The log of what users did (Camunda 7: user operation log)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.commands.context import Context
from shoal.engine.access import OPERATOR, Logged, allowed
from shoal.engine.paging import check_page
from shoal.errors import InputError
from shoal.people import operations
from shoal.people.permissions import Permission
from shoal.store.queries.ordering import Order
from shoal.store.queries.user_operations import (
    COLUMNS,
    Operation,
    count_operations,
    list_operations,
    operation_conditions,
)
from shoal.validation import refuse_unknown

Rows = list[Operation]

_CONDITIONS = (*sorted(COLUMNS - {"id", "at", "org_value", "new_value", "annotation"}), "after", "before")


class Audit:
    """``engine.audit``: who did what, through ``engine.acting_as`` or over HTTP, at the history level full.

    An operation is one row for each property that it set, or one row; never one for each element of many. Reads are
    not logged, nor what workers do with external tasks that they hold (Camunda 7: the same).
    """

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_AUDIT)
    def list(
        self,
        *,
        sort: str | Sequence[Order] = "at",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> Rows:
        """The rows that meet all conditions, by time: ``list(user_id="mary", entity_type=("Task", "Batch"))``.

        Conditions are columns with a value or with several; ``after`` and ``before`` are instants.

        >>> engine.audit.list(operation_type="Suspend")
        []
        """
        check_page(limit, offset=offset)
        wanted = _parsed(conditions, "audit.list")
        with self._context.database.read() as tx:
            return list_operations(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_AUDIT)
    def count(self, **conditions: Any) -> int:
        """How many rows meet all conditions."""
        wanted = _parsed(conditions, "audit.count")
        with self._context.database.read() as tx:
            return count_operations(tx, wanted)

    @allowed(
        Permission.ANNOTATE_AUDIT,
        Logged("SetAnnotation", "OperationLog", OPERATOR, {"operationId": lambda a: a["operation_id"]}),
    )
    def annotate(self, operation_id: str, annotation: str | None) -> None:
        """Give an operation a remark; None takes it away. NotFoundError."""
        operations.annotate(self._context, operation_id, annotation)


def _parsed(conditions: Mapping[str, Any], of: str) -> Any:
    refuse_unknown(conditions, _CONDITIONS, of)
    for name in ("after", "before"):
        if (value := conditions.get(name)) is not None and (
            not isinstance(value, datetime) or value.tzinfo is None
        ):
            raise InputError(f"{name}: an instant with a time zone", field=name)
    return operation_conditions(conditions)
