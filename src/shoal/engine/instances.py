"""Process instances: started, found, counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shoal.commands.context import Context
from shoal.commands.start_instances import start_instances
from shoal.engine.variables import typed


class Instances:
    """``engine.instances``"""

    def __init__(self, context: Context) -> None:
        self._context = context

    def start(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        version: int | None = None,
        tenant_id: str | None = None,
        business_key: str | None = None,
        variables: Mapping[str, Any] | None = None,
        start_event_id: str | None = None,
        started_by: str | None = None,
    ) -> str:
        """Start one instance of the newest version of ``key`` (or ``version``, or ``definition_id``); its id.

        NotFoundError, SuspendedError, VariableTypeError; ExecutionError when the process fails before it
        first waits: nothing was changed then.
        """
        return self.start_many(
            key,
            1,
            definition_id=definition_id,
            version=version,
            tenant_id=tenant_id,
            business_key=business_key,
            variables=variables,
            start_event_id=start_event_id,
            started_by=started_by,
        )[0]

    def start_many(
        self,
        key: str | None = None,
        count: int = 1,
        *,
        definition_id: str | None = None,
        version: int | None = None,
        tenant_id: str | None = None,
        business_key: str | None = None,
        variables: Mapping[str, Any] | None = None,
        start_event_id: str | None = None,
        started_by: str | None = None,
    ) -> list[str]:
        """Start ``count`` instances that are alike; their ids.

        A thousand at a time, each thousand one transaction: an error leaves nothing of its thousand, and its
        ``details["started"]`` has the ids of those before.
        """
        return start_instances(
            self._context,
            key=key,
            definition_id=definition_id,
            version=version,
            tenant_id=tenant_id,
            count=count,
            business_key=business_key,
            variables=typed(variables),
            start_event_id=start_event_id,
            started_by=started_by,
        )

    def start_each(
        self,
        key: str | None = None,
        requests: Iterable[tuple[str | None, Mapping[str, Any]]] = (),
        *,
        definition_id: str | None = None,
        version: int | None = None,
        tenant_id: str | None = None,
        started_by: str | None = None,
    ) -> list[str]:
        """Start one instance for each ``(business key, variables)``; their ids in the same order."""
        return start_instances(
            self._context,
            key=key,
            definition_id=definition_id,
            version=version,
            tenant_id=tenant_id,
            requests=[(business_key, typed(variables)) for business_key, variables in requests],
            started_by=started_by,
        )
