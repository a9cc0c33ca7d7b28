"""What the command prints: data on stdout, for people or with --json for programs; the rest on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from rich.console import Console
from rich.table import Table
from rich.text import Text


class ReaderGoneError(Exception):
    """Who read our output (head, less) has gone. Not an OSError, which the framework would swallow."""


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    print_line(orjson.dumps(value, default=str, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode())


def print_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table for people; one line per row and tab-separated when stdout is not a terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            print_line("\t".join(text(cell) for cell in row))
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(text(cell)) for cell in row))
    Console().print(table)


def print_facts(facts: Mapping[str, Any]) -> None:
    """Names and values, one per line; what is unset is left out."""
    width = max((len(name) for name in facts), default=0)
    for name, value in facts.items():
        if value is not None:
            print_line(f"{name:<{width}}  {text(value)}")


def print_line(line: str) -> None:
    """One line on stdout."""
    try:
        sys.stdout.write(line + "\n")
    except BrokenPipeError:
        raise ReaderGoneError from None


def note(line: str) -> None:
    """A remark for people, on stderr."""
    sys.stderr.write(line + "\n")


def stderr_console() -> Console:
    """Where progress bars are drawn, so that stdout carries data only."""
    return Console(stderr=True)


def text(value: Any) -> str:
    """A value in one line."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(timespec="seconds").replace("+00:00", "Z")
        case float():
            return f"{value:,.1f}"
        case _:
            return " ".join(str(value).split())
