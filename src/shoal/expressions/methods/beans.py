"""Members of beans: plain Python objects that are registered with the engine.

A model may name a member as in Java (`doIt`) where the bean says `do_it`. Members whose names
begin with an underscore, and the insides of functions, classes and frames, are out of reach.
"""

from __future__ import annotations

import re
from functools import lru_cache
from types import (
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
    TracebackType,
)
from typing import Any

from shoal.expressions.errors import EvaluationFailure

_CLOSED = (
    type,
    AsyncGeneratorType,
    BuiltinFunctionType,
    CodeType,
    CoroutineType,
    FrameType,
    FunctionType,
    GeneratorType,
    MethodType,
    ModuleType,
    TracebackType,
)
_MISSING = object()


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """Return `doIt` as `do_it` and `getURLPath` as `get_url_path`."""
    parted = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", name)
    return re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", parted).lower()


def _getter(name: str, prefix: str = "get") -> str:
    return f"{prefix}{name[:1].upper()}{name[1:]}"


def _attribute(bean: Any, name: str) -> Any:
    if name.startswith("_") or isinstance(bean, _CLOSED):
        return _MISSING
    return getattr(bean, name, _MISSING)


def read_bean(bean: Any, name: str) -> Any:
    """Return the property `name`: attribute, snake_case attribute, or getter.

    Raises EvaluationFailure if the bean has none of them.
    """
    for each in (name, snake_case(name)):
        value = _attribute(bean, each)
        if value is not _MISSING and not isinstance(value, MethodType):
            return value
    if not name.startswith("_"):
        for getter in (_getter(name), _getter(name, "is")):
            for each in (getter, snake_case(getter)):
                method = _attribute(bean, each)
                if isinstance(method, MethodType):
                    return method()
    raise EvaluationFailure(f"{type(bean).__name__} has no property '{name}'")


def call_bean(bean: Any, name: str, arguments: tuple[Any, ...]) -> Any:
    """Call the method `name` or its snake_case form; `getFoo()` also reads the attribute foo.

    Raises EvaluationFailure if the bean has no such method.
    """
    for each in (name, snake_case(name)):
        method = _attribute(bean, each)
        if method is not _MISSING and callable(method) and not isinstance(method, type):
            return method(*arguments)
    if not arguments and name.startswith("get") and len(name) > 3:
        rest = name[3].lower() + name[4:]
        for each in (rest, snake_case(rest)):
            value = _attribute(bean, each)
            if value is not _MISSING and not callable(value):
                return value
    raise EvaluationFailure(f"{type(bean).__name__} has no method '{name}'")
