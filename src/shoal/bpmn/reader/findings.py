"""What the reader finds while it reads: faults, warnings, and the expressions that it compiles.

Every family of elements reports here and goes on, so that one reading lists everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from shoal.bpmn.reader.access import XmlElement, line_of
from shoal.errors import Fault
from shoal.expressions import (
    Expression,
    ExpressionError,
    Script,
    ScriptError,
    compile_expression,
    compile_script,
)
from shoal.expressions.scripts.javascript import MEMORY_LIMIT_BYTES, TIME_LIMIT_SECONDS

UNREADABLE = compile_expression("${null}")
"""Stands in for a wrong expression; not literal, so that nothing else is found wrong with it."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The element that a fault is reported for."""

    id: str | None
    line: int | None = None

    def at(self, element: XmlElement | None) -> Owner:
        """The same element, with the line of a part of it."""
        return self if element is None else Owner(self.id, line_of(element) or self.line)


@dataclass(slots=True)
class Findings:
    """Collects faults and warnings of one file."""

    python_scripts: bool = False
    script_seconds: float = TIME_LIMIT_SECONDS
    script_bytes: int = MEMORY_LIMIT_BYTES
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)

    def fault(self, owner: Owner, what: str, supported: str = "") -> None:
        """Something keeps the model from being deployed."""
        self.faults.append(Fault(owner.id, what, supported, owner.line))

    def warn(self, owner: Owner, what: str, supported: str = "") -> None:
        """Something is odd, but Camunda 7 deploys it too."""
        self.warnings.append(Fault(owner.id, what, supported, owner.line))

    def expression(self, owner: Owner, text: str, where: str) -> Expression:
        """The compiled text. If it is wrong that is a fault, and something harmless is returned."""
        try:
            return compile_expression(text)
        except ExpressionError as error:
            self.fault(owner, f"{where}: {error}", "a JUEL expression such as ${amount > 100}")
            return UNREADABLE

    def script(self, owner: Owner, language: str, source: str, where: str) -> Script | None:
        """The compiled script; None (and a fault) if it is wrong."""
        try:
            return compile_script(
                language,
                source,
                python_enabled=self.python_scripts,
                time_limit=self.script_seconds,
                memory_limit=self.script_bytes,
            )
        except (ScriptError, ExpressionError) as error:
            self.fault(owner, f"{where}: {error}")
            return None

    def one_of(self, owner: Owner, value: str, allowed: Iterable[str], where: str) -> bool:
        """Whether the value is one of the allowed ones; a fault if not."""
        names = tuple(allowed)
        if value in names:
            return True
        self.fault(owner, f"{where} has the unknown value '{value}'", ", ".join(names))
        return False

    def sorted_faults(self) -> list[Fault]:
        """All faults in the order of the file, each once."""
        return sorted(dict.fromkeys(self.faults), key=lambda fault: fault.line or 0)
