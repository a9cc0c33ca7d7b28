"""Lets the desktop Camunda Modeler in, which talks to servers as a page of the origin ``file://``.

Browsers give their pages of files the origin ``null`` and those of the web their own, so nobody but a program
installed on the machine has this one. Credentials and the name of the host are asked for as of everybody.
"""

from __future__ import annotations

from fastapi.responses import Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shoal.api.engine_rest import PATH

ORIGIN = "file://"
_ALLOWED = {
    "Access-Control-Allow-Origin": ORIGIN,
    "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept",
    "Access-Control-Max-Age": "600",
}


class ModelerOrigin:
    """Answers its questions whether it may ask, and marks the answers as meant for it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as one without a foreign origin."""
        if scope["type"] != "http" or not scope["path"].startswith(f"{PATH}/"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        if headers.get("origin") != ORIGIN:
            await self.app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=_ALLOWED)(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Access-Control-Allow-Origin"] = ORIGIN
            await send(message)

        rest = [each for each in scope["headers"] if each[0] != b"origin"]
        await self.app({**scope, "headers": rest}, receive, marked)
