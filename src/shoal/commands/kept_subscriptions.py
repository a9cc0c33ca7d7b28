"""Event subscriptions of the kind ``compensate``: what an instance keeps so that it can be undone.

They have no rows; they are read from the state of the one instance that is asked for.
"""

from __future__ import annotations

from shoal.commands.context import Context
from shoal.filters.subscriptions import SubscriptionFilter
from shoal.ids import is_id, time_of
from shoal.kernel import decode_state
from shoal.kernel.views import kept_nodes
from shoal.store.database import Tx
from shoal.store.queries.activities import end_times
from shoal.store.queries.instances import Header, load_headers
from shoal.store.queries.states import load_states
from shoal.store.queries.subscription_filters import SubscriptionRow

COMPENSATE = "compensate"


def are_wanted(wanted: SubscriptionFilter) -> bool:
    """Whether they can be among what matches: only those of a certain instance are found."""
    return wanted.instance_id is not None and wanted.kind in (None, COMPENSATE) and wanted.name is None


def kept_subscriptions(ctx: Context, tx: Tx, wanted: SubscriptionFilter) -> list[SubscriptionRow]:
    """Those of the instance that match. Camunda 7: the id of the activity is that of the handler; a scope in which
    something is kept has one with its own id.
    """
    instance_id = wanted.instance_id
    if instance_id is None or not is_id(instance_id):
        return []
    header = load_headers(tx, [instance_id]).get(instance_id)
    if header is None or header.state != "active" or not _is_of(wanted, header):
        return []
    process = ctx.catalog.get(tx, header.definition_id).process
    found = list(kept_nodes(process, decode_state(load_states(tx, [instance_id])[instance_id])))
    times = end_times(tx, [each.id for each in found])
    rows = [
        SubscriptionRow(
            each.id,
            COMPENSATE,
            None,
            instance_id,
            each.scope_id,
            each.activity_id,
            None,
            header.tenant_id,
            times.get(each.id) or time_of(each.id),
        )
        for each in found
    ]
    return [row for row in rows if _matches(wanted, row)]


def _is_of(wanted: SubscriptionFilter, header: Header) -> bool:
    if header.tenant_id is None:
        return wanted.tenant_id_in is None or bool(wanted.include_without_tenant)
    return not wanted.without_tenant and (wanted.tenant_id_in is None or header.tenant_id in wanted.tenant_id_in)


def _matches(wanted: SubscriptionFilter, row: SubscriptionRow) -> bool:
    return (
        (wanted.ids is None or row.id in wanted.ids)
        and wanted.node_id in (None, row.node_id)
        and wanted.activity_id in (None, row.activity_id)
    )
