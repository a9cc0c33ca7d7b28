"""The methods of strings: java.lang.String and Spin's typed value.

Offsets count characters, not UTF-16 units as in Java. Patterns are Python's regular expressions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from shoal.expressions.coercion import to_integer, to_text
from shoal.expressions.comparison import same
from shoal.expressions.errors import EvaluationFailure
from shoal.expressions.methods.json_nodes import JSON_METHODS


def _itself(value: str) -> str:
    return value


def _equals_ignore_case(value: str, other: Any) -> bool:
    return isinstance(other, str) and value.casefold() == other.casefold()


def _substring(value: str, begin: Any, end: Any = None) -> str:
    first = to_integer(begin)
    last = len(value) if end is None else to_integer(end)
    if not 0 <= first <= last <= len(value):
        raise EvaluationFailure(f"substring({first}, {last}) is outside of {len(value)} characters")
    return value[first:last]


def _char_at(value: str, index: Any) -> str:
    position = to_integer(index)
    if not 0 <= position < len(value):
        raise EvaluationFailure(f"charAt({position}) is outside of {len(value)} characters")
    return value[position]


def _pattern(text: Any) -> re.Pattern[str]:
    try:
        return re.compile(to_text(text))
    except re.error as error:
        raise EvaluationFailure(f"Invalid pattern {to_text(text)!r}: {error}") from None


def _split(value: str, pattern: Any, limit: Any = 0) -> list[str]:
    most = to_integer(limit)
    if most == 1 or value == "":
        return [value]
    parts: list[str] = []
    position = 0
    for found in _pattern(pattern).finditer(value):
        if found.end() == 0 or found.start() == len(value) == found.end():
            continue
        if most > 0 and len(parts) == most - 1:
            break
        parts.append(value[position : found.start()])
        position = found.end()
    parts.append(value[position:])
    if most == 0:
        while len(parts) > 1 and parts[-1] == "":
            parts.pop()
    return parts


def _java_replacement(text: Any) -> str:
    # Java refers to groups as $1 and escapes with a backslash, Python writes \1
    escaped = re.sub(r"\\(.)", lambda found: "\\\\" if found[1] == "\\" else found[1], to_text(text))
    return re.sub(r"\$(\d)", r"\\g<\1>", escaped)


def _replace_all(value: str, pattern: Any, replacement: Any) -> str:
    try:
        return _pattern(pattern).sub(_java_replacement(replacement), value)
    except (re.error, IndexError) as error:
        raise EvaluationFailure(f"Invalid replacement: {error}") from None


def _compare(value: str, other: Any) -> int:
    text = to_text(other)
    return (value > text) - (value < text)


STRING_METHODS: Mapping[str, Callable[..., Any]] = MappingProxyType(
    {
        **JSON_METHODS,
        "length": len,
        "isEmpty": lambda value: value == "",
        "isBlank": lambda value: value.strip() == "",
        "equals": same,
        "equalsIgnoreCase": _equals_ignore_case,
        "contains": lambda value, part: to_text(part) in value,
        "startsWith": lambda value, part: value.startswith(to_text(part)),
        "endsWith": lambda value, part: value.endswith(to_text(part)),
        "toUpperCase": lambda value: value.upper(),
        "toLowerCase": lambda value: value.lower(),
        "trim": lambda value: value.strip(),
        "substring": _substring,
        "indexOf": lambda value, part: value.find(to_text(part)),
        "lastIndexOf": lambda value, part: value.rfind(to_text(part)),
        "replace": lambda value, old, new: value.replace(to_text(old), to_text(new)),
        "replaceAll": _replace_all,
        "split": _split,
        "matches": lambda value, pattern: _pattern(pattern).fullmatch(value) is not None,
        "concat": lambda value, other: value + to_text(other),
        "charAt": _char_at,
        "compareTo": _compare,
        "toString": _itself,
        "stringValue": _itself,
    }
)
