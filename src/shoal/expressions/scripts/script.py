"""What all compiled scripts have in common.

Responsible for the interface only; each language has its own file beside this one.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from shoal.expressions.context import Context

ScriptContext = Context
"""Scripts see what expressions see; `execution` and `task` are resolved by name."""


class Script(ABC):
    """An immutable compiled script; safe to share between threads."""

    __slots__ = ("language", "source")

    def __init__(self, language: str, source: str) -> None:
        self.language = language
        self.source = source

    @abstractmethod
    def run(self, context: ScriptContext) -> Any:
        """Run the script and return the value of its last expression.

        Raises BpmnError if the script throws one, ScriptError for every other failure, limits
        included.
        """

    def __repr__(self) -> str:
        return f"Script({self.language!r}, {self.source[:40]!r})"
