"""All routes of ``/process-definition``, those of the collection first: their names could be ids."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.engine_rest.resources.process_definition import (
    controlling,
    finding,
    restarting,
    showing,
    starting,
    statistics,
)
from shoal.api.engine_rest.resources.process_definition.naming import WAYS
from shoal.api.engine_rest.routing import dialect_router

_TAG = "Process Definition"


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/process-definition", _TAG)
    for part in (finding, statistics, controlling):
        part.add_to_all(routes)
    for path, named in WAYS:
        one = dialect_router(path, _TAG)
        for each in (finding, showing, starting, restarting, statistics, controlling):
            each.add_to_one(one, named)
        routes.include_router(one)
    return routes
