"""Process instances: started, found, counted; how they are changed is in ``instance_changes``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shoal.commands.start_instances import start_instances
from shoal.commands.trigger_activity import trigger_activity
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.instance_changes import InstanceChanges
from shoal.engine.paging import check_page
from shoal.engine.start_at import InstanceStart
from shoal.engine.variables import typed
from shoal.errors import InputError, NotFoundError
from shoal.filters import InstanceFilter
from shoal.people.permissions import Permission
from shoal.store.queries.instance_filters import InstanceRow, count_instances, list_instances, select_instance_ids
from shoal.store.queries.instance_variables import variables_of_instance
from shoal.store.queries.ordering import Order

Filter = InstanceFilter | Mapping[str, Any] | None
Ids = list[str]
Rows = list[InstanceRow]


class Instances(InstanceChanges):
    """``engine.instances``"""

    @allowed(Permission.CREATE_INSTANCES, log_words.START)
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

        >>> deployment = engine.definitions.deploy("order.bpmn")
        >>> instance_id = engine.instances.start("order", business_key="A-1", variables={"amount": 20})
        >>> engine.instances.get(instance_id).state
        'active'
        >>> engine.instances.variables(instance_id)
        {'amount': 20}

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

    @allowed(Permission.CREATE_INSTANCES)
    def start_at(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        version: int | None = None,
        tenant_id: str | None = None,
        business_key: str | None = None,
        variables: Mapping[str, Any] | None = None,
        started_by: str | None = None,
    ) -> InstanceStart:
        """Start one instance anywhere: ``start_at("order").start_before("a").start_after("b").execute()``."""
        return InstanceStart(
            self._context,
            {
                "key": key,
                "definition_id": definition_id,
                "version": version,
                "tenant_id": tenant_id,
                "business_key": business_key,
                "variables": typed(variables),
                "started_by": started_by,
            },
        )

    @allowed(Permission.CREATE_INSTANCES, log_words.START)
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
    ) -> Ids:
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

    @allowed(Permission.CREATE_INSTANCES, log_words.START)
    def start_each(
        self,
        key: str | None = None,
        requests: Iterable[tuple[str | None, Mapping[str, Any]]] = (),
        *,
        definition_id: str | None = None,
        version: int | None = None,
        tenant_id: str | None = None,
        started_by: str | None = None,
    ) -> Ids:
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

    @allowed(Permission.READ_INSTANCES)
    def list(
        self,
        filter: Filter = None,  # noqa: A002
        *,
        limit: int = 100,
        after_id: str | None = None,
        sort: str | Sequence[Order] | None = None,
        descending: bool = False,
        offset: int = 0,
        **conditions: Any,
    ) -> Rows:
        """The instances that match, by id, at most ``limit``; those after ``after_id``, or sorted from ``offset``.

        ``sort``: a field, or several, each with whether the greatest comes first.

        >>> [row.business_key for row in engine.instances.list(definition_key="order", state="suspended")]
        []

        Conditions are the fields of :class:`shoal.InstanceFilter`: ``list(definition_key="order", running=True)``.
        """
        check_page(limit, offset=offset)
        wanted = parsed(InstanceFilter, filter, conditions)
        if after_id is not None and (sort is not None or descending or offset):
            raise InputError("after_id walks by id; it does not go together with sort or offset", field="after_id")
        check_page(limit, after_id=after_id)
        with self._context.database.read() as tx:
            if after_id is not None:
                page = select_instance_ids(tx, wanted, after_id=after_id, limit=limit)
                return list_instances(tx, _with_ids(page))
            return list_instances(tx, wanted, sort=sort or "id", descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_INSTANCES)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many instances match; all, if nothing is said."""
        wanted = parsed(InstanceFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_instances(tx, wanted)

    @allowed(Permission.UPDATE_INSTANCES, log_words.TRIGGER)
    def trigger(self, scope_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """Let a receive task go on, message or not (Camunda 7: ``signal`` of an execution).

        ``scope_id`` is its activity instance, or the process instance if nothing else is active in it.
        NotFoundError; ConflictError: it does not wait for that; SuspendedError; ExecutionError.
        """
        trigger_activity(self._context, scope_id, typed(variables))

    @allowed(Permission.READ_INSTANCES)
    def variables(self, instance_id: str) -> dict[str, Any]:
        """The variables of the instance itself, by name; the last values, if it has ended. NotFoundError."""
        self.get(instance_id)
        with self._context.database.read() as tx:
            found = variables_of_instance(tx, instance_id, self._context.blobs.get)
        return {name: value.value for name, value in found.items()}

    @allowed(Permission.READ_INSTANCES)
    def get(self, instance_id: str) -> InstanceRow:
        """One instance, running or ended. NotFoundError if there is none."""
        with self._context.database.read() as tx:
            found = list_instances(tx, _with_ids([instance_id]))
        if not found:
            raise NotFoundError(f"there is no process instance '{instance_id}'", instance_id=instance_id)
        return found[0]


def _with_ids(ids: Ids) -> InstanceFilter:
    return InstanceFilter.model_validate({"ids": ids})
