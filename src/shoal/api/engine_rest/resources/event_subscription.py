"""``/event-subscription``: who waits for messages, signals and conditions."""

from __future__ import annotations

from typing import Self

from fastapi import APIRouter

from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.event_subscription import EventSubscriptionQuery
from shoal.engine import Engine
from shoal.store.queries.subscription_filters import SubscriptionRow


class EventSubscriptionView(View):
    """Camunda 7: EventSubscriptionDto."""

    id: str
    event_type: str
    event_name: str | None
    execution_id: str | None
    process_instance_id: str | None
    activity_id: str
    created_date: CamundaDate
    tenant_id: str | None

    @classmethod
    def of(cls, row: SubscriptionRow) -> Self:
        """The view of a subscription."""
        return cls(
            id=row.id,
            event_type=row.kind,
            event_name=row.name,
            execution_id=row.node_id,
            process_instance_id=row.instance_id,
            activity_id=row.activity_id,
            created_date=row.created_at,
            tenant_id=row.tenant_id,
        )


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/event-subscription", "Event Subscription")
    queried(
        routes,
        EventSubscriptionQuery,
        EventSubscriptionView,
        find=_find,
        count=lambda engine, query: engine.subscriptions.count(query.filter()),
        what="event subscriptions",
        by_post=False,
    )
    return routes


def _find(engine: Engine, query: EventSubscriptionQuery, page: Page) -> list[SubscriptionRow]:
    return engine.subscriptions.find(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
