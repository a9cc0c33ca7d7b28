"""``/shoal/v1/process-instances``: start, list, count."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.access import User
from shoal.api.acting import Acting
from shoal.api.bodies import JsonRoute
from shoal.api.instance_views import Count, InstancePage, InstanceQuery, InstanceView, Started, StartRequest
from shoal.api.openapi import BODY, errors
from shoal.engine import Engine
from shoal.filters import InstanceFilter


def router(_engine: Engine) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/shoal/v1", tags=["process instances"], route_class=JsonRoute)

    @routes.post("/process-definitions/{key}/instances", status_code=201, responses=errors(404, 409, *BODY))
    def start_instances(engine: Acting, key: str, body: StartRequest, user: User) -> Started:
        """Start instances of a definition, the newest version unless another one is named.

        A thousand at a time, each thousand one transaction. The error of a later thousand carries the ids
        of those before in `started`.
        """
        ids = engine.instances.start_many(
            key,
            body.count,
            version=body.version,
            tenant_id=body.tenant_id,
            business_key=body.business_key,
            variables=body.variables,
            start_event_id=body.start_event_id,
            started_by=user,
        )
        return Started(count=len(ids), ids=ids if body.with_ids else [])

    @routes.post("/process-instances/query", responses=errors(*BODY))
    def query_instances(engine: Acting, body: InstanceQuery) -> InstancePage:
        """List the instances that meet all conditions."""
        sorted_otherwise = body.sort != "id" or body.descending or body.offset > 0
        rows = engine.instances.list(
            body.conditions,
            limit=body.limit,
            after_id=body.after_id,
            sort=body.sort if sorted_otherwise else None,
            descending=body.descending,
            offset=body.offset,
        )
        has_more = len(rows) == body.limit and not sorted_otherwise
        return InstancePage(items=[InstanceView.of(row) for row in rows], next=rows[-1].id if has_more else None)

    @routes.post("/process-instances/count", responses=errors(*BODY))
    def count_instances(engine: Acting, body: InstanceFilter) -> Count:
        """Count the instances that meet all conditions."""
        return Count(count=engine.instances.count(body))

    @routes.get("/process-instances/{instance_id}", responses=errors(404))
    def get_instance(engine: Acting, instance_id: str) -> InstanceView:
        """Show one instance, running or ended."""
        return InstanceView.of(engine.instances.get(instance_id))

    return routes
