"""Reads a chunk of instances as the kernel needs them, with the revisions that tell later whether they changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from shoal.commands.catalog import Deployed
from shoal.commands.context import Context
from shoal.kernel import InstanceFacts, Snapshot, decode_state
from shoal.kernel.variables import Variables
from shoal.store.database import Tx
from shoal.store.queries.instances import Header, load_headers
from shoal.store.queries.states import load_states
from shoal.store.queries.user_tasks import open_records
from shoal.store.queries.variables import load_live
from shoal.store.variable_codec import decode
from shoal.values import TypedValue


class Stored(NamedTuple):
    """A variable's row, as it was when it was loaded."""

    id: str
    revision: int
    blob_id: str | None


class Loaded:
    """One instance. ``header`` is None for one that is just being made."""

    __slots__ = ("deployed", "header", "snapshot", "stored")

    def __init__(
        self,
        snapshot: Snapshot,
        deployed: Deployed,
        header: Header | None = None,
        stored: dict[tuple[str, str], Stored] | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.deployed = deployed
        self.header = header
        self.stored = {} if stored is None else stored

    @property
    def id(self) -> str:
        """The id of the instance."""
        return self.snapshot.instance.id


def load(ctx: Context, tx: Tx, ids: Sequence[str]) -> dict[str, Header | Loaded]:
    """The instances of ``ids`` that exist; one that has ended is its header alone."""
    headers = load_headers(tx, ids)
    running = [each.id for each in headers.values() if each.state == "active"]
    found: dict[str, Header | Loaded] = dict(headers)
    if not running:
        return found
    deployed = ctx.catalog.get_many(tx, {headers[each].definition_id for each in running})
    states = load_states(tx, running)
    values: dict[str, dict[str, dict[str, TypedValue]]] = {}
    stored: dict[str, dict[tuple[str, str], Stored]] = {}
    _read_variables(tx, running, ctx.blobs.get, values, stored)
    listening = [each for each in running if deployed[headers[each].definition_id].wants_tasks]
    tasks = open_records(tx, listening) if listening else {}
    for instance_id in running:
        header = headers[instance_id]
        model = deployed[header.definition_id]
        facts = InstanceFacts(
            instance_id,
            header.definition_id,
            model.key,
            header.business_key,
            header.tenant_id,
            header.root_id,
            header.super_id,
            header.super_node_id,
        )
        variables = Variables(values.get(instance_id))
        snapshot = Snapshot(facts, decode_state(states[instance_id]), variables, tasks.get(instance_id))
        snapshot.suspended = header.suspended
        found[instance_id] = Loaded(snapshot, model, header, stored.get(instance_id))
    return found


def _read_variables(
    tx: Tx,
    ids: Sequence[str],
    fetch: Callable[[str], bytes],
    values: dict[str, dict[str, dict[str, TypedValue]]],
    stored: dict[str, dict[tuple[str, str], Stored]],
) -> None:
    for row in load_live(tx, ids):
        row_id, instance_id, scope_id, name, revision = row[:5]
        columns = row[5:]
        scopes = values.setdefault(instance_id, {})
        scopes.setdefault(scope_id, {})[name] = decode(columns, fetch)
        stored.setdefault(instance_id, {})[scope_id, name] = Stored(row_id, revision, columns[5])
