"""Gateways: where paths part and meet."""

from __future__ import annotations

from dataclasses import dataclass

from shoal.bpmn.element import FlowNode


@dataclass(frozen=True, slots=True)
class ExclusiveGateway(FlowNode):
    """Takes the first flow whose condition holds, else the default flow."""

    default_flow: str | None = None


@dataclass(frozen=True, slots=True)
class ParallelGateway(FlowNode):
    """Waits for a token on every incoming flow, then takes every outgoing flow."""


@dataclass(frozen=True, slots=True)
class InclusiveGateway(FlowNode):
    """Takes every flow whose condition holds; waits for all tokens that can still arrive."""

    default_flow: str | None = None


@dataclass(frozen=True, slots=True)
class EventBasedGateway(FlowNode):
    """Waits for the first of the events behind it."""
