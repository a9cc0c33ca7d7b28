"""The queries of the services: each declaration of ``camunda.queries`` with where the engine has what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from shoal.camunda.queries.base import Page, Query
from shoal.camunda.services.entity import Entity, Getters
from shoal.camunda.services.query import Names, QueryBuilder, Row

Asked = TypeVar("Asked", bound=Query)
Find = Callable[..., Sequence[Any]]
Count = Callable[..., int]


def by_filter(
    model: type[Asked],
    getters: Getters,
    find: Find,
    count: Count,
    names: Names | None = None,
    orders: Mapping[str, str] | None = None,
    **also: Any,
) -> QueryBuilder[Asked, Entity]:
    """A query whose list takes a native filter. ``also``: conditions that always hold."""

    def found(query: Any, page: Page) -> list[Entity]:
        rows = find(query.filter(), sort=query.orders() or "id", offset=page.first, limit=page.most, **also)
        return [Entity(each, getters) for each in rows]

    return QueryBuilder(model, found, lambda query: count(_filter_of(query), **also), names=names, orders=orders)


def by_conditions(
    model: type[Asked], made: Callable[[Any], Row], find: Find, count: Count
) -> QueryBuilder[Asked, Row]:
    """A query whose list takes conditions as keywords. ``made``: what the query finds, of a native row."""

    def found(query: Asked, page: Page) -> list[Row]:
        rows = find(sort=query.orders() or "id", offset=page.first, limit=page.most, **query.conditions())
        return [made(each) for each in rows]

    return QueryBuilder(model, found, lambda query: count(**query.conditions()))


def _filter_of(query: Any) -> Any:
    return query.filter()
