"""The ``shoal`` command, and how it ends.

Exit codes: 0 done · 2 wrong input · 3 not found · 4 conflict · 5 not authorised · 6 a process failed ·
7 the database does not answer · 8 a batch ended with failed elements or was cancelled · 1 anything else ·
130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys
import traceback
from typing import Any, NoReturn


def main() -> NoReturn:
    """Entry point: never a stack trace, always an exit code that a script can use."""
    try:
        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        code = 130
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Do what the arguments say; the exit code."""
    # loading everything takes a second, in which Ctrl-C must end as well as later
    from shoal.cli.output import ReaderGoneError

    try:
        code = _run(arguments)
        sys.stdout.flush()
    except (ReaderGoneError, BrokenPipeError):
        # the interpreter must not flush into the void at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _run(arguments: list[str]) -> int:
    import typer
    from typer.exceptions import TyperException

    from shoal.cli.output import ReaderGoneError
    from shoal.engine.problem import describe
    from shoal.errors import ShoalError

    as_json = "--json" in arguments
    try:
        from shoal.cli.tree import app

        result = app(arguments, prog_name="shoal", standalone_mode=False)
    except ShoalError as error:
        return _fail(describe(error), error.exit_code, as_json=as_json)
    except TyperException as error:
        problem = {"type": "InputError", "message": error.format_message(), "code": "input.invalid"}
        return _fail(problem, error.exit_code, as_json=as_json)
    except typer.Abort:
        return 130
    except ReaderGoneError:
        raise
    except Exception as error:  # noqa: BLE001 - the last place where anything can be caught
        if os.environ.get("SHOAL_DEBUG"):
            traceback.print_exc()
        message = f"{type(error).__name__}: {error} (SHOAL_DEBUG=1 shows where)"
        problem = {"type": type(error).__name__, "message": message, "code": "unexpected"}
        return _fail(problem, 1, as_json=as_json)
    return result if isinstance(result, int) else 0


def _fail(problem: dict[str, Any], exit_code: int, *, as_json: bool) -> int:
    from shoal.cli.output import print_json

    if as_json:
        print_json(problem)
    sys.stderr.write(f"error: {' '.join(str(problem['message']).split())}\n")
    return exit_code


if __name__ == "__main__":
    main()
