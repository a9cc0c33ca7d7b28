"""The deployments whose jobs this engine works on, when it is deployment-aware."""

from __future__ import annotations

import threading


class RegisteredDeployments:
    """Ids of deployments, kept in memory: those that this engine deployed, and those that it was told of.

    Camunda 7: registered deployments of a deployment-aware job executor. Threads may share it.
    """

    def __init__(self) -> None:
        self._ids: frozenset[str] = frozenset()
        self._changing = threading.Lock()

    @property
    def ids(self) -> frozenset[str]:
        """All of them."""
        return self._ids

    def add(self, deployment_id: str) -> None:
        """Work on its jobs. Saying it twice changes nothing."""
        with self._changing:
            self._ids |= {deployment_id}

    def remove(self, deployment_id: str) -> None:
        """Leave its jobs to others. Saying it twice changes nothing."""
        with self._changing:
            self._ids -= {deployment_id}
