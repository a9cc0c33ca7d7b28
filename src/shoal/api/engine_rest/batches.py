"""Batches that requests of the dialect ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.views.batch import BatchView
from shoal.batch.targets import Filter
from shoal.camunda.selecting import selection_of
from shoal.engine import Engine
from shoal.errors import EmptySelectionError


def made(
    engine: Engine,
    operation: str,
    params: Mapping[str, Any],
    *,
    ids: Iterable[str] | None,
    filters: Sequence[Filter | None],
    empty: str,
    kind: str = "BadUserRequestException",
) -> BatchView:
    """Make a batch over ids united with what any of the filters finds.

    Camunda 7: a query without conditions matches everything, and a selection of nothing is refused; ``empty`` is
    what is said then, as an exception of this ``kind``. CamundaError; what ``engine.batches.create`` raises.
    """
    try:
        return BatchView.of(engine.batches.create(operation, params, **selection_of(ids, filters)).view)
    except EmptySelectionError:
        raise CamundaError(empty, kind=kind, code=0 if kind == "BadUserRequestException" else None) from None
