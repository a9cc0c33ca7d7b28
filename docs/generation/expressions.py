"""The page of what expressions and scripts can call."""

from __future__ import annotations

from collections.abc import Iterable

from docs.generation.markdown import code, page, table

from shoal.expressions import methods
from shoal.expressions.execution_api import VIEW_METHODS, Access
from shoal.expressions.functions import FUNCTIONS
from shoal.expressions.scripts import compile_script, javascript

FUNCTION_MEANINGS = {
    "now": "The present instant.",
    "dateTime": "The same as `now()`.",
    "currentUser": "Who is working, where that is known; otherwise null.",
    "currentUserGroups": "The groups of who is working, where that is known; otherwise none.",
    "S": "Reads JSON text; every other value stays as it is.",
    "JSON": "The same as `S(...)`.",
}
LANGUAGES = ("javascript", "js", "ecmascript", "nashorn", "graal.js", "juel", "python", "jython")


def content() -> str:
    """Functions, the members of execution and task, and the methods of each kind of value."""
    return page(
        "Expressions and scripts",
        "What `${...}` and scripts can call. What is not here is refused when the model is deployed, or fails "
        "when the "
        "value turns out to be of another kind. [How they behave](../explanation/expressions-and-scripts.md).",
        "## Functions",
        table(
            ("Function", "Arguments", "Gives"),
            [
                (code(f"{name}()"), function.arguments, FUNCTION_MEANINGS.get(name, ""))
                for name, function in FUNCTIONS.items()
            ],
        ),
        *(_view(target) for target in VIEW_METHODS),
        "## Methods of values",
        table(("Kind of value", "Methods"), _methods()),
        "Everything else is a bean: an object that was registered with `engine.register`. Its public methods and "
        "attributes can be used, under their own names or as `doIt` for `do_it`.",
        "## Script languages",
        f"Names of languages (`scriptFormat`), not case-sensitive: {_listed(LANGUAGES)}. Python has to be "
        f"switched on.",
        table(
            ("Limit of one JavaScript run", "Value", "Setting"),
            [
                ("processor time", f"{javascript.TIME_LIMIT_SECONDS:g} s", code("SHOAL_SCRIPT_TIMEOUT_SECONDS")),
                (
                    "memory",
                    f"{javascript.MEMORY_LIMIT_BYTES // 1024 // 1024} MiB",
                    code("SHOAL_SCRIPT_MEMORY_BYTES"),
                ),
                ("stack", f"{javascript.STACK_LIMIT_BYTES // 1024 // 1024} MiB", ""),
            ],
        ),
    )


def check_languages() -> None:
    """Raises when a language of the page is not one of the engine."""
    for name in LANGUAGES:
        compile_script(name, "1", python_enabled=True)


def _view(target: str) -> str:
    rows = []
    for java, member in sorted(VIEW_METHODS[target].items()):
        bare = java.removeprefix("get").removeprefix("is")
        short = f"{bare[0].lower()}{bare[1:]}" if member.access is Access.READ else ""
        rows.append(
            (
                code(f"{java}()"),
                " or ".join(map(str, member.arguments)),
                code(f"{target}.{short}") if short else "",
                code(member.name),
            )
        )
    return f"## {target}\n\n" + table(("Method", "Arguments", "Also", "In Python"), rows)


def _methods() -> Iterable[tuple[str, str]]:
    kinds: dict[str, set[str]] = {}
    for kind, names in methods._BY_TYPE.values():
        kinds.setdefault(kind, set()).update(names)
    return [(kind, _listed(sorted(names))) for kind, names in kinds.items()]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(code(each) for each in names)
