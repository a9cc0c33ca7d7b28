"""Modifies running instances: tokens are put and taken by hand, in their order (Camunda 7: modification)."""

from __future__ import annotations

from collections.abc import Sequence

from shoal.commands import prepared as halves
from shoal.commands.context import Context
from shoal.commands.in_chunks import do_in_chunks, raise_unless_done
from shoal.commands.load import Loaded
from shoal.commands.modification import REASON, Modification, check_instructions, resolve_instructions
from shoal.commands.outcome import ChunkOutcome
from shoal.commands.prepared import Prepared, prepare
from shoal.commands.together import do_together
from shoal.errors import ConflictError, NotFoundError
from shoal.ids import is_id
from shoal.kernel.stimulus import Modify, Stimulus
from shoal.store.database import Tx
from shoal.store.queries.definitions import find_definitions


def check_modification(ctx: Context, modification: Modification) -> None:
    """Refuse what cannot be done to any instance of the definition, before anything is done to one.

    NotFoundError: no such definition. InputError: the index of the instruction, and the field.
    """
    definition_id = modification.definition_id
    with ctx.database.read() as tx:
        if definition_id is None or not is_id(definition_id) or not find_definitions(tx, (definition_id,)):
            raise NotFoundError(f"no process definition has the id '{definition_id}'", field="definition_id")
        deployed = ctx.catalog.get(tx, definition_id)
    check_instructions(deployed.process, modification.instructions)


def prepare_modify(ctx: Context, ids: Sequence[str], modification: Modification) -> Prepared:
    """Move the tokens; code of the models runs here.

    Skipped: not-found, not-running (Camunda 7: the job fails with ENGINE-13036). Failed: instances of another
    definition, what an instance does not have, code that failed. Suspended instances are modified too.
    """
    checked: set[str] = set()

    def choose(loaded: Loaded) -> Sequence[Stimulus]:
        deployed = loaded.deployed
        given = modification.definition_id
        if given is not None and given != deployed.definition_id:
            raise ConflictError(
                f"ENGINE-13037 Process instance '{loaded.id}' cannot be modified. Its process definition "
                f"'{deployed.definition_id}' does not match given process definition '{given}'",
                instance_id=loaded.id,
            )
        if deployed.definition_id not in checked:
            check_instructions(deployed.process, modification.instructions)
            checked.add(deployed.definition_id)
        instructions = resolve_instructions(loaded.snapshot.state, loaded.id, modification.instructions)
        return (Modify(instructions, REASON, modification.skip_custom_listeners, modification.skip_io_mappings),)

    return prepare(ctx, ids, choose)


def modify_instances(
    ctx: Context, tx: Tx, ids: Sequence[str], prepared: Prepared, *, wait: bool = False
) -> ChunkOutcome:
    """Write what ``prepare_modify`` did. Put back: instances that others hold, or that changed since."""
    outcome, _ = halves.apply(ctx, tx, ids, prepared, wait=wait)
    return outcome


def modify_together(ctx: Context, ids: Sequence[str], modification: Modification) -> None:
    """Modify instances of one definition in one transaction, all or none.

    Raises for the first that cannot be modified what ``modify_instance`` raises, and what ``check_modification``
    raises.
    """
    check_modification(ctx, modification)
    do_together(
        ctx,
        ids,
        lambda wanted: prepare_modify(ctx, wanted, modification),
        lambda tx, wanted, prepared: modify_instances(ctx, tx, wanted, prepared, wait=True),
    )


def modify_instance(ctx: Context, instance_id: str, modification: Modification) -> None:
    """Modify one instance, all of it or nothing.

    NotFoundError: no such instance. ConflictError: it has ended, or several instances of a scope could be
    meant. InputError: what an instruction names is not there; ``index`` and ``field`` say which.
    """
    outcome = do_in_chunks(
        ctx,
        [instance_id],
        lambda ids: prepare_modify(ctx, ids, modification),
        lambda tx, ids, prepared: modify_instances(ctx, tx, ids, prepared, wait=True),
    )
    raise_unless_done(outcome, instance_id)
