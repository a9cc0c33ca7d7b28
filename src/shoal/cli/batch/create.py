"""``shoal batch create OPERATION``: one sub-command per operation, made from the parameters that it takes."""

from __future__ import annotations

import functools
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

import typer

from shoal.batch.registry import AnyOperation, all_operations
from shoal.cli.batch.rendering import print_batch, print_preview
from shoal.cli.batch.waiting import exit_code_of, wait
from shoal.cli.options import (
    AsJson,
    CreatedBy,
    DatabaseUrl,
    model_parameters,
    model_values,
    parameters_of,
    parse_json,
    with_signature,
)
from shoal.cli.session import Load, opened, system_user
from shoal.errors import InputError

app = typer.Typer(help="Create a batch of one operation.", no_args_is_help=True, rich_markup_mode=None)

Ids = Annotated[
    list[str] | None, typer.Option("--ids", metavar="ID", help="Ids of elements. May be given several times.")
]
IdsFile = Annotated[
    str | None, typer.Option("--ids-file", metavar="FILE", help="File with one id per line; - for standard input.")
]
FilterJson = Annotated[
    str | None, typer.Option("--filter", metavar="JSON", help="Filter as JSON; a list for what any of them finds.")
]
Everything = Annotated[
    str | None, typer.Option(metavar="WORD", help="Select everything there is; the word is yes-all-of-them.")
]
Expect = Annotated[
    int | None, typer.Option(min=0, help="Number of elements that you expect; another one creates nothing.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen; create nothing.")]
IdempotencyKey = Annotated[
    str | None, typer.Option(metavar="KEY", help="The same key again gives the batch already made.")
]
Rate = Annotated[float | None, typer.Option(help="Elements per second at most.")]
Parallel = Annotated[int | None, typer.Option(help="Chunks that run at the same time at most.")]
Priority = Annotated[int, typer.Option(help="Higher goes first.")]
ChunkSize = Annotated[int | None, typer.Option(help="Elements per job.")]
Suspended = Annotated[bool, typer.Option("--suspended", help="Create it suspended.")]
Wait = Annotated[bool, typer.Option("--wait", help="Wait for the end; exit code 8 if an element failed.")]
Run = Annotated[
    bool, typer.Option("--run", help="Work on it in this process, and wait. Otherwise a server or worker does.")
]


def create_batch(
    operation: AnyOperation,
    *,
    ids: Ids = None,
    ids_file: IdsFile = None,
    filter: FilterJson = None,  # noqa: A002 - the name of the option
    everything: Everything = None,
    expect: Expect = None,
    dry_run: DryRun = False,
    idempotency_key: IdempotencyKey = None,
    rate: Rate = None,
    parallel: Parallel = None,
    priority: Priority = 0,
    chunk_size: ChunkSize = None,
    suspended: Suspended = False,
    created_by: CreatedBy = None,
    wait_for_end: Wait = False,
    run: Run = False,
    load: Load = None,
    database: DatabaseUrl = None,
    as_json: AsJson = False,
    **options: Any,
) -> None:
    """Create the batch, or preview it."""
    params = model_values(operation.params, options)
    selection: dict[str, Any] = {
        "ids": _ids(ids or (), ids_file),
        "filter": _filter(operation, filter, options),
        "everything": everything,
    }
    with opened(database, load=load or ()) as engine:
        if dry_run:
            preview = engine.batches.preview(operation.name, params, expected_count=expect, **selection)
            print_preview(preview, as_json=as_json)
            return
        batch = engine.batches.create(
            operation.name,
            params,
            **selection,
            expected_count=expect,
            idempotency_key=idempotency_key,
            rate_per_second=rate,
            max_parallel=parallel,
            priority=priority,
            chunk_size=chunk_size,
            suspended=suspended,
            created_by=created_by or system_user(),
        )
        if wait_for_end or run:
            wait(engine, batch, run=run)
        print_batch(batch, as_json=as_json)
        if code := exit_code_of(batch):
            raise typer.Exit(code)


def _add(operation: AnyOperation) -> None:
    params = model_parameters(operation.params, panel="Parameters")
    own = parameters_of(create_batch, without={"operation"})
    taken = {parameter.name for parameter in (*params, *own)}
    selection = model_parameters(operation.target.filter_model, without=taken, panel="Filter")
    # a parameter of the operation wins over a common option of the same name
    named = {parameter.name for parameter in params}
    common = [parameter for parameter in own if parameter.name not in named]
    command = functools.partial(create_batch, operation)
    command.__doc__ = operation.summary
    command.__name__ = operation.name  # type: ignore[attr-defined]
    app.command(operation.name, help=operation.summary)(with_signature(command, [*params, *common, *selection]))


def _filter(operation: AnyOperation, text: str | None, options: dict[str, Any]) -> Any:
    params: Collection[str] = operation.params.model_fields
    said = model_values(operation.target.filter_model, options, without={*params, "ids"})
    if text is None:
        return said or None
    parsed = parse_json("filter", text)
    if isinstance(parsed, list) and not said and all(isinstance(each, dict) for each in parsed):
        return parsed
    if not isinstance(parsed, dict):
        raise InputError(
            "--filter: a JSON object, or a list of them without other options of the filter", field="filter"
        )
    if both := sorted(parsed.keys() & said.keys()):
        raise InputError(f"--filter and the options both say {', '.join(both)}", field="filter")
    return parsed | said


def _ids(given: Collection[str], file: str | None) -> list[str]:
    ids = [part for each in given for part in each.replace(",", " ").split()]
    if file is not None:
        ids += _lines(file)
    return ids


def _lines(file: str) -> list[str]:
    try:
        content = sys.stdin.read() if file == "-" else Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError(f"--ids-file: {file}: {reason}", field="ids_file") from None
    return [line.strip() for line in content.splitlines() if line.strip()]


for _operation in all_operations().values():
    _add(_operation)
