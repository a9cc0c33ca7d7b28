"""Process definitions after their deployment: found, suspended, resumed, deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from shoal.commands.context import Context
from shoal.commands.delete_definitions import Removal, delete_definition, delete_deployment
from shoal.commands.describe_definitions import narrowed
from shoal.commands.planned_suspensions import plan_suspension
from shoal.commands.set_history_time_to_live import set_history_time_to_live
from shoal.commands.suspend_definitions import resume_definitions, suspend_definitions
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import NotFoundError
from shoal.filters.definitions import DefinitionFilter
from shoal.jobs.wake import signal_of
from shoal.people.permissions import Permission
from shoal.store.queries.definition_filters import DefinitionRow, count_definitions, list_definition_rows
from shoal.store.queries.ordering import Order
from shoal.validation import refuse_unknown

Filter = DefinitionFilter | Mapping[str, Any] | None

_NAMED = ("definition_id", "tenant_id", "without_tenant")
_SKIP = ("skip_custom_listeners", "skip_io_mappings")


class DefinitionControl:
    """The part of ``engine.definitions`` that looks at definitions and changes them."""

    _context: Context

    @allowed(Permission.READ_DEFINITIONS)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[DefinitionRow]:
        """The definitions that match: ``find(key="order", latest_only=True)``.

        ``sort``: a field, or several, each with whether the greatest comes first.
        """
        check_page(limit, offset=offset)
        wanted = parsed(DefinitionFilter, filter, conditions)
        with self._context.database.read() as tx:
            wanted = narrowed(self._context, tx, wanted)
            return list_definition_rows(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_DEFINITIONS)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many definitions match; all, if nothing is said."""
        wanted = parsed(DefinitionFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_definitions(tx, narrowed(self._context, tx, wanted))

    @allowed(Permission.READ_DEFINITIONS)
    def get(self, definition_id: str) -> DefinitionRow:
        """One definition. NotFoundError."""
        found = self.find(ids=(definition_id,))
        if not found:
            raise NotFoundError(f"there is no process definition '{definition_id}'", definition_id=definition_id)
        return found[0]

    @allowed(Permission.READ_DEFINITIONS)
    def by_key(
        self,
        key: str,
        *,
        version: int | None = None,
        version_tag: str | None = None,
        tenant_id: str | None = None,
    ) -> DefinitionRow:
        """The newest definition of the key, with that version or tag; of the tenant, or of none. NotFoundError."""
        wanted: dict[str, Any] = {"key": key, "version": version, "version_tag": version_tag}
        of = {"without_tenant": True} if tenant_id is None else {"tenant_id_in": (tenant_id,)}
        found = self.find(wanted | of, sort="version", descending=True, limit=1)
        if not found:
            raise NotFoundError(f"no process definition has the key '{key}'", key=key)
        return found[0]

    @allowed(Permission.SUSPEND_DEFINITIONS, log_words.SUSPEND_DEFINITION)
    def suspend(
        self,
        key: str | None = None,
        *,
        include_instances: bool = False,
        at: datetime | None = None,
        **named: Any,
    ) -> int:
        """Suspend all versions of a key, or one definition: ``suspend(definition_id=...)``.

        Nothing starts from it, and new jobs of it are suspended. ``include_instances``: its running instances
        too; how many of them. ``tenant_id``, ``without_tenant``: only those versions. ``at``: a job does it then.
        NotFoundError.
        """
        refuse_unknown(named, _NAMED, "suspend")
        said = {"key": key, "include_instances": include_instances, **named}
        if at is None:
            return suspend_definitions(self._context, **said)
        plan_suspension(self._context, "suspend-definition", at, said)
        return 0

    @allowed(Permission.SUSPEND_DEFINITIONS, log_words.RESUME_DEFINITION)
    def resume(
        self,
        key: str | None = None,
        *,
        include_instances: bool = False,
        at: datetime | None = None,
        **named: Any,
    ) -> int:
        """Let what was suspended go on; the same words as ``suspend``."""
        refuse_unknown(named, _NAMED, "resume")
        said = {"key": key, "include_instances": include_instances, **named}
        if at is None:
            changed = resume_definitions(self._context, **said)
        else:
            changed = 0
            plan_suspension(self._context, "resume-definition", at, said)
        signal_of(self._context.database).notify()
        return changed

    @allowed(Permission.UPDATE_DEFINITIONS, log_words.SET_TIME_TO_LIVE)
    def set_history_time_to_live(self, definition_id: str, days: int | None) -> None:
        """Keep history for ``days`` after an instance ended; None: for ever. NotFoundError."""
        set_history_time_to_live(self._context, definition_id, days)

    @allowed(Permission.DELETE_DEFINITIONS, log_words.DELETE_DEFINITION)
    def delete(self, definition_id: str, *, cascade: bool = False, **skip: bool) -> None:
        """Delete one definition; ``cascade``: with its instances, running or ended.

        ConflictError says how many instances it has. ``skip_custom_listeners``, ``skip_io_mappings``: when
        running instances are cancelled. NotFoundError.
        """
        refuse_unknown(skip, _SKIP, "delete")
        delete_definition(self._context, definition_id, Removal(cascade, **skip))

    @allowed(Permission.DELETE_DEPLOYMENTS, log_words.DELETE_DEPLOYMENT)
    def delete_deployment(self, deployment_id: str, *, cascade: bool = False, **skip: bool) -> None:
        """Delete a deployment with its definitions; the same words as ``delete``."""
        refuse_unknown(skip, _SKIP, "delete_deployment")
        delete_deployment(self._context, deployment_id, Removal(cascade, **skip))
