"""A real server on a free port, in a thread, and clients that talk to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

import shoal
from shoal.api.app import create_app
from shoal.engine import Engine


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    # named as TCP, so that asyncio sends small answers at once
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture
def serving() -> Iterator[Callable[[FastAPI], str]]:
    """Serves applications until the end of the test; the URL of each."""
    with ExitStack() as served:
        yield lambda app: served.enter_context(_served(app))


@pytest.fixture
def open_engine(tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """Opens engines on a fresh SQLite file; closes them at the end."""
    engines: list[Engine] = []

    def opened(**settings: Any) -> Engine:
        engine = shoal.open_engine(
            f"sqlite:///{tmp_path / 'shoal.db'}", blob_url=(tmp_path / "blobs").as_uri(), **settings
        )
        engines.append(engine)
        return engine

    yield opened
    for engine in engines:
        engine.close()


@pytest.fixture
def engine(open_engine: Callable[..., Engine]) -> Engine:
    """An engine without credentials."""
    return open_engine()


@pytest.fixture
def client(engine: Engine, serving: Callable[[FastAPI], str]) -> Iterator[httpx.Client]:
    """A client of a server on that engine."""
    url = serving(create_app(engine))
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        yield client
