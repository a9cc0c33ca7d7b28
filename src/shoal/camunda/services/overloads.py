"""Java's overloaded methods: one method, of which the types of the arguments tell what they are.

``delete_process_instances_async(ids, None, "reason")`` and ``(query, "reason", True)`` are both meant. An argument
of None is one that was left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shoal.camunda.queries.base import Query
from shoal.camunda.services.query import QueryBuilder
from shoal.errors import InputError


def sorted_out(method: str, given: Sequence[object], **kinds: Sequence[str]) -> dict[str, Any]:
    """The arguments by name. InputError names what has no place.

    ``kinds``: the names for ``ids``, ``text``, ``flag``, ``number``, ``mapping``, in Java's order; and ``queries``,
    the names of queries, each ``process_instance_query`` for a ``ProcessInstanceQuery``.

    >>> sorted_out("delete", (["a"], None, "why", True), ids=["ids"], text=["reason"], flag=["skip"])
    {'ids': ['a'], 'reason': 'why', 'skip': True}
    """
    free = {kind: list(names) for kind, names in kinds.items()}
    found: dict[str, Any] = {}
    for each in given:
        if each is None:
            continue
        kind = _kind(each)
        names = free.get(kind, [])
        name = _query_name(each) if kind == "queries" else next(iter(names), "")
        if name not in names:
            taken = ", ".join(name for names in kinds.values() for name in names)
            raise InputError(f"{method}: there is no place for {_shown(each)}; it takes {taken}", field=method)
        names.remove(name)
        found[name] = each
    return found


def united(method: str, positional: Mapping[str, Any], **named: Any) -> dict[str, Any]:
    """What was said by position and by name; what is None or False was not said. InputError: said twice."""
    said = {name: value for name, value in named.items() if value is not None and value is not False}
    if both := sorted(said.keys() & positional.keys()):
        raise InputError(f"{method}: said twice: {', '.join(both)}", field=both[0])
    return {**positional, **said}


def _kind(value: object) -> str:
    match value:
        case QueryBuilder() | Query():
            return "queries"
        case str():
            return "text"
        case bool():
            return "flag"
        case int():
            return "number"
        case Mapping():
            return "mapping"
    return "ids"


def _query_name(query: object) -> str:
    model = query.model if isinstance(query, QueryBuilder) else type(query)
    name = model.__name__
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name).lstrip("_")


def _shown(value: object) -> str:
    return value.model.__name__ if isinstance(value, QueryBuilder) else f"{value!r}"[:60]
