"""Event subscriptions: who waits for messages, signals and conditions, and what is kept for compensation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.commands.kept_subscriptions import are_wanted, kept_subscriptions
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.filters.subscriptions import SubscriptionFilter
from shoal.people.permissions import Permission
from shoal.store.queries.ordering import Order, in_order
from shoal.store.queries.subscription_filters import SubscriptionRow, count_subscriptions, list_subscriptions

Filter = SubscriptionFilter | Mapping[str, Any] | None


class Subscriptions:
    """``engine.subscriptions``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_INSTANCES)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[SubscriptionRow]:
        """The subscriptions that match: ``find(kind="message", name="payment-received")``.

        Those of the kind ``compensate``, what is kept so that it can be undone, are found with an ``instance_id``.
        """
        check_page(limit, offset=offset)
        wanted = parsed(SubscriptionFilter, filter, conditions)
        with self._context.database.read() as tx:
            if are_wanted(wanted):
                rows = list_subscriptions(tx, wanted, sort=sort, descending=descending)
                rows += kept_subscriptions(self._context, tx, wanted)
                return in_order(rows, sort, descending=descending)[offset : offset + limit]
            return list_subscriptions(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many match; all, if nothing is said."""
        wanted = parsed(SubscriptionFilter, filter, conditions)
        with self._context.database.read() as tx:
            kept = kept_subscriptions(self._context, tx, wanted) if are_wanted(wanted) else []
            return count_subscriptions(tx, wanted) + len(kept)
