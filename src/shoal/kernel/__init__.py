"""What a token does. A pure function: ``(process, snapshot, stimulus) -> effects``.

No SQL, no clock, no network: the time is an argument, new ids and the callables of service tasks come
through the ``Host``. Nothing here knows how many instances are moved at once.
"""

from __future__ import annotations

from shoal.kernel.codec import decode_state, encode_state
from shoal.kernel.compilation import compile_plan
from shoal.kernel.effects import Effects
from shoal.kernel.faults import check
from shoal.kernel.host import Host
from shoal.kernel.moving import advance
from shoal.kernel.plan import ProcessPlan
from shoal.kernel.snapshot import InstanceFacts, Snapshot, new_snapshot
from shoal.kernel.starting import holds_at_start
from shoal.kernel.state import State
from shoal.kernel.variables import Variables
from shoal.kernel.views import (
    ActivityTree,
    LiveNode,
    activity_tree,
    catches_error,
    escalation_interrupts,
    has_end_listeners,
    is_awaited,
    live_nodes,
    wants_tasks,
)

__all__ = [
    "ActivityTree",
    "Effects",
    "Host",
    "InstanceFacts",
    "LiveNode",
    "ProcessPlan",
    "Snapshot",
    "State",
    "Variables",
    "activity_tree",
    "advance",
    "catches_error",
    "check",
    "compile_plan",
    "decode_state",
    "encode_state",
    "escalation_interrupts",
    "has_end_listeners",
    "holds_at_start",
    "is_awaited",
    "live_nodes",
    "new_snapshot",
    "wants_tasks",
]
