"""All routes of ``/process-instance``: those with words before those with ids."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.engine_rest.resources.process_instance import (
    PREFIX,
    TAG,
    commenting,
    deleting,
    finding,
    in_batches,
    modifying,
    suspending,
)
from shoal.api.engine_rest.routing import dialect_router
from shoal.api.engine_rest.variables import Scopes, add_variables


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router(PREFIX, TAG)
    finding.add_to_all(routes)
    in_batches.add_to_all(routes)
    suspending.add_routes(routes)
    finding.add_to_one(routes)
    deleting.add_to_one(routes)
    modifying.add_to_one(routes)
    commenting.add_to_one(routes)
    add_variables(routes, "variables", Scopes("process instance", finding.running))
    return routes
