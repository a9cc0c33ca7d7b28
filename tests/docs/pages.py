"""The Markdown files of the repository: their headings, links and blocks of code."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docs.generation.markdown import anchor

ROOT = Path(__file__).parents[2]
_FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w*)[^\n]*\n(?P<text>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL
)
_FILE = re.compile(r"<!-- file: (?P<name>\S+) -->\s*\Z")
_LINK = re.compile(r"!?\[(?:[^\]\\]|\\.)*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block. ``file`` is the name under which the page tells the reader to save it."""

    page: Path
    language: str
    text: str
    line: int
    file: str | None


def pages() -> list[Path]:
    """Every Markdown file of the repository."""
    return [path for path in tracked() if path.suffix == ".md"]


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that belongs to the repository, also those that are not added yet."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return tuple(path for name in listed if (path := ROOT / name).is_file())


def name_of(path: Path) -> str:
    """The path as the reader knows it."""
    return str(path.relative_to(ROOT))


def blocks(page: Path, *languages: str) -> Iterator[Block]:
    """The blocks of code of the page, in order."""
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        if languages and found["language"] not in languages:
            continue
        file = _FILE.search(text, 0, found.start())
        indent = len(found["indent"])
        lines = [line[indent:] for line in found["text"].splitlines()]
        number = text.count("\n", 0, found.start()) + 1
        yield Block(page, found["language"], "\n".join(lines) + "\n", number, file["name"] if file else None)


def links(page: Path) -> Iterator[str]:
    """The targets of the links of the page; blocks of code are left out."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    # the text of a link may be code: only the code goes
    for found in _LINK.finditer(re.sub(r"`[^`\n]*`", "code", text)):
        yield found["target"]


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of the page's headings, as GitHub makes them."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found: list[str] = []
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        base = anchor(heading)
        repeated = sum(each == base or re.fullmatch(rf"{re.escape(base)}-\d+", each) is not None for each in found)
        found.append(f"{base}-{repeated}" if repeated else base)
    return frozenset(found)
