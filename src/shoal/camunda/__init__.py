"""Camunda 7's names and shapes: its queries, its variable values, its services. Knows no HTTP.

``from shoal.camunda import ProcessEngine`` has the services; it is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from shoal.camunda.services.batch import Batch
    from shoal.camunda.services.process_engine import ProcessEngine

__all__ = ["Batch", "ProcessEngine"]


def __getattr__(name: str) -> Any:
    if name == "ProcessEngine":
        from shoal.camunda.services.process_engine import ProcessEngine

        return ProcessEngine
    if name == "Batch":
        from shoal.camunda.services.batch import Batch

        return Batch
    raise AttributeError(f"module 'shoal.camunda' has no attribute '{name}'")
