"""Deployments after they were made: found, looked into, deployed again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from shoal.commands.context import Context
from shoal.commands.deploy import Deployment, deploy
from shoal.engine import log_words
from shoal.engine.access import allowed
from shoal.engine.filters import parsed
from shoal.engine.paging import check_page
from shoal.errors import InputError, NotFoundError
from shoal.filters.deployments import DeploymentFilter
from shoal.people.permissions import Permission
from shoal.store.queries.deployments import (
    DeploymentRow,
    ResourceRow,
    contents_of,
    count_deployments,
    list_deployments,
    list_resources,
)
from shoal.store.queries.ordering import Order

Filter = DeploymentFilter | Mapping[str, Any] | None
Names = Collection[str] | None


class Deployments:
    """``engine.deployments``. ``engine.definitions`` has ``deploy`` and ``delete_deployment``."""

    def __init__(self, context: Context) -> None:
        self._context = context

    @allowed(Permission.READ_DEPLOYMENTS)
    def find(
        self,
        filter: Filter = None,  # noqa: A002 - the word that users of filters know
        *,
        sort: str | Sequence[Order] = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int = 100,
        **conditions: Any,
    ) -> list[DeploymentRow]:
        """The deployments that match, the older first: ``find(name="orders")``."""
        check_page(limit, offset=offset)
        wanted = parsed(DeploymentFilter, filter, conditions)
        with self._context.database.read() as tx:
            return list_deployments(tx, wanted, sort=sort, descending=descending, offset=offset, limit=limit)

    @allowed(Permission.READ_DEPLOYMENTS)
    def count(self, filter: Filter = None, **conditions: Any) -> int:  # noqa: A002
        """How many deployments match; all, if nothing is said."""
        wanted = parsed(DeploymentFilter, filter, conditions)
        with self._context.database.read() as tx:
            return count_deployments(tx, wanted)

    @allowed(Permission.READ_DEPLOYMENTS)
    def get(self, deployment_id: str) -> DeploymentRow:
        """One deployment. NotFoundError."""
        found = self.find(ids=(deployment_id,))
        if not found:
            raise NotFoundError(f"there is no deployment '{deployment_id}'", deployment_id=deployment_id)
        return found[0]

    @allowed(Permission.READ_DEPLOYMENTS)
    def resources(self, deployment_id: str) -> list[ResourceRow]:
        """Its files by name, without their content. NotFoundError: no such deployment."""
        self.get(deployment_id)
        with self._context.database.read() as tx:
            return list_resources(tx, deployment_id)

    @allowed(Permission.READ_DEPLOYMENTS)
    def content(
        self, deployment_id: str, *, resource_id: str | None = None, name: str | None = None
    ) -> tuple[ResourceRow, bytes]:
        """One of its files with the content, by id or by name. NotFoundError."""
        ids = None if resource_id is None else [resource_id]
        names = None if name is None else [name]
        with self._context.database.read() as tx:
            found = contents_of(tx, deployment_id, ids=ids, names=names) if ids or names else []
        if not found:
            what = name if resource_id is None else resource_id
            raise NotFoundError(f"deployment '{deployment_id}' has no file '{what}'", deployment_id=deployment_id)
        return found[0]

    @property
    @allowed(Permission.READ_DEPLOYMENTS)
    def registered(self) -> tuple[str, ...]:
        """The deployments whose jobs this engine works on, if the setting job_executor_deployment_aware is on.

        Those that it has deployed itself (or found deployed, with duplicate filtering), and those of ``register``.
        """
        return tuple(sorted(self._context.registered.ids))

    @allowed(Permission.DEPLOY)
    def register(self, deployment_id: str) -> None:
        """Work on its jobs. NotFoundError."""
        self.get(deployment_id)
        self._context.registered.add(deployment_id)

    @allowed(Permission.DEPLOY)
    def unregister(self, deployment_id: str) -> None:
        """Leave its jobs to other engines."""
        self._context.registered.remove(deployment_id)

    @allowed(Permission.DEPLOY, log_words.REDEPLOY)
    def redeploy(
        self,
        deployment_id: str,
        *,
        resource_ids: Names = None,
        resource_names: Names = None,
        source: str | None = None,
    ) -> Deployment:
        """Deploy its files again, or those of the ids and names, under its name and for its tenant.

        Camunda 7: a redeployment is never filtered. NotFoundError: no such deployment, or it has not that file.
        """
        row = self.get(deployment_id)
        wanted_ids, wanted_names = set(resource_ids or ()), set(resource_names or ())
        some = bool(wanted_ids or wanted_names)
        with self._context.database.read() as tx:
            found = contents_of(
                tx,
                deployment_id,
                ids=sorted(wanted_ids) if some else None,
                names=sorted(wanted_names) if some else None,
            )
        missing = wanted_ids - {each.id for each, _ in found} | wanted_names - {each.name for each, _ in found}
        if missing:
            raise NotFoundError(
                f"deployment '{deployment_id}' has no file {', '.join(repr(each) for each in sorted(missing))}",
                deployment_id=deployment_id,
            )
        if not found:
            raise InputError(f"deployment '{deployment_id}' has no files", field="deployment_id")
        contents = {each.name: content for each, content in found}
        return deploy(self._context, contents, name=row.name, source=source, tenant_id=row.tenant_id)
