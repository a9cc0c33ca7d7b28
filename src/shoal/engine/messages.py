"""Messages: correlated with who waits for them, or with what they start."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from typing import Any

from shoal.commands.context import Context
from shoal.commands.correlate_messages import Correlated, Message, correlate_all, correlate_message
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.variables import typed
from shoal.people.permissions import Permission
from shoal.validation import refuse_unknown


class Messages:
    """``engine.messages``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.UPDATE_INSTANCES, log_words.CORRELATE)
    def correlate(self, name: str | None, **said: Any) -> Correlated:
        """Correlate with exactly one: a node that waits for it, or else a definition that it starts.

        ``said`` is what :meth:`correlate_all` takes. ConflictError: none or several match. ExecutionError:
        what followed failed, and it waits as before.

        >>> engine.messages.correlate("payment-received", business_key="nobody")
        Traceback (most recent call last):
        shoal.errors.ConflictError: Cannot correlate message 'payment-received': no process definition or...
        """
        return correlate_message(self._context, _said("correlate", name, said))

    @allowed(Permission.UPDATE_INSTANCES, log_words.CORRELATE)
    def correlate_all(self, name: str | None, **said: Any) -> list[Correlated]:
        """Correlate with everybody that matches, be there none.

        ``business_key``; ``correlation_variables``: variables that an instance must have,
        ``local_correlation_variables``: that the waiting activity must have; ``instance_ids``; ``node_id``;
        ``variables`` go to the instance, ``local_variables`` to the activity that waited,
        ``triggered_variables`` to the scope that the event begins; ``start_only``, ``wait_only``;
        ``definition_id``, ``tenant_id``, ``without_tenant``. Without a ``name``, any message that is waited for.
        One that fails does not keep the others from it; its error is raised in the end.
        """
        return correlate_all(self._context, _said("correlate_all", name, said))


def _said(by: str, name: str | None, said: Mapping[str, Any]) -> Message:
    refuse_unknown(said, [each for each in inspect.signature(_message).parameters if each != "name"], by)
    return _message(name, **said)


def _message(
    name: str | None,
    *,
    business_key: str | None = None,
    correlation_variables: Mapping[str, Any] | None = None,
    local_correlation_variables: Mapping[str, Any] | None = None,
    instance_ids: Iterable[str] | None = None,
    node_id: str | None = None,
    variables: Mapping[str, Any] | None = None,
    local_variables: Mapping[str, Any] | None = None,
    triggered_variables: Mapping[str, Any] | None = None,
    definition_id: str | None = None,
    tenant_id: str | None = None,
    without_tenant: bool = False,
    start_only: bool = False,
    wait_only: bool = False,
) -> Message:
    return Message(
        name=name,
        business_key=business_key,
        correlation_variables=typed(correlation_variables),
        local_correlation_variables=typed(local_correlation_variables),
        node_id=node_id,
        instance_ids=None if instance_ids is None else tuple(instance_ids),
        definition_id=definition_id,
        tenant_id=tenant_id,
        without_tenant=without_tenant,
        variables=typed(variables),
        local_variables=typed(local_variables),
        triggered_variables=typed(triggered_variables),
        start_only=start_only,
        wait_only=wait_only,
    )
