"""Which sequence flow of the target a token came by, or leaves by."""

from __future__ import annotations

from shoal.kernel.migration.pairs import Pair
from shoal.kernel.plan import ElementPlan


def way_out(target: ElementPlan, flow_id: str | None) -> str | None:
    """The flow by which a token leaves that had chosen ``flow_id``; None when there is none for it.

    Camunda 7: the only one, or else the one with the same id.
    """
    if len(target.outgoing) == 1:
        return target.outgoing[0].id
    return flow_id if any(flow.id == flow_id for flow in target.outgoing) else None


def way_in(pair: Pair, flow_id: str | None) -> str | None:
    """The flow by which a token has come. Flows with equal ids belong together, the others in their order.

    Camunda 7 counts tokens at gateways and does not ask where they came from.
    """
    if pair.target.incoming < 2:
        return None
    sources = pair.source.model.incoming
    targets = pair.target.model.incoming
    if flow_id is None and len(sources) == 1:
        flow_id = sources[0]
    if flow_id is None or flow_id in targets:
        return flow_id
    others = [each for each in targets if each not in sources]
    renamed = [each for each in sources if each not in targets]
    if flow_id not in renamed or not others:
        return None
    return others[renamed.index(flow_id) % len(others)]
