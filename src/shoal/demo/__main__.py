"""``make demo``: start a server, give it orders, and change them all with one batch after the other.

DEMO_INSTANCES  how many orders (10000)
DEMO_PORT       port of the server (SHOAL_PORT, or 8080)
DEMO_EXIT       1: stop after the table instead of leaving the server up
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from shoal.demo.client import Client, DemoError
from shoal.demo.server_process import running_server
from shoal.demo.steps import Orders
from shoal.demo.tour import run_tour

_FEWEST = 10
_MODEL = Path(__file__).with_name("order.bpmn")


def main() -> int:
    """Run the demo; 0 if everything ended as it should."""
    signal.signal(signal.SIGTERM, _terminated)
    console = Console()
    try:
        orders = Orders.of(_number("DEMO_INSTANCES", 10_000, _FEWEST, 10_000_000))
        port = _number("DEMO_PORT", _number("SHOAL_PORT", 8080, 1, 65_535), 1, 65_535)
    except DemoError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    folder = Path(tempfile.mkdtemp(prefix="shoal-demo-"))
    try:
        _run(console, folder, orders, port)
    except DemoError as error:
        sys.stderr.write(f"error: {error}\n")
        if (log := folder / "server.log").exists():
            sys.stderr.write(f"the server's log: {log}\n")
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted.")
        shutil.rmtree(folder, ignore_errors=True)
        return 130
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _run(console: Console, folder: Path, orders: Orders, port: int) -> None:
    console.print(f"Starting a server on 127.0.0.1:{port} with SQLite in {folder} ...")
    with running_server(folder, port) as url:
        with Client(url) as client:
            run_tour(console, client, _MODEL, orders)
        if os.environ.get("DEMO_EXIT", "") in ("", "0"):
            console.print(f"The server is still up: {url}/shoal/v1/batches · {url}/openapi.json · Ctrl-C stops it")
            _wait_for_interrupt()


def _wait_for_interrupt() -> None:
    try:
        signal.pause()
    except KeyboardInterrupt:
        sys.stdout.write("\nStopping the server ...\n")


def _number(name: str, default: int, least: int, most: int) -> int:
    given = os.environ.get(name) or str(default)
    if not given.isdecimal() or not least <= int(given) <= most:
        raise DemoError(f"{name}: '{given}' is not a whole number from {least} to {most}")
    return int(given)


def _terminated(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
