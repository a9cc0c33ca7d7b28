"""Makes the pages under docs/reference and the diagrams of the states from the code, and the picture of the README.

python -m docs.generate              write what changed
python -m docs.generate --check      write nothing; exit code 1 if a page is not what the code says
python -m docs.generate record       run the demo and keep its table in docs/images/demo.json
python -m docs.generate picture      draw docs/images/demo.svg from docs/images/demo.json
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from docs.generation import (
    cli,
    elements,
    errors,
    expressions,
    extensions,
    http,
    operations,
    permissions,
    picture,
    settings,
    states,
    tables,
)

DOCS = Path(__file__).parent
REFERENCE = DOCS / "reference"
STATES = DOCS / "explanation" / "state-machines.md"

PAGES: Mapping[str, tuple[str, Callable[[], str]]] = {
    "batch-operations.md": ("Batch operations: parameters, permissions, examples", operations.content),
    "filters.md": ("Filters: which instances, which jobs", operations.filters),
    "cli.md": ("The command line", cli.content),
    "http.md": ("The HTTP routes and shapes", http.content),
    "engine-rest.md": ("Camunda 7's REST interface", http.dialect),
    "errors.md": ("Errors: codes, HTTP statuses, exit codes", errors.content),
    "permissions.md": ("Permissions: what asks for which, and who has it", permissions.content),
    "settings.md": ("Settings", settings.content),
    "bpmn-elements.md": ("Elements of BPMN 2.0: executed or refused", elements.content),
    "camunda-extensions.md": ("Attributes and elements of Camunda 7", extensions.content),
    "expressions.md": ("What expressions and scripts can call", expressions.content),
    "tables.md": ("The tables of the database", tables.content),
}


def generated() -> dict[Path, str]:
    """Every generated file with what it should contain."""
    found = {REFERENCE / name: make() for name, (_, make) in PAGES.items()}
    found[REFERENCE / "README.md"] = _index()
    found[STATES] = with_diagrams(STATES.read_text(encoding="utf-8"))
    return found


def with_diagrams(text: str) -> str:
    """The page with each diagram between its marks as the code says it."""
    for name, draw in states.BLOCKS.items():
        begin, end = f"<!-- states of a {name} -->", f"<!-- end of the states of a {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise LookupError(f"state-machines.md should have the marks of a {name} once")
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n\n{draw()}\n\n{end}{rest.partition(end)[2]}"
    return text


def _index() -> str:
    listed = "\n".join(f"- [{text}]({name})" for name, (text, _) in PAGES.items())
    return f"# Reference\n\nMade from the code by `make docs`; a test compares the two.\n\n{listed}\n"


def main(arguments: list[str]) -> int:
    """Do what the arguments say; the exit code."""
    match arguments:
        case []:
            for path, text in generated().items():
                if not path.exists() or path.read_text(encoding="utf-8") != text:
                    path.write_text(text, encoding="utf-8")
                    sys.stdout.write(f"wrote {path.relative_to(DOCS.parent)}\n")
            return 0
        case ["--check"]:
            wrong = [
                path for path, text in generated().items() if not path.exists() or path.read_text("utf-8") != text
            ]
            for path in wrong:
                sys.stderr.write(f"{path.relative_to(DOCS.parent)} is not what the code says; run make docs\n")
            return 1 if wrong else 0
        case ["record"]:
            picture.record()
            return 0
        case ["picture"]:
            picture.draw()
            return 0
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
