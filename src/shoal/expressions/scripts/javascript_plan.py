"""Decides which names and which variables a JavaScript source can touch.

The interpreter cannot call back into Python while a time limit is set, so everything a script
may read is handed over before it runs. This file keeps that little: only words that occur in the
source are looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shoal.expressions.context import Context
from shoal.expressions.execution_api import VIEW_METHODS, Access, Member, property_member
from shoal.expressions.scripts.javascript_host import HIDABLE, parts_for
from shoal.expressions.scripts.javascript_values import encode

_WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
_NAMED_READ = re.compile(r"""\b(?:getVariable|hasVariable)\s*\(\s*(["'])([^"'\\]*)\1\s*\)""")
_ANY_READ = re.compile(r"\b(?:getVariable|hasVariable)\b")
# fmt: off
_RESERVED = frozenset({
    "arguments", "async", "await", "break", "case", "catch", "class", "const", "continue",
    "debugger", "default", "delete", "do", "else", "enum", "eval", "export", "extends", "false",
    "finally", "for", "function", "if", "implements", "import", "in", "instanceof", "interface",
    "let", "new", "null", "of", "package", "private", "protected", "public", "return", "static",
    "super", "switch", "this", "throw", "true", "try", "typeof", "undefined", "var", "void",
    "while", "with", "yield", "execution", "task",
})
# fmt: on
_ALL_VARIABLES = frozenset({"getVariables", "getVariableNames", "hasVariables"})
_LOCAL_VARIABLES = frozenset(
    {
        "getVariableLocal",
        "getVariableNamesLocal",
        "getVariablesLocal",
        "hasVariableLocal",
        "hasVariablesLocal",
        "removeVariablesLocal",
    }
)


@dataclass(frozen=True, slots=True)
class ViewPlan:
    """What a source may use of `execution` or of `task`."""

    target: str
    methods: Mapping[str, tuple[str, str]]
    properties: Mapping[str, tuple[str, str | None]]
    reads: tuple[str, ...]
    named: frozenset[str]
    everything: bool
    locals: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What a source may use at all."""

    names: tuple[str, ...]
    views: tuple[ViewPlan, ...]
    parts: tuple[str, ...]
    wants_now: bool


def plan_for(source: str) -> Plan:
    """Read the words of `source`; words in strings and comments count, which does no harm."""
    words = frozenset(_WORD.findall(source))
    names = words - _RESERVED
    if "org.camunda.bpm.engine.delegate.BpmnError" in source:
        names -= {"org"}
    views = [
        _view_plan(target, table, words, source)
        for target, table in VIEW_METHODS.items()
        if target in words or (target == "execution" and "getExecution" in words)
    ]
    return Plan(tuple(sorted(names)), tuple(views), parts_for(words), "now" in words)


def collect(plan: Plan, context: Context) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the data for the JavaScript side and the views by name."""
    variables: dict[str, Any] = {}
    for name in plan.names:
        try:
            variables[name] = encode(context.resolve(name))
        except KeyError:
            continue
    views: dict[str, Any] = {}
    specs: dict[str, Any] = {}
    for each in plan.views:
        try:
            view = context.resolve(each.target)
        except KeyError:
            continue
        if view is None or isinstance(view, dict | list | str | int | float):
            variables[each.target] = encode(view)
            continue
        views[each.target] = view
        specs[each.target] = _spec(each, view)
    data: dict[str, Any] = {
        "variables": variables,
        "views": specs,
        "hidable": {name: 1 for name in HIDABLE if name in variables},
    }
    if plan.wants_now:
        data["now"] = encode(context.now())["v"]
    return data, views


def _view_plan(target: str, table: Mapping[str, Member], words: frozenset[str], source: str) -> ViewPlan:
    methods = {java: (member.access.value, member.name) for java, member in table.items() if java in words}
    properties: dict[str, tuple[str, str | None]] = {}
    for word in words:
        member = property_member(target, word)
        if member is not None and member.access is Access.READ:
            setter = f"set{word[0].upper()}{word[1:]}"
            properties[word] = (member.name, setter if setter in table else None)
    reads = {member for access, member in methods.values() if access == Access.READ.value}
    reads |= {member for member, _setter in properties.values()}
    named = [found[2] for found in _NAMED_READ.finditer(source)]
    is_dynamic = len(named) != len(_ANY_READ.findall(source))
    return ViewPlan(
        target=target,
        methods=methods,
        properties=properties,
        reads=tuple(sorted(reads - {"execution"})),
        named=frozenset(named),
        everything=is_dynamic or not words.isdisjoint(_ALL_VARIABLES),
        locals=not words.isdisjoint(_LOCAL_VARIABLES),
    )


def _spec(plan: ViewPlan, view: Any) -> dict[str, Any]:
    if plan.everything:
        found = view.get_variables()
    else:
        found = {name: view.get_variable(name) for name in plan.named if view.has_variable(name)}
    local = view.get_variables_local() if plan.locals else {}
    return {
        "methods": plan.methods,
        "properties": plan.properties,
        "reads": {name: encode(getattr(view, name)) for name in plan.reads},
        "variables": {name: encode(value) for name, value in found.items()},
        "locals": {name: encode(value) for name, value in local.items()},
        "root": plan.locals and getattr(view, "parent_id", "") is None,
    }
