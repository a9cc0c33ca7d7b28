"""Finds the operations: every file of ``operations``, and what other packages offer."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import entry_points
from types import MappingProxyType
from typing import Any

from shoal.batch import operations
from shoal.batch.contract import BatchOperation
from shoal.errors import NotFoundError

ENTRY_POINTS = "shoal.operations"
"""The group in which other packages name their operations: classes derived from BatchOperation."""

AnyOperation = BatchOperation[Any]


@cache
def all_operations() -> Mapping[str, AnyOperation]:
    """Every operation by name, in the order of the names."""
    return MappingProxyType(registered((*_own(), *_foreign())))


def find_operation(name: str) -> AnyOperation:
    """The operation; NotFoundError names those that exist."""
    found = all_operations().get(name)
    if found is None:
        raise NotFoundError(f"there is no operation '{name}'; there are: {', '.join(all_operations())}", name=name)
    return found


def operations_of_type(camunda_type: str) -> tuple[str, ...]:
    """The names of the operations that clients of Camunda 7 know as batches of this type."""
    return tuple(name for name, each in all_operations().items() if each.camunda_type == camunda_type)


def registered(classes: Iterable[type[AnyOperation]]) -> dict[str, AnyOperation]:
    """One object of each class, by name. TypeError for two of one name, or for one that lacks a part."""
    found: dict[str, AnyOperation] = {}
    for each in classes:
        for attribute in ("name", "camunda_type", "title", "target", "permission", "params"):
            if not hasattr(each, attribute):
                raise TypeError(f"operation {each.__qualname__} does not say its {attribute}")
        if each.name in found:
            other = type(found[each.name]).__qualname__
            raise TypeError(f"operations {other} and {each.__qualname__} are both called '{each.name}'")
        found[each.name] = each()
    return dict(sorted(found.items()))


def _own() -> list[type[AnyOperation]]:
    names = sorted(module.name for module in pkgutil.iter_modules(operations.__path__))
    return [each for name in names for each in _classes(importlib.import_module(f"{operations.__name__}.{name}"))]


def _classes(module: Any) -> list[type[AnyOperation]]:
    return [
        each
        for each in vars(module).values()
        if inspect.isclass(each)
        and issubclass(each, BatchOperation)
        and not inspect.isabstract(each)
        and each.__module__ == module.__name__
    ]


def _foreign() -> list[type[AnyOperation]]:
    return [point.load() for point in entry_points(group=ENTRY_POINTS)]
