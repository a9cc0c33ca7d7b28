"""The HTTP server: what it listens on, and how it stops."""

from __future__ import annotations

import contextlib
import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import uvicorn

from shoal.api.access import check_binding
from shoal.api.app import create_app
from shoal.engine import Engine
from shoal.errors import ConflictError, InputError

_GRACE_SECONDS = 10


class Server(uvicorn.Server):
    """Stops at SIGINT and SIGTERM like any program: finish what is open, then return to the caller."""

    stopped_by: signal.Signals | None = None

    def __init__(self, config: uvicorn.Config, engine: Engine) -> None:
        super().__init__(config)
        self._engine = engine

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Send those away who wait for external tasks, then finish what is open."""
        self._engine.external_tasks.stop_waiting()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Remember the signal instead of raising it again: the workers are stopped by who called."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.signal(number, self._stop) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopped_by = self.stopped_by or signal.Signals(number)
        self.handle_exit(number, frame)


def serve(engine: Engine, *, on_start: Callable[[str], None] = lambda _url: None) -> signal.Signals | None:
    """Listen where the settings say until a signal comes; answer which signal it was.

    InputError: the address is open to strangers and there are no credentials. ConflictError: the port is
    taken. Port 0 takes a free one; ``on_start`` gets the URL that was bound.
    """
    settings = engine.settings
    check_binding(settings, has_users=engine.credentials.are_needed())
    listener = _listen(settings.host, settings.port)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    on_start(f"http://{host}:{listener.getsockname()[1]}")
    server = Server(server_config(engine), engine)
    try:
        server.run(sockets=[listener])
    finally:
        listener.close()
    return server.stopped_by


def server_config(engine: Engine) -> uvicorn.Config:
    """How the application is served: one process; threads do the work."""
    return uvicorn.Config(
        create_app(engine),
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, OverflowError, UnicodeError):
        raise InputError(f"cannot listen on {host}:{port}: no such address", field="host") from None
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen()
    except OSError as error:
        listener.close()
        raise _not_bound(host, port, error) from None
    return listener


def _not_bound(host: str, port: int, error: OSError) -> Any:
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            f"port {port} on {host} is taken by another program; choose another one with --port or SHOAL_PORT",
            port=port,
        )
    return InputError(f"cannot listen on {host}:{port}: {error.strerror}", field="host")
