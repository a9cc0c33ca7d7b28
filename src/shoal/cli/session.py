"""Opens the engine for one command."""

from __future__ import annotations

import getpass
import importlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from shoal.engine import Engine, open_engine
from shoal.errors import InputError

Load = Annotated[
    list[str] | None,
    typer.Option(
        "--load",
        metavar="MODULE",
        help="Python module whose register(engine) registers the callables of service tasks. "
        "May be given several times.",
    ),
]


@contextmanager
def opened(
    database: str | None, *, upgrade: bool = True, load: Sequence[str] = (), **settings: Any
) -> Iterator[Engine]:
    """The engine on that database, with the callables of the modules; closed at the end."""
    with open_engine(database, upgrade=upgrade, **settings) as engine:
        for module in load:
            _register(engine, module)
        yield engine


def system_user() -> str | None:
    """The name of who runs this command; None where the system has no names."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return None


def _register(engine: Engine, name: str) -> None:
    if (here := os.getcwd()) not in sys.path:
        sys.path.insert(0, here)
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise
        raise InputError(f"--load: there is no module '{name}'", field="load") from None
    register = getattr(module, "register", None)
    if not callable(register):
        raise InputError(f"--load: module '{name}' has no function register(engine)", field="load")
    register(engine)
