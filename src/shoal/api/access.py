"""Who may talk to the server: credentials, and the guards of a server that has none.

Runs before anything of the request is parsed, so that a stranger can neither upload nor probe.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import ipaddress
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from shoal.api.engine_rest import PATH as DIALECT
from shoal.api.problems import problem_response
from shoal.errors import InputError
from shoal.people.credentials import Credentials
from shoal.people.principal import Principal
from shoal.settings import Settings

OPEN_PATHS = frozenset({"/health", "/ready"})
TOKEN_USER = "token"  # noqa: S105 - a name
"""Who did it, when all that is known is that the bearer token was right."""
_GUESSES_AT_ONCE = 4
"""Passwords that are compared at the same time."""
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def check_binding(settings: Settings, *, has_users: bool = False) -> None:
    """Refuse to listen where strangers can reach a server without credentials. InputError says what to set."""
    if bool(settings.auth_user) != bool(settings.auth_password):
        raise InputError(
            "only one of SHOAL_AUTH_USER and SHOAL_AUTH_PASSWORD is set; HTTP Basic needs both",
            field="SHOAL_AUTH_PASSWORD" if settings.auth_user else "SHOAL_AUTH_USER",
        )
    if not settings.has_credentials and not has_users and not is_loopback(settings.host):
        raise InputError(
            f"refusing to listen on {settings.host or 'every address'} without credentials: set SHOAL_AUTH_TOKEN, "
            "or SHOAL_AUTH_USER and SHOAL_AUTH_PASSWORD, or add a user (shoal user add), or listen on 127.0.0.1",
            field="host",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``. A name other than localhost can mean anything: no.

    >>> [is_loopback(host) for host in ("127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "myhost", "")]
    [True, True, True, False, False, False, False]
    """
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def principal_of(request: Request) -> Principal | None:
    """Who sent the request, and what they may do; None if the server asks for no credentials."""
    principal: Principal | None = request.scope.get("state", {}).get("principal")
    return principal


def user_of(request: Request) -> str | None:
    """Who sent the request; None if the server asks for no credentials."""
    principal = principal_of(request)
    return None if principal is None else principal.user_id


User = Annotated[str | None, Depends(user_of)]
"""A parameter of a route: who sent the request."""


class AccessGuard:
    """With credentials or users: every request says whose it is. Without: only requests to a loopback name.

    The second rule stops DNS rebinding: a web page whose name was pointed to 127.0.0.1 sends that name as
    Host. In both cases a page of another origin may not change anything (Origin differs from Host).
    """

    def __init__(self, app: ASGIApp, settings: Settings, credentials: Credentials) -> None:
        self.app = app
        self._token = _secret(settings.auth_token)
        self._basic = (
            _secret(f"{settings.auth_user}:{settings.auth_password}")
            if settings.auth_user and settings.auth_password
            else None
        )
        self._name = settings.auth_user or ""
        self._credentials = credentials
        self._limiter: CapacityLimiter | None = None
        self._has_users = False
        self._has_credentials = settings.has_credentials

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer it with 401 or 403."""
        refusal = await self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    async def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        is_open = scope["path"] in OPEN_PATHS
        if not is_open and await self._is_guarded():
            principal = await self._principal(headers)
            if principal is None:
                return self._unauthorized(scope)
            scope.setdefault("state", {})["principal"] = principal
        elif not (self._has_credentials or self._has_users) and not is_loopback(_hostname(headers.get("host", ""))):
            return _forbidden(
                scope,
                "host.not-allowed",
                "without credentials this server answers only to localhost, 127.0.0.1 and [::1]",
            )
        if scope["method"] not in _SAFE_METHODS and _is_foreign(headers):
            said = "pages of another origin may not change anything here"
            return _forbidden(scope, "origin.not-allowed", said)
        return None

    async def _is_guarded(self) -> bool:
        """Whether requests have to say whose they are. Once there was a user, it stays so."""
        if not self._has_credentials and not self._has_users:
            self._has_users = await run_in_threadpool(self._credentials.are_needed)
        return self._has_credentials or self._has_users

    async def _principal(self, headers: Headers) -> Principal | None:
        """Whose credentials the request carries: of the settings, who may do everything, or of a user."""
        scheme, _, given = headers.get("authorization", "").partition(" ")
        given = given.strip()
        match scheme.lower():
            case "bearer" if given:
                if self._token is not None and hmac.compare_digest(_secret(given) or b"", self._token):
                    return Principal.owner(TOKEN_USER)
                return await run_in_threadpool(self._credentials.by_token, given)
            case "basic":
                try:
                    decoded = base64.b64decode(given, validate=True)
                except (binascii.Error, ValueError):
                    return None
                if self._basic is not None and hmac.compare_digest(decoded, self._basic):
                    return Principal.owner(self._name)
                return await self._by_password(decoded)
        return None

    async def _by_password(self, decoded: bytes) -> Principal | None:
        try:
            user_id, _, password = decoded.decode().partition(":")
        except UnicodeDecodeError:
            return None
        known = await run_in_threadpool(self._credentials.by_known_password, user_id, password)
        if known is not None:
            return known
        # guesses are slow on purpose: they wait for each other, and keep no thread from anybody else
        return await to_thread.run_sync(self._credentials.by_password, user_id, password, limiter=self._guesses())

    def _guesses(self) -> CapacityLimiter:
        if self._limiter is None:
            self._limiter = CapacityLimiter(_GUESSES_AT_ONCE)
        return self._limiter

    def _unauthorized(self, scope: Scope) -> Response:
        """401; the ways to authenticate are those that somebody has."""
        said = "credentials are missing or wrong"
        response = _refused(scope, HTTPStatus.UNAUTHORIZED, "not-authorized", said)
        if self._basic is not None or self._token is None:
            response.headers.append("WWW-Authenticate", 'Basic realm="Shoal", charset="UTF-8"')
        if self._token is not None or self._basic is None:
            response.headers.append("WWW-Authenticate", 'Bearer realm="Shoal"')
        return response


def _secret(text: str | None) -> bytes | None:
    return text.encode("utf-8", "surrogateescape") if text else None


def _hostname(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_foreign(headers: Headers) -> bool:
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc.lower() != headers.get("host", "").lower()
    except ValueError:
        return True


def _forbidden(scope: Scope, code: str, message: str) -> Response:
    return _refused(scope, HTTPStatus.FORBIDDEN, code, message)


def _refused(scope: Scope, status: int, code: str, message: str) -> Response:
    """In the shape of the interface that was asked."""
    if scope["path"].startswith(f"{DIALECT}/"):
        return problem_response(status, {"type": "AuthorizationException", "message": message, "code": None})
    return problem_response(status, {"type": "NotAuthorizedError", "message": message, "code": code})
