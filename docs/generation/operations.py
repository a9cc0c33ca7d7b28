"""The page of the batch operations, made from their registry; and that of the filters."""

from __future__ import annotations

import inspect
import json
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from docs.generation.markdown import anchor, cell, code, fence, page, prose, table
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from shoal.batch.instructions import (
    SaidCancelActivityInstance,
    SaidCancelAll,
    SaidCancelTransitionInstance,
    SaidStartAfter,
    SaidStartBefore,
    SaidStartTransition,
)
from shoal.batch.operations.migrate_instances import MappedActivity
from shoal.batch.registry import AnyOperation, all_operations
from shoal.batch.request import BatchOptions
from shoal.filters import InstanceFilter, JobFilter, VariableCondition
from shoal.filters.batches import BatchFilter
from shoal.filters.decisions import DecisionFilter
from shoal.filters.definitions import DefinitionFilter
from shoal.filters.external_tasks import ExternalTaskFilter

_ORDER = "01980000-0000-7000-8000-000000000001"
_NEW_ORDER = "01980000-0000-7000-8000-000000000002"
EXAMPLES: dict[str, dict[str, Any]] = {
    "cancel-instances": {"reason": "ordered twice"},
    "correlate-message": {"message_name": "payment-received", "variables": {"paid": True}},
    "migrate-instances": {
        "source_definition_id": _ORDER,
        "target_definition_id": _NEW_ORDER,
        "instructions": [{"source_activity_id": "await_payment", "target_activity_id": "await_payment"}],
    },
    "modify-instances": {
        "definition_id": _ORDER,
        "instructions": [
            {"type": "cancel-all", "activity_id": "reserve_stock"},
            {"type": "start-before", "activity_id": "await_payment"},
        ],
    },
    "restart-instances": {
        "definition_id": _ORDER,
        "instructions": [{"type": "start-before", "activity_id": "reserve_stock"}],
    },
    "set-external-task-retries": {"retries": 3},
    "set-job-retries": {"retries": 3},
    "set-removal-time-of-batches": {"mode": "calculated"},
    "set-removal-time-of-decisions": {"mode": "cleared"},
    "set-removal-time-of-instances": {"mode": "absolute", "absolute_removal_time": "2030-01-01T00:00:00+01:00"},
    "set-variables": {"variables": {"warehouse": "hamburg"}},
}
"""Parameters for the examples; an operation that is not here is shown without."""
INSTRUCTIONS: tuple[type[BaseModel], ...] = (
    SaidStartBefore,
    SaidStartAfter,
    SaidStartTransition,
    SaidCancelAll,
    SaidCancelActivityInstance,
    SaidCancelTransitionInstance,
)


def content() -> str:
    """Every operation: what it does, its parameters, how it is called."""
    operations = all_operations()
    overview = table(
        ("Operation", "Elements", "Camunda 7's batch type", "What it does"),
        [
            (
                f"[{code(name)}](#{anchor(name)})",
                _elements(each),
                code(each.camunda_type),
                cell(each.summary),
            )
            for name, each in operations.items()
        ],
    )
    return page(
        "Batch operations",
        "Each operation takes parameters, a selection (`ids`, a [filter](filters.md) or a list of them, all "
        "united), and the "
        "options at "
        "the end of this page. [How a batch works](../explanation/how-a-batch-works.md).",
        overview,
        *(_operation(each) for each in operations.values()),
        "## Instructions",
        "What modify-instances and restart-instances do, one after the other. A restart only starts.",
        *(f"### {_word(each)}\n\n{prose(inspect.getdoc(each))}\n\n{fields(each)}" for each in INSTRUCTIONS),
        "## Pairs of activities",
        "Of migrate-instances. For the scope around a repeated activity: its id with `#multiInstanceBody`.",
        fields(MappedActivity),
        "## Options",
        "The same for every operation. On the command line `--expect`, `--rate` and `--parallel` stand for "
        "`expected_count`, `rate_per_second` and `max_parallel`.",
        fields(BatchOptions),
    )


def _word(instruction: type[BaseModel]) -> str:
    (word,) = get_args(instruction.model_fields["type"].annotation)
    return str(word)


