"""The page of the errors."""

from __future__ import annotations

import importlib
import pkgutil

from docs.generation.markdown import cell, code, page, table

import shoal
from shoal.errors import ShoalError
from shoal.expressions.errors import BpmnError


def content() -> str:
    """The tree of errors: name, code, HTTP status, exit code, meaning."""
    rows = [
        (
            f"{'&nbsp;&nbsp;' * depth}{code(each.__name__)}",
            code(each.code),
            each.http_status,
            each.exit_code,
            cell(each.__doc__),
        )
        for depth, each in errors()
    ]
    return page(
        "Errors",
        "Everything that Shoal raises on purpose is a `shoal.ShoalError`. `code` is stable and meant for "
        "programs; the "
        "message is for people. An error below another one, shown by its indent, is caught with it.",
        table(("Error", "Code", "HTTP", "Exit code", "Meaning"), rows),
        "## The shape",
        "The same over HTTP and on the command line with `--json`: `type`, `message` and `code`, then what the "
        "error "
        "knows besides (`faults` of a rejected model, `fields` of a wrong request). Without `--json` the "
        "command line "
        "writes one line to standard error: `error: ` and the message.",
        "## Other exit codes",
        table(
            ("Exit code", "Meaning"),
            [
                (0, "Done."),
                (1, "Anything that is not in the table above."),
                (8, "A batch ended, but not completely: elements failed, or it was cancelled or failed."),
                (130, "Ctrl-C."),
            ],
        ),
        "## BPMN errors",
        f"`shoal.BpmnError`: {cell(BpmnError.__doc__)} It is an outcome that the model foresees, not part of "
        f"this tree.",
    )


def errors() -> list[tuple[int, type[ShoalError]]]:
    """Every error class of the package with its depth, parents first, each once."""
    for module in pkgutil.walk_packages(shoal.__path__, "shoal."):
        if not module.name.endswith(("__main__", ".migrations.env")):
            importlib.import_module(module.name)
    found: list[tuple[int, type[ShoalError]]] = []
    _collect(ShoalError, 0, found)
    return found


def _collect(kind: type[ShoalError], depth: int, found: list[tuple[int, type[ShoalError]]]) -> None:
    if any(each is kind for _, each in found) or kind.__name__.startswith("_"):
        return
    if kind.__module__.startswith("shoal."):
        found.append((depth, kind))
    below = sorted(kind.__subclasses__(), key=lambda each: (_own_order(each), each.__module__, each.__name__))
    for each in below:
        _collect(each, depth + 1, found)


def _own_order(kind: type[ShoalError]) -> tuple[int, str]:
    """The tree of ``shoal.errors`` first, in its own order."""
    own = list(vars(importlib.import_module("shoal.errors")))
    if kind.__module__ == "shoal.errors":
        return own.index(kind.__name__), ""
    return len(own), kind.__name__
