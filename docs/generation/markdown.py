"""Markdown: pages, tables, text that stays text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NOTICE = "<!-- Made from the code by docs/generate.py; `make docs` makes it again. -->"


def page(title: str, *blocks: str) -> str:
    """A generated page."""
    return "\n\n".join([NOTICE, f"# {title}", *(block.strip("\n") for block in blocks if block)]) + "\n"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; every cell is Markdown already."""
    lines = [_row(columns), _row(["---"] * len(columns))]
    lines += [_row([str(cell) for cell in row]) for row in rows]
    return "\n".join(lines)


def code(text: object) -> str:
    """Inline code, also within a table."""
    return f"`{str(text).replace('|', chr(92) + '|')}`"


def prose(text: str | None) -> str:
    """A docstring or a help text as Markdown: one paragraph per paragraph, double backticks become single."""
    lines = (text or "").strip().splitlines()
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line.strip())
        else:
            paragraphs.append([])
    return "\n\n".join(inline(" ".join(each)) for each in paragraphs if each)


def inline(text: str) -> str:
    """One paragraph of a docstring as Markdown."""
    text = re.sub(r":class:`~?([\w.]+)`", r"`\1`", text)
    return text.replace("``", "`")


def cell(text: str | None) -> str:
    """A docstring in a cell of a table."""
    return " ".join(prose(text).split()).replace("|", "\\|")


def fence(text: str, language: str = "") -> str:
    """A block of code."""
    return f"```{language}\n{text.strip()}\n```"


def anchor(heading: str) -> str:
    """The anchor that GitHub gives to a heading."""
    plain = re.sub(r"`|\*|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
