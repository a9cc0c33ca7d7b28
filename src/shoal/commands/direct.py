"""Runs kernel commands that somebody waits for: a chunk at a time, tried again when others were faster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from shoal import clock
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.load import Loaded, load
from shoal.commands.move_chunk import move_each
from shoal.commands.rows import ChunkRows
from shoal.commands.uncollected import uncollected
from shoal.errors import NotFoundError, RevisionConflictError, SuspendedError
from shoal.kernel.stimulus import Stimulus
from shoal.store.database import Tx

CHUNK = 1000
_TRIES = 8


class Aim(NamedTuple):
    """What a request wants of which instance. ``done`` is the external task whose work it is."""

    instance_id: str
    stimulus: Stimulus
    done: str | None = None


Locate = Callable[[Tx, Sequence[str]], Mapping[str, Aim | Exception]]
"""Finds out what the requests want; asked again when a request has to be tried again."""
Guard = Callable[[Tx, Sequence[str]], Mapping[str, Exception]]
"""Looks, with the instances locked, whether something keeps requests from being done after all."""


def move_directly(
    ctx: Context, keys: Sequence[str], locate: Locate, guard: Guard | None = None
) -> dict[str, Exception]:
    """Do the requests, named by ``keys``; the errors of those of which nothing was done.

    Requests to the same instance are done one after the other. RevisionConflictError when others were faster
    each time.
    """
    errors: dict[str, Exception] = {}
    for start in range(0, len(keys), CHUNK):
        left = list(dict.fromkeys(keys[start : start + CHUNK]))
        tries = dict.fromkeys(left, _TRIES)
        while left:
            with uncollected(len(left)):
                later, conflicts, failed = _round(ctx, left, locate, guard)
            errors |= failed
            for key in conflicts:
                tries[key] -= 1
                if tries[key] == 0:
                    errors[key] = RevisionConflictError(
                        f"'{key}': the process instance was changed by others {_TRIES} times in a row; try again"
                    )
            left = [*(key for key in conflicts if tries[key] > 0), *later]
    return errors


def _round(
    ctx: Context, keys: Sequence[str], locate: Locate, guard: Guard | None
) -> tuple[list[str], list[str], dict[str, Exception]]:
    errors: dict[str, Exception] = {}
    chosen: dict[str, tuple[str, Aim]] = {}
    later: list[str] = []
    with ctx.database.read() as tx:
        for key, aim in locate(tx, keys).items():
            if isinstance(aim, Exception):
                errors[key] = aim
            elif aim.instance_id in chosen:
                later.append(key)
            else:
                chosen[aim.instance_id] = (key, aim)
        found = load(ctx, tx, list(chosen))
    work: list[tuple[Loaded, Sequence[Stimulus]]] = []
    for instance_id, (key, aim) in chosen.items():
        instance = found.get(instance_id)
        if not isinstance(instance, Loaded):
            errors[key] = NotFoundError(f"no process instance with the id '{instance_id}' is running")
        elif instance.header is not None and instance.header.suspended:
            errors[key] = SuspendedError(f"process instance '{instance_id}' is suspended")
        else:
            work.append((instance, (aim.stimulus,)))
    now = clock.now()
    moved, failed = move_each(ctx, work, now)
    rows, refused = build_rows(ctx, moved, now, [aim.done for _, aim in chosen.values() if aim.done is not None])
    failed |= refused
    errors |= {chosen[each][0]: error for each, error in failed.items() if each in chosen}
    key_of = {each.id: chosen[each.id][0] for each, _ in work if each.id not in failed}
    conflicts, late = _commit(ctx, rows, key_of, guard)
    return later, conflicts, errors | late


def _commit(
    ctx: Context, rows: ChunkRows, key_of: Mapping[str, str], guard: Guard | None
) -> tuple[list[str], dict[str, Exception]]:
    if not key_of:
        return [], {}
    late: dict[str, Exception] = {}
    with ctx.database.write() as tx:
        conflicts = lock_unchanged(tx, rows, skip=False)
        if guard is not None:
            late = dict(guard(tx, [key for each, key in key_of.items() if each not in conflicts]))
            lost = {each for each, key in key_of.items() if key in late}
            conflicts |= rows.drop(lost) - lost
        write_rows(ctx, tx, rows)
    return [key for each, key in key_of.items() if each in conflicts], late


def raise_first(errors: Mapping[str, Exception], keys: Iterable[str]) -> None:
    """Raise the error of the first of ``keys`` that has one."""
    for key in keys:
        if key in errors:
            raise errors[key]
