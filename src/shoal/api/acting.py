"""On whose behalf a request acts: the one way of routes to the engine."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from shoal.engine import Engine


def acting(request: Request) -> Engine:
    """The engine, acting for who sent the request."""
    engine: Engine = request.app.state.engine
    return engine


Acting = Annotated[Engine, Depends(acting)]
"""A parameter of a route: the engine, acting for who sent the request."""
