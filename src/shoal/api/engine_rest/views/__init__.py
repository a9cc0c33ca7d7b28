"""What the resources answer, in Camunda 7's names; ``View`` and the types that all share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from shoal.camunda.dates import write_date
from shoal.camunda.queries.base import read_date_or_refuse


class View(BaseModel):
    """Something that is answered: every member is always there, null where there is nothing.

    Fields have Python names; the JSON has Camunda's. Subclasses that show a row have ``of(row)``.
    """

    model_config = ConfigDict(
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        from_attributes=True,
        json_schema_serialization_defaults_required=True,
    )

    @classmethod
    def of(cls, row: Any) -> Self:
        """The view of a row; by default each field is the attribute of the same name."""
        return cls.model_validate(row)


class Body(BaseModel):
    """What a request says: unknown members are ignored, and an explicit null is as if nothing was said."""

    model_config = ConfigDict(
        extra="ignore", alias_generator=to_camel, populate_by_name=True, coerce_numbers_to_str=True
    )


CamundaDate = Annotated[
    datetime,
    PlainSerializer(write_date, return_type=str),
    BeforeValidator(lambda given: read_date_or_refuse(given) if isinstance(given, str) else given),
    WithJsonSchema({"type": "string", "examples": ["2013-01-23T14:42:45.000+0200"]}),
]
"""An instant in Camunda's form, in answers and in bodies."""


class Count(View):
    """How many there are."""

    count: int


class Link(View):
    """Where to go on."""

    method: str
    href: str
    rel: str


class VariableValue(Body):
    """A variable's value with its type: Camunda 7's form."""

    value: Any = None
    type: str | None = Field(None, description="missing: inferred from the value")
    value_info: dict[str, Any] | None = None
    local: bool | None = Field(None, description="only where a scope can be chosen")


Variables = dict[str, VariableValue] | None
"""Variables of a body, by name; ``plain_values`` makes of them what ``shoal.camunda.values`` reads."""


def plain_values(variables: Variables) -> dict[str, dict[str, Any]]:
    """The variables as ``shoal.camunda.values.read_values`` takes them."""
    return {
        name: {"value": each.value, "type": each.type, "valueInfo": each.value_info}
        for name, each in (variables or {}).items()
    }
