"""Runs kernel commands that somebody waits for: a chunk at a time, tried again when others were faster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from shoal import clock
from shoal.commands.commit import build_rows
from shoal.commands.context import Context
from shoal.commands.flush import lock_unchanged, write_rows
from shoal.commands.load import Loaded, load
from shoal.commands.move_chunk import move_in_turn
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
Note = Callable[[Tx, Sequence[str]], None]
"""Writes what else is to be known of requests that have just been done, in the same transaction."""


def move_directly(
    ctx: Context, keys: Sequence[str], locate: Locate, guard: Guard | None = None, note: Note | None = None
) -> dict[str, Exception]:
    """Do the requests, named by ``keys``; the errors of those of which nothing was done.

    Requests to the same instance are done one after the other, with the outcome that each would have on its own,
    but loaded and written together. RevisionConflictError when others were faster each time.
    """
    errors: dict[str, Exception] = {}
    for start in range(0, len(keys), CHUNK):
        left = list(dict.fromkeys(keys[start : start + CHUNK]))
        tries = dict.fromkeys(left, _TRIES)
        alone: set[str] = set()
        while left:
            with uncollected(len(left)):
                done = _Round(ctx, locate, guard, note, alone)
                done.run(left)
            errors |= done.errors
            for key in done.conflicts:
                tries[key] -= 1
                if tries[key] == 0:
                    errors[key] = RevisionConflictError(
                        f"'{key}': the process instance was changed by others {_TRIES} times in a row; try again"
                    )
            left = [*(key for key in done.conflicts if tries[key] > 0), *done.later]
    return errors


class _Round:
    """One load, one step of each request, one flush. ``alone``: requests that failed together with others."""

    def __init__(
        self, ctx: Context, locate: Locate, guard: Guard | None, note: Note | None, alone: set[str]
    ) -> None:
        self._ctx = ctx
        self._locate = locate
        self._guard = guard
        self._note = note
        self._alone = alone
        self._aims: dict[str, dict[str, Aim]] = {}
        """By instance and key."""
        self.errors: dict[str, Exception] = {}
        self.conflicts: list[str] = []
        self.later: list[str] = []

    def run(self, keys: Sequence[str]) -> None:
        """Do what can be done of the requests in one go."""
        with self._ctx.database.read() as tx:
            self._choose(self._locate(tx, keys))
            found = load(self._ctx, tx, list(self._aims))
        work: list[tuple[Loaded, Sequence[Stimulus]]] = []
        for instance_id in list(self._aims):
            instance = found.get(instance_id)
            if not isinstance(instance, Loaded):
                self._refuse(
                    instance_id, NotFoundError(f"no process instance with the id '{instance_id}' is running")
                )
            elif instance.header is not None and instance.header.suspended:
                self._refuse(instance_id, SuspendedError(f"process instance '{instance_id}' is suspended"))
            else:
                work.append((instance, [aim.stimulus for aim in self._aims[instance_id].values()]))
        now = clock.now()
        moved, failed, late = move_in_turn(self._ctx, work, now)
        self._put_off(late)
        done = [aim.done for aims in self._aims.values() for aim in aims.values() if aim.done is not None]
        rows, refused = build_rows(self._ctx, moved, now, done)
        self._fail(failed | refused)
        self._commit(rows)

    def _choose(self, aims: Mapping[str, Aim | Exception]) -> None:
        lonely = False
        for key, aim in aims.items():
            if isinstance(aim, Exception):
                self.errors[key] = aim
            elif key in self._alone and lonely:
                self.later.append(key)
            else:
                lonely = lonely or key in self._alone
                self._aims.setdefault(aim.instance_id, {})[key] = aim

    def _refuse(self, instance_id: str, error: Exception) -> None:
        self.errors |= dict.fromkeys(self._aims.pop(instance_id), error)

    def _put_off(self, late: Mapping[str, Sequence[int]]) -> None:
        """What an instance does not wait for any more is located again: that says why."""
        for instance_id, places in late.items():
            keys = list(self._aims[instance_id])
            for place in places:
                del self._aims[instance_id][keys[place]]
                self.later.append(keys[place])

    def _fail(self, failed: Mapping[str, Exception]) -> None:
        """Which of several requests it was that failed, is found out by doing each of them alone."""
        together: dict[int, list[str]] = {}
        for instance_id, error in failed.items():
            together.setdefault(id(error), []).append(instance_id)
        for ids in together.values():
            keys = [key for each in ids for key in self._aims.pop(each, {})]
            if len(keys) > 1:
                self._alone.update(keys)
                self.later += keys
            else:
                self.errors |= dict.fromkeys(keys, failed[ids[0]])

    def _commit(self, rows: ChunkRows) -> None:
        if not self._aims:
            return
        with self._ctx.database.write() as tx:
            conflicts = lock_unchanged(tx, rows, skip=False)
            if self._guard is not None:
                late = dict(self._guard(tx, self._keys(self._aims.keys() - conflicts)))
                conflicts |= rows.drop({each for each, aims in self._aims.items() if late.keys() & aims.keys()})
                self.errors |= late
            write_rows(self._ctx, tx, rows)
            if self._note is not None:
                self._note(tx, self._keys(self._aims.keys() - conflicts))
        self.conflicts = [key for key in self._keys(self._aims.keys() & conflicts) if key not in self.errors]

    def _keys(self, instance_ids: Collection[str]) -> list[str]:
        return [key for each, aims in self._aims.items() if each in instance_ids for key in aims]


def raise_first(errors: Mapping[str, Exception], keys: Iterable[str]) -> None:
    """Raise the error of the first of ``keys`` that has one."""
    for key in keys:
        if key in errors:
            raise errors[key]
