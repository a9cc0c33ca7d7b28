"""What of a process this kernel does not execute, found out from the behaviours themselves."""

from __future__ import annotations

from shoal.bpmn.process import Process
from shoal.errors import Fault
from shoal.kernel.behaviors import registry


def check(process: Process) -> list[Fault]:
    """Everything in the process that cannot be executed, in the order of the model."""
    return [fault for element in process.nodes.values() for fault in registry.faults_of(element)]
