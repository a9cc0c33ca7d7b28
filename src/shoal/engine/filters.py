"""Filters as callers give them: an object, a mapping, or keyword arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shoal.errors import FilterRejectedError
from shoal.validation import places_of, said_of

Model = TypeVar("Model", bound=BaseModel)


def parsed(model: type[Model], given: BaseModel | Mapping[str, Any] | None, conditions: Mapping[str, Any]) -> Model:
    """One filter out of what was given and of single conditions. FilterRejectedError names what is wrong.

    >>> from shoal.filters import InstanceFilter
    >>> parsed(InstanceFilter, {"definition_key": "order"}, {"running": True}).definition_key
    'order'
    """
    said = given.model_dump(exclude_unset=True) if isinstance(given, BaseModel) else dict(given or {})
    if both := sorted(said.keys() & conditions.keys()):
        raise FilterRejectedError(f"filter: said twice: {', '.join(both)}", fields=both)
    try:
        return model.model_validate(said | dict(conditions))
    except ValidationError as error:
        raise FilterRejectedError(f"filter: {said_of(model, error)}", fields=places_of(error)) from None
