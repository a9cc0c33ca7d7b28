"""A real server for each kind of database, and a client of its ``/engine-rest``; tests of a module share both."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn
from tests.databases import Backend

import shoal
from shoal.api.app import create_app
from shoal.engine import Engine

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="http://example.org/warehouse">
    <message id="paid" name="paid"/><message id="ordered" name="ordered"/><signal id="storm" name="storm"/>"""


def model(key: str, body: str = "", **attributes: str) -> bytes:
    """A process that waits at a user task ``check``, or whose elements are ``body``."""
    said = "".join(f' {name.replace("_", ":", 1)}="{value}"' for name, value in attributes.items())
    body = body or (
        '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="check"/>'
        '<userTask id="check" name="Check"/><sequenceFlow id="f2" sourceRef="check" targetRef="end"/>'
        '<endEvent id="end"/>'
    )
    return f'{HEAD}<process id="{key}" isExecutable="true"{said}>{body}</process></definitions>'.encode()


@pytest.fixture(scope="module")
def engine(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a fresh database."""
    url = backend.create()
    with shoal.open_engine(url, blob_url=tmp_path_factory.mktemp("blobs").as_uri()) as opened:
        yield opened
    backend.drop(url)


@pytest.fixture(scope="module")
def rest(engine: Engine) -> Iterator[httpx.Client]:
    """A client of ``/engine-rest``."""
    with httpx.Client(timeout=30, trust_env=False) as client, served(engine) as url:
        client.base_url = f"{url}/engine-rest"
        yield client


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """A server on that engine, in a thread; its URL."""
    # named as TCP, so that asyncio sends small answers at once
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    server = uvicorn.Server(uvicorn.Config(create_app(engine), log_config=None, lifespan="off"))
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


@pytest.fixture(scope="module")
def deploy(engine: Engine) -> Callable[..., str]:
    """Deploys a process by its key; the id of the definition."""

    def deployed(key: str, body: str = "", *, tenant_id: str | None = None, **attributes: Any) -> str:
        content = model(key, body, **attributes)
        found = engine.definitions.deploy(contents={f"{key}.bpmn": content}, name=key, tenant_id=tenant_id)
        return found.definitions[0].id

    return deployed
