"""Signals: sent to everybody who waits for them, and to what they start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.context import Context
from shoal.commands.correlate_messages import Correlated
from shoal.commands.send_signals import Signal, send_signal
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.variables import typed
from shoal.people.permissions import Permission


class Signals:
    """``engine.signals``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.UPDATE_INSTANCES, log_words.SEND_SIGNAL)
    def send(
        self,
        name: str,
        *,
        variables: Mapping[str, Any] | None = None,
        node_id: str | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
    ) -> list[Correlated]:
        """Send it to everybody, be there nobody; where it arrived.

        >>> engine.signals.send("storm-warning")
        []

        ``variables`` go to the instances, ``node_id`` names the only one who is to have it. One that fails does
        not keep the others from it; its error is raised in the end.
        """
        return send_signal(self._context, Signal(name, typed(variables), node_id, tenant_id, without_tenant))
