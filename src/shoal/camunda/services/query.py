"""Queries as Java builds them: each condition is a method. Made from the declarations in ``camunda.queries``.

``create_process_instance_query().process_definition_key("order").active().list()``. The methods are the fields of
the declaration, and Java's names where those differ (``process_instance_business_key`` for ``businessKey``):

- a flag is called without an argument, a list with its members or with one list;
- ``variable_value_equals(name, value)``, ``..._not_equals``, ``..._greater_than``, ``..._like`` and the others;
- ``order_by_...().asc()`` or ``.desc()``; what comes first counts first;
- ``or_()`` begins alternatives, ``end_or()`` ends them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, Self, TypeVar

from pydantic.alias_generators import to_camel

from shoal.batch.targets import Filter
from shoal.camunda.queries.base import Page, Query
from shoal.errors import ConflictError, InputError

Asked = TypeVar("Asked", bound=Query)


class Found(Protocol):
    """Something that a query finds."""

    @property
    def id(self) -> str:
        """The id."""


Row = TypeVar("Row", bound=Found)
Rows = list[Row]
Ids = list[str]

_OPERATORS = {
    "not_equals": "neq",
    "equals": "eq",
    "greater_than_or_equals": "gteq",
    "greater_than_or_equal": "gteq",
    "greater_than": "gt",
    "less_than_or_equals": "lteq",
    "less_than_or_equal": "lteq",
    "less_than": "lt",
    "not_like": "notLike",
    "like": "like",
}
_VARIABLES = {
    "variable_value": ("variables", "process_variables"),
    "process_variable_value": ("process_variables",),
    "task_variable_value": ("task_variables",),
}
_ORDER = "order_by_"
Names = Mapping[str, str | tuple[str, Any]]
"""Java's names of conditions: the field; or the field and the value that it has then; or the field of a list and
the rest of the member whose ``value`` is given.
"""


class QueryBuilder(Generic[Asked, Row]):
    """A query that is being said; ``query`` is what was said, ``list`` and the others ask it.

    ``names``: Java's names of conditions, with the fields. ``orders``: Java's names behind ``order_by_``, with the
    values of ``sortBy``.
    """

    def __init__(
        self,
        model: type[Asked],
        find: Callable[[Asked, Page], Sequence[Row]],
        count: Callable[[Asked], int],
        *,
        names: Names | None = None,
        orders: Mapping[str, str] | None = None,
    ) -> None:
        self.model = model
        self._find = find
        self._count = count
        self._names = names or {}
        self._orders = orders or {}
        self._words = frozenset(re.findall("[A-Z][a-z]+", model.__name__)) - {"Query"}
        self._said: dict[str, Any] = {}
        self._sortings: list[dict[str, Any]] = []
        self._alternatives: list[dict[str, Any]] = []
        self._open: dict[str, Any] | None = None

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self._all().items())
        return f"{self.model.__name__}({said})"

    def __getattr__(self, name: str) -> Callable[..., Self]:
        if name.startswith(_ORDER):
            key = self._order(name.removeprefix(_ORDER))
            if key is not None:
                return lambda: self._sorted_by(key)
        constant = self._names.get(name)
        if isinstance(constant, tuple) and isinstance(constant[1], Mapping):
            return lambda value: self._append(constant[0], {**constant[1], "value": value})
        if isinstance(constant, tuple):
            return lambda: self._say(*constant)
        field = self._field(name)
        if field is not None:
            return lambda *given: self._say(field, *given)
        for prefix, fields in _VARIABLES.items():
            operator = _OPERATORS.get(name.removeprefix(f"{prefix}_"))
            found = next((each for each in fields if each in self.model.model_fields), None)
            if name.startswith(prefix) and operator is not None and found is not None:
                return lambda variable, value: self._compare(found, variable, operator, value)
        raise AttributeError(f"{self.model.__name__} has no condition '{name}'; it has: {self._known()}")

    @property
    def query(self) -> Asked:
        """What was said. FilterRejectedError names what cannot be."""
        if self._sortings and "sort_order" not in self._sortings[-1]:
            raise InputError(f"{self.model.__name__}: asc() or desc() has to follow order_by", field="sortOrder")
        return self.model.read(self._all())

    def filter(self) -> Filter:
        """The native filter, for the operations that take queries."""
        found: Filter = self.query.filter()  # type: ignore[attr-defined]
        return found

    def list(self) -> Rows[Row]:
        """All that match."""
        return list(self._find(self.query, Page()))

    def list_page(self, first_result: int, max_results: int) -> Rows[Row]:
        """At most ``max_results`` of them, from ``first_result``, which begins with 0."""
        return list(self._find(self.query, Page.of(first_result, max_results)))

    def unlimited_list(self) -> Rows[Row]:
        """The same as ``list``."""
        return self.list()

    def list_ids(self) -> Ids:
        """The ids of all that match."""
        return [each.id for each in self._find(self.query, Page())]

    def count(self) -> int:
        """How many match."""
        return self._count(self.query)

    def single_result(self) -> Row | None:
        """The one that matches, or None. ConflictError: several do."""
        found = self._find(self.query, Page(0, 2))
        if len(found) > 1:
            raise ConflictError(f"Query return {self.count()} results instead of max 1")
        return found[0] if found else None

    def asc(self) -> Self:
        """The smallest first."""
        return self._direct("asc")

    def desc(self) -> Self:
        """The greatest first."""
        return self._direct("desc")

    def or_(self) -> Self:
        """Of what follows, until ``end_or``, one has to hold."""
        if self._open is not None:
            raise InputError("or_(): alternatives within alternatives are not allowed", field="or")
        if "or_queries" not in self.model.model_fields:
            raise InputError(f"or_(): {self.model.__name__} has no alternatives", field="or")
        self._open = {}
        return self

    def end_or(self) -> Self:
        """The alternatives are said."""
        if self._open is None:
            raise InputError("end_or(): or_() has to be called before", field="or")
        self._alternatives.append(self._open)
        self._open = None
        return self

    def _field(self, name: str) -> str | None:
        renamed = self._names.get(name, name)
        if name.startswith("match_variable_"):
            renamed = name.removeprefix("match_")
        known = [each for each in self.model.model_fields if not each.startswith(("sort", "or_"))]
        return self._shortened(renamed, known) if isinstance(renamed, str) else renamed[0]

    def _order(self, name: str) -> str | None:
        given = self._orders.get(name)
        return given if given is not None else self._shortened(name, self.model.SORTS, to_camel)

    def _shortened(
        self, name: str, known: Container[str], written: Callable[[str], str] = lambda name: name
    ) -> str | None:
        """The name, without words of what the query is for where Java repeats them: ``task_name`` of a task."""
        words = name.split("_")
        while words:
            if (found := written("_".join(words))) in known:
                return found
            if words.pop(0).title() not in self._words:
                return None
        return None

    def _known(self) -> str:
        fields = [each for each in self.model.model_fields if self._field(each) is not None]
        return ", ".join(sorted({*fields, *self._names}))

    def _all(self) -> dict[str, Any]:
        said = dict(self._said)
        alternatives = self._alternatives + ([] if self._open is None else [self._open])
        if alternatives:
            said["or_queries"] = alternatives
        if self._sortings:
            said["sorting"] = self._sortings
        return said

    def _say(self, field: str, *given: Any) -> Self:
        if any(each is None for each in given):
            raise InputError(f"{field}: None is not a condition", field=field)
        many = "tuple" in str(self.model.model_fields[field].annotation)
        if many:
            alone = len(given) == 1 and isinstance(given[0], Iterable) and not isinstance(given[0], str)
            self._target()[field] = tuple(given[0] if alone else given)
        elif len(given) > 1:
            raise InputError(f"{field}: one value is expected, not {len(given)}", field=field)
        else:
            self._target()[field] = given[0] if given else True
        return self

    def _compare(self, field: str, name: str, operator: str, value: Any) -> Self:
        return self._append(field, {"name": name, "operator": operator, "value": value})

    def _append(self, field: str, member: Mapping[str, Any]) -> Self:
        target = self._target()
        target[field] = (*target.get(field, ()), member)
        return self

    def _target(self) -> dict[str, Any]:
        return self._said if self._open is None else self._open

    def _sorted_by(self, key: str) -> Self:
        self._sortings.append({"sort_by": key})
        return self

    def _direct(self, direction: str) -> Self:
        if not self._sortings or "sort_order" in self._sortings[-1]:
            raise InputError(f"{direction}(): order_by has to be called before", field="sortOrder")
        self._sortings[-1]["sort_order"] = direction
        return self
