"""Conditional start events: evaluated with given variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shoal.commands.context import Context
from shoal.commands.correlate_messages import Correlated
from shoal.commands.evaluate_conditions import Evaluation, evaluate_conditions
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.variables import typed
from shoal.people.permissions import Permission


class Conditions:
    """``engine.conditions``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.CREATE_INSTANCES, log_words.EVALUATE_CONDITIONS)
    def evaluate(
        self,
        *,
        variables: Mapping[str, Any] | None = None,
        business_key: str | None = None,
        definition_id: str | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
    ) -> list[Correlated]:
        """Start an instance at each conditional start event that holds with these variables; what was started.

        The newest versions are asked, or the one of ``definition_id``. ConflictError: there is no such event.

        >>> engine.conditions.evaluate(variables={"stock": 3})
        Traceback (most recent call last):
        shoal.errors.ConflictError: No subscriptions were found during evaluation of the conditional start events.
        """
        asked = Evaluation(typed(variables), business_key, definition_id, tenant_id, without_tenant)
        return evaluate_conditions(self._context, asked)
