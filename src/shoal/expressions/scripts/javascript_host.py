"""Assembles the program that runs one JavaScript source in a fresh interpreter.

Responsible for choosing the parts of `javascript_host.js` that the source needs. Running the
program is the business of `javascript`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

_PART = re.compile(r"^// part (\w+)$", re.MULTILINE)
_JAVA = frozenset({"java", "javax", "org", "com", "Packages", "Java"})
_OFFERS = frozenset({"S", "print", "console", "now"})

HIDABLE = _JAVA | _OFFERS
"""Names the engine offers to scripts, but process variables of the same name win."""


def parts_for(words: Collection[str]) -> tuple[str, ...]:
    """Return the names of the parts that a source with these words may use."""
    parts = []
    if "BpmnError" in words:
        parts.append("error")
    if not _JAVA.isdisjoint(words):
        parts.append("java")
    if not _OFFERS.isdisjoint(words):
        parts.append("offers")
    return tuple(parts)


def program(data: dict[str, Any], source_literal: str, parts: tuple[str, ...]) -> str:
    """Return JavaScript that runs the source and gives its outcome as JSON."""
    wire = json.dumps(data)
    code = _parts()
    chosen = ["decode"] if '"$shoal"' in wire else []
    chosen.extend(parts)
    if data["views"]:
        chosen.append("views")
    listed = ",".join(code[each] for each in chosen)
    return f"{code['core']}({json.dumps(wire)},{source_literal},[{listed}])"


@lru_cache(maxsize=1)
def _parts() -> dict[str, str]:
    text = Path(__file__).with_name("javascript_host.js").read_text(encoding="utf-8")
    pieces = _PART.split(text)[1:]
    return {
        name: " ".join(line.strip() for line in code.splitlines() if line.strip())
        for name, code in zip(pieces[::2], pieces[1::2], strict=True)
    }
