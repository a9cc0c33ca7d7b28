"""Builds the steps of `a.b.c(d)[e]`; each takes a value and gives the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shoal.expressions.context import Context
from shoal.expressions.errors import EvaluationFailure
from shoal.expressions.execution_api import VIEW_METHODS, invoke, property_member
from shoal.expressions.methods import call_method, table_of
from shoal.expressions.operators import Run
from shoal.expressions.properties import read_index, read_property

Step = Callable[[Any, Context], Any]


def member_step(name: str) -> Step:
    """Return the step `.name`."""
    return lambda value, _context: read_property(value, name)


def index_step(key: Run, constant: Any) -> Step:
    """Return the step `[key]`; `constant` is the key if it is known when compiling."""
    if constant is not None:
        return lambda value, _context: read_index(value, constant)
    return lambda value, context: read_index(value, key(context))


def call_step(name: str, arguments: tuple[Run, ...]) -> Step:
    """Return the step `.name(arguments)`."""
    if not arguments:
        return lambda value, _context: call_method(value, name, ())
    return lambda value, context: call_method(value, name, tuple([argument(context) for argument in arguments]))


def view_step(target: str, name: str, arguments: tuple[Run, ...] | None, fallback: Step) -> Step:
    """Return the step from `execution` or `task` to a member of the table of Java names.

    `arguments` are None for a property. `fallback` is taken if a process variable of that name
    hides the implicit object.
    """
    methods = VIEW_METHODS[target]
    member = property_member(target, name) if arguments is None else methods.get(name)
    if member is None:

        def refuse(value: Any, context: Context) -> Any:
            if table_of(value) is not None:
                return fallback(value, context)
            raise EvaluationFailure(f"{target} has no property '{name}'")

        return refuse
    found = member
    runs = arguments or ()

    def step(value: Any, context: Context) -> Any:
        if table_of(value) is not None:
            return fallback(value, context)
        return invoke(value, name, found, tuple([run(context) for run in runs]))

    return step
