"""The page of the command line, made from the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, get_args

from docs.generation.markdown import anchor, cell, code, page, prose, table


def content() -> str:
    """Every command with its arguments and options."""
    found = list(commands())
    overview = table(
        ("Command", "What it does"),
        [
            (f"[{code(path)}](#{anchor(path)})", cell(prose(command.help).partition("\n\n")[0]))
            for path, command in found
        ],
    )
    return page(
        "Command line",
        "`shoal COMMAND --help` says the same. Data goes to standard output, everything else to standard error; "
        "`--json` "
        "prints one JSON document. Exit codes: [Errors](errors.md). `--database` and `SHOAL_DATABASE_URL` are "
        "the same.",
        overview,
        *(_command(path, command) for path, command in found),
    )


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its whole path."""
    from typer.main import get_command

    from shoal.cli.tree import app

    yield from _below("shoal", get_command(app))


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path, command
        return
    for name, each in inner.items():
        yield from _below(f"{path} {name}", each)


def _command(path: str, command: Any) -> str:
    rows = [
        (_names(each), _kind(each), "yes" if each.required else "", _meaning(each))
        for each in command.params
        if each.name != "help"
    ]
    usage = " ".join(
        _metavar(each) if each.required else f"[{_metavar(each)}]"
        for each in command.params
        if each.param_type_name == "argument"
    )
    blocks = [f"## {path}", prose(command.help), code(f"{path} [OPTIONS] {usage}".strip())]
    if rows:
        blocks.append(table(("Option", "Value", "Required", "Meaning"), rows))
    return "\n\n".join(blocks)


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return code(_metavar(parameter))
    return ", ".join(code(each) for each in (*parameter.opts, *parameter.secondary_opts))


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name).upper().replace("-", "_")


def _kind(parameter: Any) -> str:
    if getattr(parameter, "is_flag", False):
        return ""
    # the inner type of what may be given several times
    kind = next(iter(get_args(parameter.type_descriptor.annotation)), parameter.type_descriptor.annotation)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return " or ".join(code(each.value) for each in kind)
    if parameter.metavar:
        return code(parameter.metavar)
    name = str(kind.__name__)
    return {"int": "number", "float": "number", "str": "text"}.get(name, name.lower())


def _meaning(parameter: Any) -> str:
    text = cell(getattr(parameter, "help", None))
    variable = getattr(parameter, "envvar", None)
    default = parameter.default
    if variable:
        text = f"{text} Also {code(variable)}."
    if default not in (None, False, ()) and not callable(default):
        text = f"{text} Default: {code(getattr(default, 'value', default))}."
    return text.strip()
