"""Links in answers: where the thing that was made can be found, under the prefix that the request came by."""

from __future__ import annotations

from fastapi import Request

from shoal.api.engine_rest.views import Link


def self_link(request: Request, path: str) -> Link:
    """The link of a thing to itself; ``path`` is below ``/engine-rest``."""
    url = request.url.replace(path=f"{request.scope.get('root_path', '')}{path}", query="", fragment="")
    return Link(method="GET", href=str(url), rel="self")
