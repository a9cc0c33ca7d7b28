"""Which event subscriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Names, Only, Query, Text, said
from shoal.filters.subscriptions import SubscriptionFilter


class EventSubscriptionQuery(Query):
    """Camunda 7: ``EventSubscriptionQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"created": "created_at", "tenantId": "tenant_id"}

    event_subscription_id: Text
    event_name: Text
    event_type: Text
    execution_id: Text
    process_instance_id: Text
    activity_id: Text
    tenant_id_in: Names
    without_tenant_id: Only
    include_event_subscriptions_without_tenant_id: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``SubscriptionFilter``."""
        return said(
            ids=None if self.event_subscription_id is None else (self.event_subscription_id,),
            name=self.event_name,
            kind=self.event_type,
            node_id=self.execution_id,
            instance_id=self.process_instance_id,
            activity_id=self.activity_id,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
            include_without_tenant=self.include_event_subscriptions_without_tenant_id,
        )

    def filter(self) -> SubscriptionFilter:
        """The native filter."""
        return SubscriptionFilter.model_validate(self.conditions())
