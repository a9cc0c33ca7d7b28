"""Requests to every operation of the OpenAPI document, made of names and ids that somebody else owns.

A *kind* is what a path parameter, a query parameter or a field of a body names: an instance, a task, a tenant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, str]
"""By kind, what is put in its place."""

_BY_SEGMENT = {
    "process-instance": "instance",
    "process-instances": "instance",
    "activity-instance": "activity_instance",
    "process-definition": "definition",
    "key": "key",
    "process-definitions": "key",
    "tenant-id": "tenant",
    "task": "task",
    "tasks": "task",
    "job": "job",
    "job-definition": "job_definition",
    "external-task": "external_task",
    "external-tasks": "external_task",
    "external-task-log": "external_task_log",
    "job-log": "job_log",
    "detail": "detail",
    "user-operation": "operation",
    "deployment": "deployment",
    "resources": "resource",
    "batch": "batch",
    "batches": "batch",
    "incident": "incident",
    "execution": "instance",
    "variable-instance": "variable",
    "comment": "comment",
    "attachment": "attachment",
    "messageSubscriptions": "message",
    "tenant": "tenant",
    "user": "user",
    "users": "user",
}
_BY_NAME = {
    "processinstance": "instance",
    "historicprocessinstance": "instance",
    "rootprocessinstance": "instance",
    "superprocessinstance": "instance",
    "subprocessinstance": "instance",
    "instance": "instance",
    "rootinstance": "instance",
    "superinstance": "instance",
    "subinstance": "instance",
    "execution": "instance",
    "variablescope": "instance",
    "processdefinition": "definition",
    "sourceprocessdefinition": "definition",
    "targetprocessdefinition": "definition",
    "definition": "definition",
    "deployment": "deployment",
    "task": "task",
    "job": "job",
    "jobdefinition": "job_definition",
    "externaltask": "external_task",
    "historicbatch": "batch",
    "batch": "batch",
    "incident": "incident",
    "causeincident": "incident",
    "rootcauseincident": "incident",
    "variableinstance": "variable",
    "activityinstance": "activity_instance",
    "tenant": "tenant",
    "processdefinitiontenant": "tenant",
    "operation": "operation",
}
_DIRECT = {
    "processdefinitionkey": "key",
    "processdefinitionkeyin": "key",
    "definitionkey": "key",
    "definitionkeyin": "key",
    "businesskey": "business_key",
    "businesskeyin": "business_key",
    "processinstancebusinesskey": "business_key",
    "processinstancebusinesskeyin": "business_key",
    "topicname": "topic",
    "messagename": "message",
    "messageeventsubscriptionname": "message",
    "signaleventsubscriptionname": "signal",
}
_ENOUGH: Mapping[str, Any] = {
    "suspended": True,
    "retries": 1,
    "worker_id": "w",
    "workerId": "w",
    "lockDuration": 1000,
    "newDuration": 1000,
    "maxTasks": 10,
    "priority": 7,
    "variables": {},
    "userId": "me",
    "deleteReason": "r",
    "absoluteRemovalTime": "2099-01-01T00:00:00.000+0000",
    "clearedRemovalTime": None,
    "message": "m",
    "annotation": "a",
    "errorCode": "e",
    "resourceId": "*",
    "failIfNotExists": False,
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_TIME = re.compile(r"20\d\d-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)?")


def kind_of(name: str) -> str | None:
    """What a query parameter or a field of that name names; None if nothing of somebody."""
    plain = name.replace("_", "").lower()
    if plain in _DIRECT:
        return _DIRECT[plain]
    found = re.fullmatch(r"(.+?)ids?(?:in|notin)?", plain)
    return None if found is None else _BY_NAME.get(found[1])


@dataclass(frozen=True)
class Sent:
    """One request. ``values``: what was put in, so that an answer can be told without it."""

    method: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    json: Any = None
    files: Any = None
    values: tuple[str, ...] = ()

    def plain(self, answer: Any) -> tuple[int, str]:
        """The answer without what was said, and without what is new in each."""
        text = answer.text
        for each in sorted(self.values, key=len, reverse=True):
            text = text.replace(each, "ID")
        return answer.status_code, _TIME.sub("TIME", _UUID.sub("ID", text))

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.query or ''} {self.json if self.json is not None else ''}"


def requests_for(document: Mapping[str, Any], values: Values) -> Iterator[tuple[str, Sent]]:
    """For each operation: by its path alone, then with each thing in the query, then with each in the body."""
    schemas = document["components"]["schemas"]
    for template, operations in document["paths"].items():
        for method, operation in operations.items():
            path, used = _filled(template, values)
            label = f"{method.upper()} {template}"
            body = _body_schema(operation)
            for query, more in _queries(operation, values):
                base = _sample(body, schemas, 0) if body is not None else None
                yield label, Sent(method.upper(), path, query, base, values=(*used, *more))
            if body is not None:
                for made, kind in _bodies(body, schemas, values, 0):
                    yield label, Sent(method.upper(), path, {}, made, values=(*used, values[kind]))


def _filled(template: str, values: Values) -> tuple[str, list[str]]:
    used: list[str] = []
    parts = template.split("/")
    for place, part in enumerate(parts):
        if part.startswith("{"):
            kind = _BY_SEGMENT.get(parts[place - 1])
            value = values[kind] if kind is not None else "of"
            used += [value] if kind is not None else []
            parts[place] = value
    return "/".join(parts), used


def _queries(operation: Mapping[str, Any], values: Values) -> Iterator[tuple[dict[str, Any], list[str]]]:
    yield {}, []
    for each in operation.get("parameters", []):
        kind = kind_of(each["name"]) if each["in"] == "query" else None
        if kind is not None:
            yield {each["name"]: values[kind]}, [values[kind]]


def _body_schema(operation: Mapping[str, Any]) -> Any:
    content = operation.get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("schema")


def _resolved(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Mapping[str, Any]:
    while True:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        elif "anyOf" in schema or "oneOf" in schema or "allOf" in schema:
            several = [each for each in _alternatives(schema) if each.get("type") != "null"]
            schema = several[0] if several else {}
        else:
            return schema


def _alternatives(schema: Mapping[str, Any]) -> list[Any]:
    return [*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]


def _sample(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> Any:
    """The least that the schema takes."""
    schema = _resolved(schema, schemas)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    match schema.get("type"):
        case "object" if depth < 4:
            properties = schema.get("properties", {})
            wanted = [each for each in properties if each in schema.get("required", ()) or each in _ENOUGH]
            return {
                each: _ENOUGH[each] if each in _ENOUGH else _sample(properties[each], schemas, depth + 1)
                for each in wanted
            }
        case "array":
            return []
        case "integer" | "number":
            return 1
        case "boolean":
            return True
        case "string":
            return "x"
    return {}


def _bodies(
    schema: Mapping[str, Any], schemas: Mapping[str, Any], values: Values, depth: int
) -> Iterator[tuple[Any, str]]:
    """Bodies that each name one thing; queries and filters within bodies, too."""
    schema = _resolved(schema, schemas)
    base = _sample(schema, schemas, depth)
    for name, inner in schema.get("properties", {}).items():
        kind = kind_of(name) or ("instance" if name in ("ids", "processInstances") else None)
        found = _resolved(inner, schemas)
        if kind is not None and found.get("type") in ("string", "array"):
            value = [values[kind]] if found["type"] == "array" else values[kind]
            yield {**base, name: value}, kind
        elif depth < 2 and (name.lower().endswith("query") or name in ("filter", "migrationPlan")):
            for made, kind in _bodies(found, schemas, values, depth + 1):
                if kind in ("instance", "tenant", "definition"):
                    yield {**base, name: made}, kind
        elif depth < 2 and name in ("topics", "orQueries"):
            for made, kind in _bodies(found.get("items", {}), schemas, values, depth + 1):
                yield {**base, name: [made]}, kind
