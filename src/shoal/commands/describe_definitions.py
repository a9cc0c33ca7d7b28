"""What only the model of a definition says: category, description, picture, who may start it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from shoal.bpmn.activities import CallActivity
from shoal.bpmn.process import Process
from shoal.commands.context import Context
from shoal.commands.deployed_files import diagram_of
from shoal.errors import ModelRejectedError, NotFoundError
from shoal.filters.definitions import DefinitionFilter
from shoal.store.database import Tx
from shoal.store.queries.definition_filters import DefinitionRow, find_definition_rows, list_definition_rows
from shoal.store.queries.definitions import find_called
from shoal.store.queries.deployments import list_file_names

_FIELDS = ("category", "category_like", "starter")


class DescribedDefinition(NamedTuple):
    """A definition with what its model says."""

    row: DefinitionRow
    category: str | None
    description: str | None
    diagram: str | None
    """The name of the picture that was deployed beside the model."""


def describe(ctx: Context, tx: Tx, rows: Sequence[DefinitionRow]) -> list[DescribedDefinition]:
    """Every definition with what its model says; nothing is said by models that cannot be read any more."""
    processes = processes_of(ctx, tx, [row.id for row in rows])
    names = list_file_names(tx, {row.deployment_id for row in rows})
    return [
        DescribedDefinition(
            row,
            process.category if (process := processes.get(row.id)) is not None else None,
            process.description if process is not None else None,
            diagram_of(row.resource_name, row.key, names.get(row.deployment_id, frozenset())),
        )
        for row in rows
    ]


def processes_of(ctx: Context, tx: Tx, definition_ids: Collection[str]) -> dict[str, Process]:
    """The models by definition, without those that cannot be read any more."""
    try:
        return {each: found.process for each, found in ctx.catalog.get_many(tx, definition_ids).items()}
    except (ModelRejectedError, NotFoundError):
        if len(definition_ids) == 1:
            return {}
    found: dict[str, Process] = {}
    for each in definition_ids:
        found |= processes_of(ctx, tx, [each])
    return found


class CalledDefinition(NamedTuple):
    """A definition that another one calls, and from which of its activities."""

    row: DefinitionRow
    activity_ids: tuple[str, ...]


def statically_called(ctx: Context, tx: Tx, caller: DefinitionRow) -> list[CalledDefinition]:
    """The definitions that call activities name without an expression, by key; one statement for each name."""
    by_name: dict[tuple[Any, ...], list[str]] = {}
    for node in ctx.catalog.get(tx, caller.id).process.nodes.values():
        name = _static_name(node, caller) if isinstance(node, CallActivity) else None
        if name is not None:
            by_name.setdefault(name, []).append(node.id)
    activities: dict[str, list[str]] = {}
    for (key, version, tag, deployment_id, tenant_id), ids in by_name.items():
        found = find_called(tx, key, tenant_id, version=version, version_tag=tag, deployment_id=deployment_id)
        if found is not None:
            activities.setdefault(found.id, []).extend(ids)
    rows = find_definition_rows(tx, list(activities))
    return [CalledDefinition(row, tuple(activities[row.id])) for row in sorted(rows, key=lambda row: row.key)]


def _static_name(node: CallActivity, caller: DefinitionRow) -> tuple[Any, ...] | None:
    said = (node.called_element, node.version, node.version_tag, node.tenant_id)
    if node.called_element is None or any(each is not None and not each.is_literal for each in said):
        return None
    key, version, tag, tenant_id = (None if each is None else each.literal_value for each in said)
    if node.binding == "version" and not (version or "").isdecimal():
        return None
    return (
        key,
        int(version or 0) if node.binding == "version" else None,
        tag if node.binding == "versionTag" else None,
        caller.deployment_id if node.binding == "deployment" else None,
        caller.tenant_id if tenant_id is None else tenant_id,
    )


def narrowed(ctx: Context, tx: Tx, filter: DefinitionFilter) -> DefinitionFilter:  # noqa: A002
    """The same filter without the conditions that only models can answer: the ids that they leave instead."""
    if all(getattr(filter, field) is None for field in _FIELDS):
        return filter
    rest = filter.model_copy(update=dict.fromkeys(_FIELDS))
    rows = list_definition_rows(tx, rest)
    processes = processes_of(ctx, tx, [row.id for row in rows])
    ids = tuple(row.id for row in rows if row.id in processes and _matches(processes[row.id], filter))
    return rest.model_copy(update={"ids": ids})


def _matches(process: Process, wanted: DefinitionFilter) -> bool:
    if wanted.category is not None and process.category != wanted.category:
        return False
    if wanted.category_like is not None and not is_like(process.category or "", wanted.category_like):
        return False
    return wanted.starter is None or wanted.starter in process.candidate_starter_users


def is_like(text: str, pattern: str) -> bool:
    """As LIKE of the databases, with a backslash before what is meant literally.

    >>> is_like("http://a/b", "http:%b"), is_like("a_b", "a\\\\_b"), is_like("axb", "a\\\\_b")
    (True, True, False)
    """
    parts = re.split(r"(\\.|[%_])", pattern, flags=re.DOTALL)
    known = {"%": ".*", "_": "."}
    made = "".join(
        known.get(part) or re.escape(part[1:] if part.startswith("\\") and len(part) == 2 else part)
        for part in parts
    )
    return re.fullmatch(made, text, re.DOTALL) is not None
