"""Splits the text of an attribute into literal parts and `${...}` expressions.

Does not look inside the expressions, except to find where each one ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shoal.expressions.errors import ExpressionSyntaxError

_OPENING = re.compile(r"[$#]\{")
_INSIDE = re.compile(r"""(?:[^'"}]|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")*+""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Literal:
    """Text that stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """The inside of `${...}`, which begins at offset `position` of the whole text."""

    source: str
    position: int


def split_template(text: str) -> list[Literal | Code]:
    r"""Return the parts of `text` in order; `\${` is the literal text `${`.

    Raises ExpressionSyntaxError if an expression is not closed.
    """
    parts: list[Literal | Code] = []
    literal: list[str] = []
    position = 0
    for_opening = _OPENING.search(text)
    while for_opening is not None:
        start = for_opening.start()
        if start > 0 and text[start - 1] == "\\" and start > position:
            literal.append(text[position : start - 1] + for_opening.group())
            position = for_opening.end()
        else:
            literal.append(text[position:start])
            before = "".join(literal)
            literal = []
            if before:
                parts.append(Literal(before))
            inside = _INSIDE.match(text, for_opening.end())
            end = inside.end() if inside is not None else for_opening.end()
            if end >= len(text):
                raise ExpressionSyntaxError(text, start, "the expression is not closed with '}'")
            if text[end] != "}":
                raise ExpressionSyntaxError(text, end, "the string is not closed")
            parts.append(Code(text[for_opening.end() : end], for_opening.end()))
            position = end + 1
        for_opening = _OPENING.search(text, position)
    literal.append(text[position:])
    rest = "".join(literal)
    if rest or not parts:
        parts.append(Literal(rest))
    return parts
