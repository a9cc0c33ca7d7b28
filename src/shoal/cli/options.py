"""Options of the command line that are made from pydantic models: one option per field.

An operation's parameters and a filter have the same names here as in Python, HTTP and the database.
"""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shoal.errors import InputError

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, for programs.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option("--database", envvar="SHOAL_DATABASE_URL", help="URL of the database.", show_default=False),
]
CreatedBy = Annotated[
    str | None, typer.Option(metavar="NAME", help="Who asks for it; the user of the system.", show_default=False)
]
_SCALARS = (str, int, float, bool)
_TIMES = {"AwareDatetime": "TIME", "datetime": "TIME", "timedelta": "DURATION"}


def model_parameters(
    model: type[BaseModel], *, without: Collection[str] = (), panel: str | None = None
) -> list[inspect.Parameter]:
    """One keyword parameter for every field of the model, as typer reads them."""
    return [_parameter(name, field, panel) for name, field in model.model_fields.items() if name not in without]


def model_values(
    model: type[BaseModel], options: Mapping[str, Any], *, without: Collection[str] = ()
) -> dict[str, Any]:
    """What the options said, field by field, ready to be validated. Unset options are left out."""
    values: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        given = None if name in without else options.get(name)
        if given is None or given == []:
            continue
        values[name] = given if _option_type(field) is not str or _is_text(field) else parse_json(name, given)
    return values


def parse_json(option: str, text: str) -> Any:
    """The JSON of an option; InputError names the option."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"--{option.replace('_', '-')}: not JSON: {error}", field=option) from None


def with_signature(function: Callable[..., Any], parameters: Sequence[inspect.Parameter]) -> Callable[..., Any]:
    """The function with another signature, which typer reads to know the options."""

    def command(**options: Any) -> Any:
        return function(**options)

    command.__doc__ = function.__doc__
    command.__name__ = function.__name__
    command.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command


def parameters_of(function: Callable[..., Any], *, without: Collection[str] = ()) -> list[inspect.Parameter]:
    """The parameters that the function itself declares, as keywords; its ``**options`` left out."""
    return [
        parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        for parameter in inspect.signature(function, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD and parameter.name not in without
    ]


def _parameter(name: str, field: FieldInfo, panel: str | None) -> inspect.Parameter:
    kind = _option_type(field)
    flag = f"--{name.replace('_', '-')}"
    option = typer.Option(
        f"{flag}/{_opposite(name)}" if kind is bool else flag,
        help=_help(field),
        metavar=None if kind is bool else _metavar(field),
        rich_help_panel=panel,
        show_default=False,
    )
    required = field.is_required()
    annotation: Any = kind if required else kind | None
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=inspect.Parameter.empty if required else None,
        annotation=Annotated[annotation, option],
    )


def _opposite(name: str) -> str:
    """The flag that says no: one that can be read aloud."""
    flag = name.replace("_", "-")
    first, _, rest = flag.partition("-")
    match first:
        case "with":
            return f"--without-{rest}"
        case "without":
            return f"--with-{rest}"
        case "running" | "suspended" | "startable" | "root" | "latest":
            return f"--not-{flag}"
        case _:
            return f"--no-{flag}"


def _option_type(field: FieldInfo) -> Any:
    kind = _bare(field.annotation)
    if kind in _SCALARS:
        return kind
    if get_origin(kind) in (tuple, list, set, frozenset) and _is_scalar(get_args(kind)[0]):
        return list[str]
    return str


def _is_text(field: FieldInfo) -> bool:
    """Whether the option's text is the value itself and not JSON."""
    return _is_scalar(_bare(field.annotation))


def _is_scalar(kind: Any) -> bool:
    kind = _bare(kind)
    if get_origin(kind) is Literal:
        return True
    if isinstance(kind, type):
        return kind in _SCALARS or issubclass(kind, StrEnum) or kind.__name__ in _TIMES
    return False


def _bare(annotation: Any) -> Any:
    """The type without None and without what is annotated to it."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return _bare(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _metavar(field: FieldInfo) -> str:
    kind = _bare(field.annotation)
    many = get_origin(kind) in (tuple, list, set, frozenset)
    inner = _bare(get_args(kind)[0]) if many else kind
    if get_origin(inner) is Literal:
        return "|".join(str(value) for value in get_args(inner))
    if isinstance(inner, type) and issubclass(inner, StrEnum):
        return "|".join(inner)
    names = {"str": "TEXT", "int": "NUMBER", "float": "NUMBER", **_TIMES}
    return names.get(getattr(inner, "__name__", ""), "JSON")


def _help(field: FieldInfo) -> str:
    text = field.description or ""
    many = get_origin(_bare(field.annotation)) in (tuple, list, set, frozenset)
    if many and _option_type(field) is not str:
        text = f"{text} May be given several times.".strip()
    return text
