"""What a request for a batch may say: one model per operation, made from the operation's parameters."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model

from shoal.batch.registry import AnyOperation
from shoal.batch.request import BatchOptions
from shoal.batch.selection import EVERYTHING

_OPTIONS = [name for name in BatchOptions.model_fields if name not in ("created_by", "tenant_id")]
_SELECTION = ("ids", "filter", "everything")


class BatchRequest(BaseModel):
    """Which elements, and how: ids united with a filter, or the word for everything."""

    model_config = ConfigDict(extra="forbid")

    ids: list[str] = Field(default_factory=list, description="ids of elements; united with the filter")
    everything: str | None = Field(None, description=f"`{EVERYTHING}` selects every element there is")
    dry_run: bool = Field(False, description="create nothing; answer 200 with what would happen")

    @property
    def selection(self) -> dict[str, Any]:
        """Ids, filter and the word, for the engine."""
        chosen: Any = getattr(self, "filter", None)
        filter_ = [_said(each) for each in chosen] if isinstance(chosen, list) else _said(chosen)
        return {"ids": self.ids, "filter": filter_, "everything": self.everything}

    @property
    def parameters(self) -> Any:
        """The parameters of the operation."""
        return getattr(self, "params")  # noqa: B009 - the field is made per operation

    @property
    def options(self) -> dict[str, Any]:
        """What was said about how to run it."""
        said = self.model_dump(exclude_unset=True, include=set(_OPTIONS))
        return {name: value for name, value in said.items() if value is not None}


def request_model(operation: AnyOperation) -> type[BatchRequest]:
    """The model of the body that creates a batch of this operation."""
    needs_params = any(field.is_required() for field in operation.params.model_fields.values())
    params: Any = Field(description="what to do")
    if not needs_params:
        params = Field(default_factory=operation.params, description="what to do")
    one: Any = reduce(or_, dict.fromkeys(each.filter_model for each in operation.targets))
    fields: dict[str, Any] = {
        "params": (operation.params, params),
        "filter": (
            Annotated[
                Annotated[one, Tag("(one)")] | Annotated[list[one], Tag("(several)")], Discriminator(_how_many)
            ]
            | None,
            Field(None, description="which elements; all conditions hold. A list: what any of the filters finds"),
        ),
    }
    for name in _OPTIONS:
        field = BatchOptions.model_fields[name]
        fields[name] = (field.rebuild_annotation(), field)
    title = "".join(part.capitalize() for part in operation.name.split("-"))
    return create_model(f"{title}Request", __base__=BatchRequest, __doc__=operation.summary, **fields)


def _how_many(given: Any) -> str:
    return "(several)" if isinstance(given, list) else "(one)"


def _said(chosen: BaseModel | None) -> dict[str, Any] | None:
    return None if chosen is None else chosen.model_dump(mode="json", exclude_unset=True)
