"""What pydantic found wrong with a request, in words that name the field and say what is allowed."""

from __future__ import annotations

import types
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError

from shoal.errors import InputError

_SAID = 10
"""How many faults a message tells; the fields are all named in the details."""


def places_of(error: ValidationError) -> list[str]:
    """Every wrong field, as ``filter.ids.0``."""
    return [place_of(each["loc"]) for each in error.errors(include_url=False, include_input=False)]


def said_of(model: Any, error: ValidationError) -> str:
    """All faults in one line: each with its field and what is allowed there."""
    faults = error.errors(include_url=False, include_input=False)
    said = [": ".join(filter(None, (place_of(each["loc"]), what(each, model)))) for each in faults]
    more = f"; and {len(said) - _SAID} more" if len(said) > _SAID else ""
    return "; ".join(said[:_SAID]) + more


def place_of(location: Sequence[Any]) -> str:
    """Where in the request. What stands in brackets is not said: it is a form that a field can have."""
    return ".".join(str(part) for part in location if not str(part).startswith("("))


def what(fault: Mapping[str, Any], model: Any) -> str:
    """What is wrong, as part of a sentence; ``model`` is the type that the whole was to have."""
    if fault["type"] == "extra_forbidden":
        owner = _model_at(model, fault["loc"][:-1])
        return "there is no such field" + ("" if owner is None else f"; allowed: {listed(owner.model_fields)}")
    text = str(fault["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def refuse_unknown(given: Iterable[str], allowed: Collection[str], of: str) -> None:
    """InputError names a keyword that ``of`` does not take, and those that it takes."""
    for name in given:
        if name not in allowed:
            raise InputError(f"{of} takes no '{name}'; allowed: {listed(allowed)}", field=name)


def listed(names: Iterable[str]) -> str:
    """Names in one line."""
    return ", ".join(names) or "none"


def _model_at(annotation: Any, location: Sequence[Any]) -> type[BaseModel] | None:
    for part in location:
        annotation = _inside(annotation, part)
    kinds = _kinds(annotation)
    return kinds[0] if len(kinds) == 1 and _is_model(kinds[0]) else None


def _inside(annotation: Any, part: Any) -> Any:
    kinds = _kinds(annotation)
    if str(part).startswith("("):
        return next((each for each in _forms(annotation) if _tag_of(each) == part), annotation)
    for kind in kinds:
        if _is_model(kind) and part in kind.model_fields:
            return kind.model_fields[part].annotation
        if isinstance(part, int) and get_args(kind):
            return get_args(kind)[0]
    # of several models, pydantic names the one that it tried
    return next((kind for kind in kinds if getattr(kind, "__name__", None) == part), None)


def _forms(annotation: Any) -> list[Any]:
    """The forms that a field can have, each with its tag."""
    if get_origin(annotation) in (Union, types.UnionType):
        return [form for each in get_args(annotation) for form in _forms(each)]
    if get_origin(annotation) is Annotated and _tag_of(annotation) is None:
        return _forms(get_args(annotation)[0])
    return [annotation]


def _tag_of(annotation: Any) -> str | None:
    said = get_args(annotation)[1:] if get_origin(annotation) is Annotated else ()
    return next((each.tag for each in said if isinstance(each, Tag)), None)


def _kinds(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Annotated:
        return _kinds(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        return [kind for each in get_args(annotation) for kind in _kinds(each) if kind is not type(None)]
    return [annotation]


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)
