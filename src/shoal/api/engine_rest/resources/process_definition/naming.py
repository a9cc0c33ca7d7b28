"""The three ways of naming a process definition in a path: id, key, key and tenant."""

from __future__ import annotations

from collections.abc import Callable

from shoal.api.acting import Acting
from shoal.api.engine_rest.problems import CamundaError
from shoal.errors import NotFoundError
from shoal.store.queries.definition_filters import DefinitionRow

Named = Callable[..., DefinitionRow]


def by_id(id: str, engine: Acting) -> DefinitionRow:  # noqa: A002 - Camunda's name of the parameter
    """The definition of that id."""
    try:
        return engine.definitions.get(id)
    except NotFoundError:
        raise CamundaError(f"No matching definition with id {id}", status=404) from None


def by_key(key: str, engine: Acting) -> DefinitionRow:
    """The newest definition of that key without a tenant."""
    try:
        return engine.definitions.by_key(key)
    except NotFoundError:
        raise CamundaError(
            f"No matching process definition with key: {key} and no tenant-id", status=404, kind="RestException"
        ) from None


def by_key_and_tenant(key: str, tenant_id: str, engine: Acting) -> DefinitionRow:
    """The newest definition of that key and tenant."""
    try:
        return engine.definitions.by_key(key, tenant_id=tenant_id)
    except NotFoundError:
        raise CamundaError(
            f"No matching process definition with key: {key} and tenant-id: {tenant_id}",
            status=404,
            kind="RestException",
        ) from None


WAYS: tuple[tuple[str, Named], ...] = (
    ("/key/{key}", by_key),
    ("/key/{key}/tenant-id/{tenant_id}", by_key_and_tenant),
    ("/{id}", by_id),
)
"""Each with the reader of the definition."""