def filters() -> str:
    """The page of the filters."""
    return page(
        "Filters",
        "The same filter lists, counts, previews and selects for a batch, in Python, over HTTP and on the "
        "command line "
        "(`definition_key` is `--definition-key` there). All conditions must hold. A filter without a condition "
        "lists and counts everything; a batch refuses it, unless the selection says `everything: yes-all-of-them`.",
        "## How the names are made",
        table(
            ("Name", "Holds when"),
            [
                ("`x`", "The value is the same."),
                ("`x_in`", "The value is one of a list."),
                ("`x_like`", "The text fits a pattern: `%` stands for any text, `_` for one character."),
                ("`x_before`, `x_after`", "The instant is earlier, or later. Instants have a time zone."),
                ("`with_x`", "There is such a thing (`true`), or there is none (`false`)."),
                ("`without_x`", "There is none."),
            ],
        ),
        "## Process instances",
        prose(InstanceFilter.__doc__),
        fields(InstanceFilter),
        "## Conditions on variables",
        prose(VariableCondition.__doc__),
        fields(VariableCondition),
        "## Jobs",
        prose(JobFilter.__doc__),
        fields(JobFilter),
        "## External tasks",
        prose(ExternalTaskFilter.__doc__),
        fields(ExternalTaskFilter),
        "## Batches",
        prose(BatchFilter.__doc__),
        fields(BatchFilter),
        "## Decisions",
        prose(DecisionFilter.__doc__),
        fields(DecisionFilter),
        "## Process definitions",
        prose(DefinitionFilter.__doc__),
        fields(DefinitionFilter),
    )


def fields(model: type[BaseModel]) -> str:
    """The fields of a model as a table."""
    rows = [
        (code(name), _type(field.annotation), _default(field), cell(field.description))
        for name, field in model.model_fields.items()
    ]
    return table(("Name", "Type", "Default", "Meaning"), rows)


def _elements(operation: AnyOperation) -> str:
    return " or ".join(each.name for each in operation.targets)


def _operation(operation: AnyOperation) -> str:
    params = EXAMPLES.get(operation.name, {})
    parameters = fields(operation.params) if operation.params.model_fields else "No parameters."
    return "\n\n".join(
        [
            f"## {operation.name}",
            prose(inspect.getdoc(type(operation))),
            (
                f"Elements: {_elements(operation)}. Permission: {code(operation.permission.value)}. "
                f"Camunda 7's batch type: {code(operation.camunda_type)}."
            ),
            parameters,
            fence(command_line(operation, params), "shell"),
            fence(request(operation, params), "http"),
        ]
    )


def selection_of(operation: AnyOperation) -> dict[str, Any]:
    """A small filter that fits the operation."""
    match operation.name:
        case "set-job-retries":
            return {"definition_key": "order", "with_failed_job": True}
        case "set-external-task-retries":
            return {"topic": "reserve-stock", "retries_left": False}
    match operation.target.kind:
        case "batches":
            return {"operation": "cancel-instances", "finished": True}
        case "decisions":
            return {"definition_key": "discount"}
        case _:
            return {"definition_key": "order"}


def command_line(operation: AnyOperation, params: dict[str, Any]) -> str:
    """The example on the command line."""
    words = [f"shoal batch create {operation.name}"]
    words += [f"--{name.replace('_', '-')} {_shell(value)}" for name, value in params.items()]
    for name, value in selection_of(operation).items():
        flag = name.replace("_", "-")
        words.append((f"--{flag}" if value else f"--no-{flag}") if isinstance(value, bool) else f"--{flag} {value}")
    return " ".join([*words, "--wait"])


def request(operation: AnyOperation, params: dict[str, Any]) -> str:
    """The example over HTTP."""
    body = {"params": params, "filter": selection_of(operation)} if params else {"filter": selection_of(operation)}
    return f"POST /shoal/v1/batches/{operation.name}\nContent-Type: application/json\n\n{json.dumps(body)}"


def _shell(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return text if text.replace("-", "").isalnum() else f"'{text}'"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    default = field.get_default(call_default_factory=True, validated_data={})
    if default is None or default in ((), [], {}):
        return ""
    return code(json.dumps(default, default=str))


def _type(annotation: Any) -> str:
    origin, inner = get_origin(annotation), [each for each in get_args(annotation) if each is not type(None)]
    if inner and all(each in INSTRUCTIONS for each in inner):
        return "[instruction](#instructions)"
    if origin is Literal:
        return " or ".join(code(each) for each in inner)
    if hasattr(annotation, "__metadata__"):
        return _type(inner[0])
    if origin in (tuple, list, set, frozenset):
        return f"list of {_type(inner[0])}"
    if inner and origin is not dict and not isinstance(origin, type):
        return " or ".join(dict.fromkeys(_type(each) for each in inner))
    if inner and len(get_args(annotation)) != len(inner):
        return " or ".join(dict.fromkeys(_type(each) for each in inner))
    if origin is not None and len(inner) == 2:
        return "map"
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return " or ".join(code(each.value) for each in annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        linked = {
            VariableCondition: "[condition](#conditions-on-variables)",
            InstanceFilter: "[filter](#process-instances)",
            MappedActivity: "[pair of activities](#pairs-of-activities)",
        }
        return linked.get(annotation, annotation.__name__)
    names = {
        "str": "text", "int": "whole number", "float": "number", "bool": "true or false", "Any": "any",
        "AwareDatetime": "instant", "datetime": "instant", "timedelta": "duration",
    }  # fmt: skip
    name = getattr(annotation, "__name__", str(annotation))
    return names.get(name, name)
