"""Whether the parts of a process fit together: runs every check of structure over a process."""

from __future__ import annotations

from shoal.bpmn.process import Process
from shoal.bpmn.reader.findings import Findings
from shoal.bpmn.reader.flow_rules import check_flows
from shoal.bpmn.reader.outline import Outline
from shoal.bpmn.reader.scope_rules import check_boundaries, check_links, check_scopes
from shoal.bpmn.reader.subscription_rules import check_event_gateways, check_subscriptions


def validate(process: Process, outline: Outline, findings: Findings) -> None:
    """Reports what Camunda 7 refuses when it deploys, and what could only go wrong when it runs."""
    check_flows(process, outline, findings)
    check_scopes(process, outline, findings)
    check_boundaries(process, findings)
    check_links(process, findings)
    check_event_gateways(process, findings)
    check_subscriptions(process, findings)
