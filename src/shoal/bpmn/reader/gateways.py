"""Gateways; how their flows have to look is checked elsewhere."""

from __future__ import annotations

from shoal.bpmn.gateways import (
    EventBasedGateway,
    ExclusiveGateway,
    InclusiveGateway,
    ParallelGateway,
)
from shoal.bpmn.reader.access import attribute, engine_flag, flag
from shoal.bpmn.reader.site import Site, node_fields


def read_exclusive_gateway(site: Site) -> ExclusiveGateway:
    """An exclusive gateway."""
    default = attribute(site.element, "default") or None
    return ExclusiveGateway(**node_fields(site), default_flow=default)


def read_inclusive_gateway(site: Site) -> InclusiveGateway:
    """An inclusive gateway."""
    default = attribute(site.element, "default") or None
    return InclusiveGateway(**node_fields(site), default_flow=default)


def read_parallel_gateway(site: Site) -> ParallelGateway:
    """A parallel gateway."""
    return ParallelGateway(**node_fields(site))


def read_event_based_gateway(site: Site) -> EventBasedGateway:
    """An event-based gateway within a process; those that start one are refused."""
    if flag(site.element, "instantiate"):
        site.fault("an event-based gateway with instantiate='true' is not executed", "message start events")
    if (attribute(site.element, "eventGatewayType") or "Exclusive") != "Exclusive":
        site.fault("a parallel event-based gateway is not executed", "eventGatewayType='Exclusive'")
    if engine_flag(site.element, "asyncAfter"):
        site.fault("'asyncAfter' not supported for eventBasedGateway elements", "asyncBefore")
    return EventBasedGateway(**node_fields(site))
