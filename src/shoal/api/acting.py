"""On whose behalf a request acts: the one way of routes to the engine."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from shoal.api.access import principal_of
from shoal.engine import Engine


def acting(request: Request) -> Engine:
    """The engine, acting for who sent the request; itself, if the server asks nobody for credentials."""
    engine: Engine = request.app.state.engine
    principal = principal_of(request)
    return engine if principal is None else engine.acting_as(principal)


Acting = Annotated[Engine, Depends(acting)]
"""A parameter of a route: the engine, acting for who sent the request."""
