"""The picture of the README: the table at the end of a real run of the demo."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.terminal_theme import TerminalTheme
from rich.text import Text

IMAGES = Path(__file__).parent.parent / "images"
RECORD = IMAGES / "demo.json"
PICTURE = IMAGES / "demo.svg"
INSTANCES = 10_000
_COLUMNS = ("elements", "succeeded", "skipped", "failed", "seconds", "per_second")
_WIDTH = 104
_CHARACTER = 12.2
_EIGHTHS = "▏▎▍▌▋▊▉█"
_BAR = re.compile(
    r'<text class="(?P<class>[\w-]+)" x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"[^>]*>'
    rf"(?P<blocks>[{_EIGHTHS}]+)(?:&#160;)*</text>"
)
_THEME = TerminalTheme(
    (13, 27, 42),
    (224, 232, 240),
    [
        (13, 27, 42),
        (239, 111, 108),
        (126, 217, 166),
        (242, 201, 118),
        (96, 165, 250),
        (190, 149, 255),
        (77, 208, 225),
        (224, 232, 240),
    ],
)
_FORMAT = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"
  aria-label="The table at the end of make demo: what each batch did to 10,000 orders">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
<rect fill="#0d1b2a" x="0" y="0" width="{width}" height="{height}" rx="10"/>
<g transform="translate(20, 20)" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def record(instances: int = INSTANCES) -> None:
    """Run the demo and keep what its table says."""
    ended = subprocess.run(
        [sys.executable, "-m", "shoal.demo"],
        env={**os.environ, "DEMO_EXIT": "1", "DEMO_INSTANCES": str(instances), "COLUMNS": "160"},
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [found for line in ended.stdout.splitlines() if (found := parse(line)) is not None]
    if not rows:
        raise LookupError(f"the demo printed no table:\n{ended.stdout}")
    IMAGES.mkdir(exist_ok=True)
    text = json.dumps({"instances": instances, "cores": os.cpu_count(), "rows": rows}, indent=1)
    RECORD.write_text(f"{text}\n", encoding="utf-8")


def parse(line: str) -> dict[str, Any] | None:
    """A row of the demo's table; None for every other line.

    >>> parse("│ set-variables │ 10,000 │ 10,000 │ 0 │ 0 │ 0.61 │ 16,393 │")["per_second"]
    16393.0
    """
    cells = re.findall(r"[^\s│┃|]+", line)
    if len(cells) != 7 or not re.fullmatch(r"[a-z]+(-[a-z]+)+", cells[0]):
        return None
    try:
        numbers = [float(each.replace(",", "")) for each in cells[1:]]
    except ValueError:
        return None
    return {"operation": cells[0], **dict(zip(_COLUMNS, numbers, strict=True))}


def draw() -> None:
    """Draw the kept table."""
    kept = json.loads(RECORD.read_text(encoding="utf-8"))
    console = Console(record=True, width=_WIDTH, file=StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.assemble(("$ ", "bold green"), ("make demo", "bold"), ""))
    console.print(
        Text(
            f"{kept['instances']:,} running orders, one batch after the other; SQLite, {kept['cores']} cores",
            style="cyan",
        )
    )
    console.print()
    console.print(_table(kept["rows"]))
    svg = console.export_svg(title="", theme=_THEME, code_format=_FORMAT, unique_id="demo")
    svg = _BAR.sub(_as_rectangle, svg)
    PICTURE.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


def _as_rectangle(found: re.Match[str]) -> str:
    """A bar without the seams that fonts leave between block characters."""
    width = sum(_EIGHTHS.index(each) + 1 for each in found["blocks"]) / 8 * _CHARACTER
    top = float(found["y"]) - 16
    return f'<rect class="{found["class"]}" x="{found["x"]}" y="{top:g}" width="{width:g}" height="18" rx="3"/>'


def _table(rows: list[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold cyan")
    table.add_column("operation", no_wrap=True)
    for name in ("elements", "succeeded", "skipped", "failed", "seconds", "elements/s"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", width=22)
    fastest = max(each["per_second"] for each in rows)
    for each in rows:
        table.add_row(
            Text(each["operation"], style="bold"),
            f"{each['elements']:,.0f}",
            Text(f"{each['succeeded']:,.0f}", style="green"),
            Text(f"{each['skipped']:,.0f}", style="yellow" if each["skipped"] else "default"),
            Text(f"{each['failed']:,.0f}", style="red" if each["failed"] else "default"),
            f"{each['seconds']:.2f}",
            Text(f"{each['per_second']:,.0f}", style="bold"),
            Bar(fastest, 0, each["per_second"], width=22, color="blue"),
        )
    return table
