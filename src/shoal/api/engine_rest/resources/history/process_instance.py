"""``/history/process-instance``: process instances, running or ended."""

from __future__ import annotations

from fastapi import APIRouter

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.instance_selection import without_null
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.removal_time import RemovalTimeBody
from shoal.api.engine_rest.resources.history import duration_report
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.batch import BatchView
from shoal.api.engine_rest.views.historic_process_instance import HistoricProcessInstanceView
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_process_instance import HistoricProcessInstanceQuery
from shoal.engine import Engine
from shoal.errors import ConflictError, NotFoundError
from shoal.filters import InstanceFilter
from shoal.store.queries.instance_filters import InstanceRow

_LARGEST_CHUNK = 500
_EMPTY = "historicProcessInstanceIds is empty"
_NULL = "historicProcessInstanceIds contains null value"


class DeletionBody(Body):
    """Camunda 7: DeleteHistoricProcessInstancesDto. What is gone already is left out, whatever is said."""

    historic_process_instance_ids: list[str | None] | None = None
    historic_process_instance_query: HistoricProcessInstanceQuery | None = None
    delete_reason: str | None = None
    fail_if_not_exists: bool | None = None


class InstanceRemovalTimeBody(RemovalTimeBody):
    """Camunda 7: SetRemovalTimeToHistoricProcessInstancesDto."""

    historic_process_instance_ids: list[str | None] | None = None
    historic_process_instance_query: HistoricProcessInstanceQuery | None = None
    hierarchical: bool | None = None
    update_in_chunks: bool | None = None
    update_chunk_size: int | None = None

    def chunk_size(self) -> int | None:
        """How many rows at once. CamundaError: not between 1 and 500."""
        size = self.update_chunk_size
        if size is not None and not 0 < size <= _LARGEST_CHUNK:
            raise _refused("The value for chunk size should be between 1 and 500")
        return size


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/process-instance", "Historic Process Instance")
    queried(
        routes,
        HistoricProcessInstanceQuery,
        HistoricProcessInstanceView,
        find=_find,
        count=lambda engine, query: engine.instances.count(query.filter()),
        what="historic process instances",
    )
    duration_report.add_route(routes)

    @routes.post("/delete")
    def delete_historic_process_instances_as_batch(body: DeletionBody, engine: Acting) -> BatchView:
        """Delete the history of ended instances in a batch."""
        return made(
            engine,
            "delete-history",
            {},
            ids=without_null(body.historic_process_instance_ids, _NULL),
            filters=_filters(body.historic_process_instance_query),
            empty=_EMPTY,
        )

    @routes.post("/set-removal-time")
    def set_removal_time_as_batch(body: InstanceRemovalTimeBody, engine: Acting) -> BatchView:
        """Set the time after which the history of instances may be removed, in a batch."""
        if body.historic_process_instance_ids is None and body.historic_process_instance_query is None:
            raise _refused("Neither query nor ids provided.")
        params = body.params() | {
            "hierarchical": bool(body.hierarchical),
            "update_in_chunks": bool(body.update_in_chunks),
            "update_chunk_size": body.chunk_size(),
        }
        ids = without_null(body.historic_process_instance_ids, _NULL)
        filters = _filters(body.historic_process_instance_query)
        empty = "historicProcessInstances is empty"
        if not filters and not engine.instances.count(ids=tuple(ids)):
            raise _refused(empty)
        return made(engine, "set-removal-time-of-instances", params, ids=ids, filters=filters, empty=empty)

    @routes.get("/{id}")
    def get_historic_process_instance(id: str, engine: Acting) -> HistoricProcessInstanceView:  # noqa: A002
        """Show one instance, running or ended."""
        try:
            return HistoricProcessInstanceView.of(engine.instances.get(id))
        except NotFoundError:
            raise _unknown(id) from None

    @routes.delete("/{id}", status_code=204)
    def delete_historic_process_instance(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        engine: Acting,
        failIfNotExists: bool = True,  # noqa: N803 - Camunda's name
    ) -> None:
        """Delete the history of one ended instance."""
        try:
            engine.instances.delete_history(id)
        except NotFoundError:
            if failIfNotExists:
                raise _unknown(id) from None
        except ConflictError:
            raise _unknown(id) from None

    @routes.delete("/{id}/variable-instances", status_code=204)
    def delete_historic_variable_instances(id: str, engine: Acting) -> None:  # noqa: A002
        """Forget the variables of an instance; those of a running one keep their values."""
        try:
            engine.history.delete_variables(id)
        except NotFoundError:
            raise _unknown(id) from None

    return routes


def _find(engine: Engine, query: HistoricProcessInstanceQuery, page: Page) -> list[InstanceRow]:
    return engine.instances.list(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)


def _filters(query: HistoricProcessInstanceQuery | None) -> list[InstanceFilter]:
    return [] if query is None else [query.filter()]


def _unknown(instance_id: str) -> CamundaError:
    return CamundaError(f"Historic process instance with id {instance_id} does not exist", status=404)


def _refused(message: str) -> CamundaError:
    return CamundaError(message, kind="BadUserRequestException", code=0)
