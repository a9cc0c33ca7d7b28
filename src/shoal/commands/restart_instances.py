"""Starts ended instances again, as new ones with their variables (Camunda 7: restart)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shoal import clock
from shoal.bpmn.process import Process
from shoal.commands.advance import failure_of
from shoal.commands.catalog import Deployed
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import write_rows
from shoal.commands.in_chunks import do_in_chunks, raise_unless_done
from shoal.commands.load import Loaded
from shoal.commands.modification import check_instructions
from shoal.commands.move_chunk import move_each
from shoal.commands.outcome import NOT_FOUND, ChunkOutcome
from shoal.commands.rows import ChunkRows
from shoal.commands.together import do_together
from shoal.commands.uncollected import uncollected
from shoal.errors import ConflictError, InputError, NotFoundError, SuspendedError
from shoal.ids import is_id, new_id
from shoal.kernel import InstanceFacts, compile_plan, new_snapshot
from shoal.kernel.stimulus import Instruction, Start, StartAfter, StartBefore, StartTransition, Stimulus
from shoal.store.database import Tx
from shoal.store.queries.definitions import Definition, find_definitions
from shoal.store.queries.instances import Header, existing_ids, load_headers
from shoal.store.queries.process_variables import initial_values, last_values
from shoal.store.variable_codec import decode
from shoal.values import TypedValue


@dataclass(frozen=True, slots=True)
class Restart:
    """How to start instances of one definition again."""

    definition_id: str
    instructions: tuple[Instruction, ...]
    initial_variables: bool = False
    """The variables that the instance was started with, not those it had in the end. Needs the history full."""
    without_business_key: bool = False
    skip_custom_listeners: bool = False
    skip_io_mappings: bool = False
    started_by: str | None = None


@dataclass(slots=True)
class PreparedRestart:
    """The first half of a chunk: the new instances, in memory."""

    outcome: ChunkOutcome = field(default_factory=ChunkOutcome)
    rows: ChunkRows | None = None
    started: dict[str, str] = field(default_factory=dict)
    """The new instance of each old one."""


def check_restart(ctx: Context, restart: Restart) -> None:
    """Refuse what cannot be done to any instance, before anything is started.

    NotFoundError: no such definition. InputError: an instruction, with its ``index`` and ``field``; initial
    variables without the history level full.
    """
    if restart.initial_variables and not ctx.settings.history_level.keeps_everything:
        raise InputError("initial_variables: only the history level full keeps them", field="initial_variables")
    with ctx.database.read() as tx:
        _, deployed = _definition(ctx, tx, restart)
    check_instructions(deployed.process, restart.instructions, only_starting=True)


def prepare_restart(ctx: Context, ids: Sequence[str], restart: Restart) -> PreparedRestart:
    """Start the new instances in memory; code of the models runs here.

    Skipped: not-found. Failed, as in Camunda 7: instances that run, instances of another definition, and all of
    them when the definition is suspended; code that failed.
    """
    prepared = PreparedRestart()
    outcome = prepared.outcome
    with ctx.database.read() as tx:
        definition, deployed = _definition(ctx, tx, restart)
        headers = load_headers(tx, [each for each in ids if is_id(each)])
        good: list[Header] = []
        for each in dict.fromkeys(ids):
            header = headers.get(each)
            error = None if header is None else _refused(header, definition)
            if header is None:
                outcome.skipped[each] = NOT_FOUND
            elif error is not None:
                outcome.failed[each] = failure_of(error)
            else:
                good.append(header)
        variables = _variables(ctx, tx, [each.id for each in good], initial=restart.initial_variables)
    if good:
        with uncollected(len(good)):
            _start(ctx, prepared, definition, deployed, good, variables, restart)
    return prepared


def restart_instances(
    ctx: Context, tx: Tx, ids: Sequence[str], prepared: PreparedRestart
) -> tuple[ChunkOutcome, dict[str, str]]:
    """Write the new instances; the outcome by the old ids, and the new instance of each old one.

    Skipped: not-found, also those whose history was deleted meanwhile.
    """
    wanted = set(ids)
    known = prepared.outcome
    outcome = ChunkOutcome(
        skipped={each: reason for each, reason in known.skipped.items() if each in wanted},
        failed={each: failure for each, failure in known.failed.items() if each in wanted},
    )
    if prepared.rows is None:
        return outcome, {}
    there = existing_ids(tx, [each for each in prepared.started if each in wanted])
    outcome.skip((each for each in ids if each in prepared.started and each not in there), NOT_FOUND)
    prepared.rows.drop({new for old, new in prepared.started.items() if old not in there})
    write_rows(ctx, tx, prepared.rows)
    outcome.succeeded = [each for each in ids if each in there]
    return outcome, {each: prepared.started[each] for each in outcome.succeeded}


def restart_all(ctx: Context, ids: Sequence[str], restart: Restart) -> tuple[ChunkOutcome, dict[str, str]]:
    """Start instances again at once, each of them by itself: one that fails does not keep the others from it.

    Raises what ``check_restart`` raises.
    """
    check_restart(ctx, restart)
    started: dict[str, str] = {}

    def write(tx: Tx, chunk: Sequence[str], prepared: PreparedRestart) -> ChunkOutcome:
        outcome, new = restart_instances(ctx, tx, chunk, prepared)
        tx.after_commit(lambda: started.update(new))
        return outcome

    return do_in_chunks(ctx, ids, lambda chunk: prepare_restart(ctx, chunk, restart), write), started


def restart_together(ctx: Context, ids: Sequence[str], restart: Restart) -> dict[str, str]:
    """Start instances again in one transaction. Camunda 7 (execute): when one fails, none of them was started.

    The new one of each old one. Raises what ``check_restart`` raises, and for the first that cannot be started
    again what ``restart_instance`` raises.
    """
    check_restart(ctx, restart)
    started: dict[str, str] = {}

    def write(tx: Tx, wanted: Sequence[str], prepared: PreparedRestart) -> ChunkOutcome:
        outcome, new = restart_instances(ctx, tx, wanted, prepared)
        tx.after_commit(lambda: started.update(new))
        return outcome

    do_together(ctx, ids, lambda wanted: prepare_restart(ctx, wanted, restart), write)
    return started


def restart_instance(ctx: Context, instance_id: str, restart: Restart) -> str:
    """Start one instance again; the id of the new one. NotFoundError; ConflictError: it runs."""
    outcome, started = restart_all(ctx, [instance_id], restart)
    raise_unless_done(outcome, instance_id)
    return started[instance_id]


def _definition(ctx: Context, tx: Tx, restart: Restart) -> tuple[Definition, Deployed]:
    wanted = restart.definition_id
    found = find_definitions(tx, (wanted,)).get(wanted) if is_id(wanted) else None
    if found is None:
        raise NotFoundError(f"no process definition has the id '{wanted}'", field="definition_id")
    return found, ctx.catalog.get(tx, wanted)


def _refused(header: Header, definition: Definition) -> ConflictError | None:
    said = f"Historic process instance '{header.id}' cannot be restarted."
    if header.state == "active":
        said = f"ENGINE-13040 {said} It is not completed or terminated."
        return ConflictError(said, instance_id=header.id)
    if header.definition_id != definition.id:
        return ConflictError(
            f"ENGINE-13039 {said} Its process definition '{header.definition_id}' does not match given process "
            f"definition '{definition.id}'",
            instance_id=header.id,
        )
    if definition.suspended:
        return SuspendedError(
            f"process definition '{definition.key}' version {definition.version} is suspended",
            instance_id=header.id,
        )
    return None


def _variables(
    ctx: Context, tx: Tx, ids: Sequence[str], *, initial: bool
) -> Mapping[str, Mapping[str, TypedValue]]:
    found: dict[str, dict[str, TypedValue]] = {}
    for instance_id, name, *columns in initial_values(tx, ids) if initial else last_values(tx, ids):
        # what a listener wrote over it in the same moment comes later
        found.setdefault(instance_id, {}).setdefault(name, decode(columns, ctx.blobs.get))
    return found


def _start(
    ctx: Context,
    prepared: PreparedRestart,
    definition: Definition,
    deployed: Deployed,
    headers: Sequence[Header],
    variables: Mapping[str, Mapping[str, TypedValue]],
    restart: Restart,
) -> None:
    now = clock.now()
    old: dict[str, str] = {}
    work: list[tuple[Loaded, Sequence[Stimulus]]] = []
    for header in headers:
        key = None if restart.without_business_key else header.business_key
        # Camunda 7: the tenant of the instance, where the definition belongs to none
        tenant_id = definition.tenant_id if definition.tenant_id is not None else header.tenant_id
        facts = InstanceFacts(new_id(), definition.id, definition.key, key, tenant_id)
        start = Start(
            variables.get(header.id, {}),
            initiator=restart.started_by,
            instructions=restart.instructions,
            skip_custom_listeners=restart.skip_custom_listeners,
            skip_io_mappings=restart.skip_io_mappings,
        )
        old[facts.id] = header.id
        work.append((Loaded(new_snapshot(facts), deployed), (start,)))
    moved, failed = move_each(ctx, work, now)
    first = _first_activity(deployed.process, restart.instructions[0])
    for each in moved:
        if each.id in old:
            each.restarted_from = old[each.id]
            each.started_by = restart.started_by
            each.start_activity_id = first
    prepared.rows, unstorable = build_rows(ctx, moved, now)
    failed |= unstorable
    prepared.outcome.failed |= {old[each]: failure_of(error) for each, error in failed.items() if each in old}
    prepared.started = {before: each for each, before in old.items() if each not in failed}


def _first_activity(process: Process, instruction: Instruction) -> str | None:
    """Camunda 7: what the first instruction begins is what started the instance."""
    plan = compile_plan(process)
    match instruction:
        case StartBefore(activity_id=activity_id):
            return activity_id
        case StartAfter(activity_id=activity_id):
            return plan.elements[activity_id].outgoing[0].target.id
        case StartTransition(transition_id=transition_id):
            return plan.flows[transition_id].target.id
        case _:
            return None
