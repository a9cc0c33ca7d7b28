"""What all queries share: how their fields are read, their order, their page.

How to add a query: a subclass of ``Query`` in a file of its own, with a field for each of Camunda 7's names in
snake case (the JSON name is made from it), typed by the types below:

``Text``       a text; numbers become one
``Names``      a list of texts; in a query string separated by commas
``Flag``       true or false, and nothing said is a third answer
``Only``       only true means something; false is as if nothing was said
``Whole``      a whole number
``Date``       an instant in Camunda's form
``Conditions`` conditions on variables: objects with name, operator and value; in a query string
               ``name_operator_value``, separated by commas

``SORTS`` maps the values of ``sortBy`` to the names of the native list, ``NOTHING`` names the fields that nothing
here can match (cases, for example). ``conditions()`` has the fields of the native filter, ``filter()`` makes it.
What the native filter does not know is added to it, in ``shoal.filters`` and the one place of the store that
translates it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel

from shoal.camunda.dates import is_date, read_date
from shoal.errors import FilterRejectedError, InputError
from shoal.filters import VariableCondition
from shoal.validation import places_of, said_of

Operator = Literal["eq", "neq", "gt", "gteq", "lt", "lteq", "like", "notLike"]
Direction = Literal["asc", "desc"]
Order = tuple[str, bool]
"""A column of a native list, and whether the greatest comes first."""

_GIVEN_CONDITION = re.compile(r"(.+?)_(eq|neq|gteq|gt|lteq|lt|like|notLike)_(.*)", re.DOTALL)
_UNLIMITED = 1_000_000


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


def _only(value: Any) -> Any:
    return None if _flag(value) is False else _flag(value)


def _names(value: Any) -> Any:
    return value.split(",") if isinstance(value, str) else value


def _date(value: Any) -> Any:
    return read_date_or_refuse(value) if isinstance(value, str) else value


def read_date_or_refuse(text: str) -> datetime:
    """The instant, refused in the way that pydantic reports with the field's name."""
    try:
        return read_date(text)
    except InputError as error:
        raise ValueError(error.message) from None


def _conditions(value: Any) -> Any:
    return [_condition(each) for each in value.split(",")] if isinstance(value, str) else value


def _condition(text: str) -> dict[str, str]:
    found = _GIVEN_CONDITION.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text[:60]}' has not the form name_operator_value")
    return {"name": found[1], "operator": found[2], "value": found[3]}


Text = Annotated[str | None, Field(None)]
Names = Annotated[tuple[str, ...] | None, BeforeValidator(_names), Field(None)]
Flag = Annotated[Annotated[bool, Field(strict=True)] | None, BeforeValidator(_flag), Field(None)]
Only = Annotated[Annotated[bool, Field(strict=True)] | None, BeforeValidator(_only), Field(None)]
Whole = Annotated[int | None, Field(None)]
Date = Annotated[
    datetime | None,
    BeforeValidator(_date),
    Field(None),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}], "examples": ["2013-01-23T14:42:45.000+0200"]}),
]


class QueryPart(BaseModel):
    """Something in a query: unknown members are ignored, names are Camunda's."""

    model_config = ConfigDict(
        extra="ignore",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        coerce_numbers_to_str=True,
    )


class Condition(QueryPart):
    """A condition on a variable. Camunda 7: a text in the form of a date is compared as one."""

    name: str = Field(min_length=1)
    operator: Operator = "eq"
    value: Any = None

    def native(self, *, ignore_name_case: bool | None, ignore_value_case: bool | None) -> VariableCondition:
        """The same condition in the words of the native filters."""
        value = self.value
        if isinstance(value, str) and is_date(value):
            value = read_date(value)
        return VariableCondition(
            name=self.name,
            operator=self.operator,
            value=value,
            ignore_name_case=bool(ignore_name_case),
            ignore_value_case=bool(ignore_value_case),
        )


Conditions = Annotated[tuple[Condition, ...] | None, BeforeValidator(_conditions), Field(None)]


class Sorting(QueryPart):
    """One of several orders."""

    sort_by: str | None = None
    sort_order: str | None = None
    parameters: dict[str, Any] | None = None


class Page(NamedTuple):
    """Which part of a list."""

    first: int = 0
    most: int = _UNLIMITED

    @classmethod
    def of(cls, first_result: int | None, max_results: int | None) -> Page:
        """The page of Camunda's two parameters; what is not given, or larger than a list can be, is no limit.

        >>> Page.of(None, 10)
        Page(first=0, most=10)
        """
        for name, given in (("firstResult", first_result), ("maxResults", max_results)):
            if given is not None and given < 0:
                raise FilterRejectedError(f"{name}: {given} is negative", field=name)
        most = _UNLIMITED if max_results is None else min(max_results, _UNLIMITED)
        return cls(min(first_result or 0, 2**31 - 1), most)


class Query(QueryPart):
    """Camunda 7's conditions for one kind of thing. See the module."""

    SORTS: ClassVar[Mapping[str, str]] = {}
    """Values of ``sortBy``, each with the column of the native list."""
    NOTHING: ClassVar[frozenset[str]] = frozenset()
    """Fields that match nothing when they are given."""
    POST_ONLY: ClassVar[frozenset[str]] = frozenset({"sorting", "or_queries"})
    """Fields that have no place in a query string."""

    sort_by: str | None = Field(None, description="by which property; together with sortOrder")
    sort_order: str | None = Field(None, description="`asc` or `desc`; together with sortBy")
    sorting: tuple[Sorting, ...] | None = Field(None, description="several orders, the first counts first")

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """The query of a query string or of JSON. FilterRejectedError names what is wrong."""
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise FilterRejectedError(said_of(cls, error), fields=places_of(error)) from None

    @model_validator(mode="after")
    def _check_order(self) -> Self:
        if (self.sort_by is None) != (self.sort_order is None):
            raise FilterRejectedError(
                "Only a single sorting parameter specified. sortBy and sortOrder required", field="sortBy"
            )
        for each in self._sortings():
            if each.sort_by is None or each.sort_by not in self.SORTS:
                raise FilterRejectedError(f"sortBy parameter has invalid value: {each.sort_by}", field="sortBy")
            if each.sort_order not in ("asc", "desc"):
                raise FilterRejectedError(
                    f"sortOrder parameter has invalid value: {each.sort_order}", field="sortOrder"
                )
        return self

    def _sortings(self) -> Sequence[Sorting]:
        first = () if self.sort_by is None else (Sorting(sort_by=self.sort_by, sort_order=self.sort_order),)
        return (*first, *(self.sorting or ()))

    def orders(self) -> tuple[Order, ...]:
        """By what the native list is to be sorted, the first counts first; empty if nothing is said."""
        return tuple((self.SORTS[each.sort_by or ""], each.sort_order == "desc") for each in self._sortings())

    def matches_nothing(self) -> bool:
        """Whether a field is given that nothing can match."""
        return any(getattr(self, name) not in (None, ()) for name in self.NOTHING)

    def conditions(self) -> dict[str, Any]:
        """The fields of the native filter that say the same; subclasses have the table."""
        raise NotImplementedError


def said(**conditions: Any) -> dict[str, Any]:
    """Only the conditions that were given. Camunda 7: an empty list is no condition.

    >>> said(key="order", key_in=(), name=None, suspended=False)
    {'key': 'order', 'suspended': False}
    """
    return {name: value for name, value in conditions.items() if value is not None and value != ()}
