"""Starts ``shoal serve`` beside the demo, as a user would, and stops it again."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shoal.demo.client import Client, DemoError

HOST = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 20.0


@contextmanager
def running_server(folder: Path, port: int) -> Iterator[str]:
    """The URL of a ready server with an SQLite database in ``folder``. DemoError if it does not start."""
    _check_port(port)
    log = folder / "server.log"
    command = [sys.executable, "-m", "shoal.cli", "serve", "--load", "shoal.demo.callables"]
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command, env=_environment(folder, port), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        url = f"http://{HOST}:{port}"
        _wait_until_ready(process, url, log)
        yield url
    finally:
        _stop(process)


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise DemoError(
                f"port {port} on {HOST} cannot be used ({error.strerror}); "
                f"choose another one: DEMO_PORT={port + 1} make demo"
            ) from None


def _environment(folder: Path, port: int) -> dict[str, str]:
    """Nothing of the user's own Shoal settings: the demo has its own database and no credentials."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOAL_")}
    return inherited | {
        "SHOAL_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "SHOAL_BLOB_URL": (folder / "blobs").as_uri(),
        "SHOAL_HOST": HOST,
        "SHOAL_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    with Client(url) as client:
        while not client.is_ready():
            if process.poll() is not None:
                last = log.read_text(errors="replace").strip().splitlines()[-1:]
                raise DemoError(f"the server ended with exit code {process.returncode}: {' '.join(last)}")
            if time.monotonic() > deadline:
                raise DemoError(f"the server was not ready after {_START_SECONDS:.0f} seconds; its log: {log}")
            time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
