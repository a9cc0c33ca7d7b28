"""JSON values as text, exactly: integers of any size, no NaN, no names that are not text."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import orjson

from shoal.errors import VariableTypeError

STRICT = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
"""Nothing is written that would not read back as it was."""

_LONG_NUMBER = re.compile(r"[0-9]{19}")


def write_json(name: str, content: Any) -> str:
    """JSON text that reads back as the same value. VariableTypeError if there is none."""
    try:
        written = orjson.dumps(content, option=STRICT)
        if orjson.loads(written) == content:
            return written.decode()
    except (TypeError, ValueError, RecursionError):
        pass  # integers beyond 64 bits and mistakes: the slow way keeps the former and names the latter
    try:
        _check_json(content, name, "")
        return json.dumps(content, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except RecursionError:
        raise VariableTypeError(f"variable '{name}': the JSON value is nested too deeply", variable=name) from None


def _check_json(content: Any, name: str, path: str) -> None:
    kind = type(content)
    if content is None or kind is bool or kind is int:
        return
    if kind is float and math.isfinite(content):
        return
    if kind is str and is_text(content):
        return
    if kind in (list, tuple):
        for place, item in enumerate(content):
            _check_json(item, name, f"{path}[{place}]")
        return
    if kind is dict:
        for key, item in content.items():
            if type(key) is not str or not is_text(key):
                raise VariableTypeError(
                    f"variable '{name}'{path}: {key!r} is no name of a JSON member", variable=name
                )
            _check_json(item, name, f"{path}.{key}")
        return
    shown = repr(content)[:60]
    raise VariableTypeError(f"variable '{name}'{path}: {shown} is no JSON value", variable=name)


def read_json(text: str) -> Any:
    """The value of a text that ``write_json`` made."""
    # the fast reader turns integers beyond 64 bits into floats, and does not nest as deeply
    if _LONG_NUMBER.search(text):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def is_text(text: str) -> bool:
    """Whether the text has no half of a surrogate pair, which no database can hold."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
