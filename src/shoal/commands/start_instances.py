"""Starts process instances: one, or hundreds of thousands of one definition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, repeat

from shoal import clock
from shoal.commands.catalog import Deployed
from shoal.commands.commit import build_rows, commit_rows
from shoal.commands.context import Context
from shoal.commands.load import Loaded
from shoal.commands.modification import check_instructions
from shoal.commands.move_chunk import move_each
from shoal.commands.texts import checked
from shoal.commands.uncollected import uncollected
from shoal.errors import InputError, NotFoundError, ShoalError, SuspendedError
from shoal.ids import is_id, new_id
from shoal.kernel import InstanceFacts, new_snapshot
from shoal.kernel.stimulus import Instruction, Start
from shoal.store.database import Tx
from shoal.store.queries.definitions import Definition, find_by_key, find_definitions
from shoal.values import TypedValue

CHUNK = 1000

Variables = Mapping[str, TypedValue]
Request = tuple[str | None, Variables]
"""The business key and the variables of one instance."""


def start_instances(
    ctx: Context,
    *,
    key: str | None = None,
    definition_id: str | None = None,
    version: int | None = None,
    tenant_id: str | None = None,
    count: int | None = None,
    requests: Sequence[Request] | None = None,
    business_key: str | None = None,
    variables: Variables | None = None,
    start_event_id: str | None = None,
    started_by: str | None = None,
    instructions: tuple[Instruction, ...] = (),
    skip_custom_listeners: bool = False,
    skip_io_mappings: bool = False,
) -> list[str]:
    """Start instances of a definition and return their ids, in the order of the requests.

    The definition is named by its id, or by its key (the newest version, or ``version``). Either ``count``
    instances (one if nothing is said) with the same business key and variables, or one for each of
    ``requests``. ``instructions`` say where to begin instead of at a start event. Works in chunks of 1000, each
    one transaction: an error leaves nothing of its chunk, and its ``details["started"]`` are the ids of the
    chunks before.

    NotFoundError: no such definition. SuspendedError: it is suspended. VariableTypeError: a value cannot
    be stored. InputError: an instruction, with its ``index`` and ``field``. ExecutionError: the process failed
    before its first wait.
    """
    if (key is None) == (definition_id is None):
        raise InputError("a definition is named either by its key or by its id", field="key")
    if requests is not None and count is not None:
        raise InputError("either a count or requests, not both", field="count")
    if count is not None and count < 0:
        raise InputError("the count cannot be negative", field="count")
    with ctx.database.read() as tx:
        definition = find_definition(tx, key=key, definition_id=definition_id, version=version, tenant_id=tenant_id)
        deployed = ctx.catalog.get(tx, definition.id)
    started_by = checked("started_by", started_by if ctx.user_id is None else ctx.user_id)
    _check_start_event(deployed, start_event_id)
    if instructions:
        check_instructions(deployed.process, instructions, only_starting=True)
    wanted: Iterator[Request]
    if requests is None:
        wanted = repeat((business_key, variables or {}), 1 if count is None else count)
    else:
        wanted = iter(requests)
    start = Start(
        start_event_id=start_event_id,
        initiator=started_by,
        instructions=instructions,
        skip_custom_listeners=skip_custom_listeners,
        skip_io_mappings=skip_io_mappings,
    )
    started: list[str] = []
    while chunk := list(islice(wanted, CHUNK)):
        try:
            with uncollected(len(chunk)):
                started += _start_chunk(ctx, definition, deployed, chunk, start)
        except ShoalError as error:
            error.details = {**error.details, "started": started}
            raise
    return started


def _check_start_event(deployed: Deployed, start_event_id: str | None) -> None:
    if start_event_id is None:
        return
    allowed = [each.id for each in deployed.process.root.start_events]
    if start_event_id not in allowed:
        raise InputError(
            f"start_event_id: process '{deployed.key}' has no start event '{start_event_id}'; "
            f"its start events: {', '.join(allowed)}",
            field="start_event_id",
        )


def find_definition(
    tx: Tx,
    *,
    key: str | None = None,
    definition_id: str | None = None,
    version: int | None = None,
    tenant_id: str | None = None,
) -> Definition:
    """The definition of an id, or of a key. NotFoundError; SuspendedError."""
    definition: Definition | None
    if definition_id is not None:
        found = find_definitions(tx, (definition_id,)) if is_id(definition_id) else {}
        definition, named = found.get(definition_id), f"the id '{definition_id}'"
    else:
        definition = None
        if version is None or 0 < version < 2**31:
            key, tenant_id = checked("key", key), checked("tenant_id", tenant_id)
            definition = find_by_key(tx, key or "", version=version, tenant_id=tenant_id)
        named = f"the key '{key}'" + (f" and version {version}" if version is not None else "")
    if definition is None:
        of = f" of tenant '{tenant_id}'" if tenant_id is not None and definition_id is None else ""
        raise NotFoundError(f"no process definition{of} has {named}")
    if definition.suspended:
        raise SuspendedError(f"process definition '{definition.key}' version {definition.version} is suspended")
    return definition


def _start_chunk(
    ctx: Context,
    definition: Definition,
    deployed: Deployed,
    chunk: Sequence[Request],
    start: Start,
) -> list[str]:
    now = clock.now()
    work: list[tuple[Loaded, tuple[Start]]] = []
    last: str | None = None
    for business_key, variables in chunk:
        if business_key is not last:
            last = checked("business_key", business_key)
        facts = InstanceFacts(new_id(), definition.id, definition.key, business_key, definition.tenant_id)
        work.append((Loaded(new_snapshot(facts), deployed), (_with(start, variables),)))
    moved, failed = move_each(ctx, work, now)
    for error in failed.values():
        raise error
    for each in moved:
        each.started_by = start.initiator
    rows, failed = build_rows(ctx, moved, now)
    for error in failed.values():
        ctx.blobs.remove(each.id for each in rows.blobs)
        raise error
    ids = [loaded.id for loaded, _ in work]
    concerned = {"instance_id": ids[0], "root_id": ids[0]} if len(ids) == 1 else {"count": len(ids)}
    commit_rows(
        ctx,
        rows,
        definition_id=definition.id,
        definition_key=definition.key,
        deployment_id=definition.deployment_id,
        tenant_id=definition.tenant_id,
        **concerned,
    )
    return ids


def _with(start: Start, variables: Variables) -> Start:
    return Start(
        variables,
        start.start_event_id,
        start.initiator,
        start.instructions,
        start.skip_custom_listeners,
        start.skip_io_mappings,
    )
