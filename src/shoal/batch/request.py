"""What a requester may say beside the parameters and the selection."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shoal.batch.contract import OperationParams
from shoal.batch.registry import AnyOperation
from shoal.batch.selection import Selected
from shoal.errors import InputError, ParamsRejectedError
from shoal.validation import places_of, said_of


class BatchOptions(BaseModel):
    """How a batch is to be run. What is not given comes from the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    expected_count: int | None = Field(
        None, ge=0, description="The number of elements that the requester expects; another one creates nothing."
    )
    idempotency_key: str | None = Field(
        None, min_length=1, max_length=255, description="The same key again returns the batch already made."
    )
    chunk_size: int | None = Field(
        None, gt=0, le=100_000, description="Elements per execution job (invocationsPerBatchJob)."
    )
    jobs_per_seed: int | None = Field(
        None, gt=0, le=100_000, description="Execution jobs that one run of the seed job creates."
    )
    priority: int = Field(0, ge=-(2**31), lt=2**31, description="Priority of the batch's jobs; higher goes first.")
    rate_per_second: float | None = Field(
        None, gt=0, allow_inf_nan=False, description="Elements per second at most."
    )
    max_parallel: int | None = Field(None, gt=0, lt=2**31, description="Chunks that run at the same time at most.")
    suspended: bool = Field(False, description="Create the batch suspended; nothing happens until it is resumed.")
    created_by: str | None = Field(None, description="Who asked for it.")
    tenant_id: str | None = None


def parse_options(raw: BatchOptions | Mapping[str, Any] | None) -> BatchOptions:
    """Options from JSON. InputError names what is wrong."""
    if isinstance(raw, BatchOptions):
        return raw
    try:
        return BatchOptions.model_validate(raw or {})
    except ValidationError as error:
        raise InputError(f"options: {said_of(BatchOptions, error)}", fields=places_of(error)) from None


def parse_params(operation: AnyOperation, raw: OperationParams | Mapping[str, Any] | None) -> Any:
    """The parameters of the operation. ParamsRejectedError names every field that is wrong."""
    if isinstance(raw, operation.params):
        return raw
    try:
        return operation.params.model_validate(raw or {})
    except ValidationError as error:
        raise ParamsRejectedError(
            f"{operation.name}: {said_of(operation.params, error)}", fields=places_of(error)
        ) from None


def refuse_unstorable(params: OperationParams, selected: Selected, options: BatchOptions) -> None:
    """InputError for text that no database can hold: NUL, or halves of surrogate pairs."""
    parts = {
        "params": params.model_dump(mode="python", exclude_unset=True),
        "filter": selected.stored_filter,
        "options": options.model_dump(),
    }
    for name, part in parts.items():
        try:
            stored = orjson.dumps(part, default=str)
        except TypeError:
            stored = b"\\u0000"
        if b"\\u0000" in stored:
            raise InputError(f"{name}: NUL and halves of surrogate pairs are not allowed", field=name)


def digest_of(operation: AnyOperation, params: OperationParams, selected: Selected, options: BatchOptions) -> str:
    """What makes two requests the same one."""
    ids = hashlib.sha256()
    for each in (*selected.ids, *selected.malformed):
        ids.update(each.encode())
        ids.update(b"\0")
    request = {
        "operation": operation.name,
        "params": params.model_dump(mode="json", exclude_unset=True),
        "ids": ids.hexdigest(),
        "filter": selected.stored_filter,
        "options": options.model_dump(mode="json", exclude={"idempotency_key"}),
    }
    return hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
