"""``/history/decision-instance``: lists, single ones, deletion and removal times of many."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from shoal.api.acting import Acting
from shoal.api.engine_rest.batches import made
from shoal.api.engine_rest.problems import CamundaError
from shoal.api.engine_rest.removal_time import RemovalTimeBody
from shoal.api.engine_rest.routing import dialect_router, queried
from shoal.api.engine_rest.views import Body
from shoal.api.engine_rest.views.batch import BatchView
from shoal.api.engine_rest.views.historic_decision_instance import HistoricDecisionInstanceView, ShownDecision
from shoal.camunda.queries.base import Page
from shoal.camunda.queries.historic_decision_instance import HistoricDecisionInstanceQuery
from shoal.engine import Engine


class DeletionBody(Body):
    """Camunda 7: DeleteHistoricDecisionInstancesDto."""

    historic_decision_instance_ids: list[str] | None = None
    historic_decision_instance_query: HistoricDecisionInstanceQuery | None = None
    delete_reason: str | None = None


class DecisionRemovalTimeBody(RemovalTimeBody):
    """Camunda 7: SetRemovalTimeToHistoricDecisionInstancesDto."""

    historic_decision_instance_ids: list[str] | None = None
    historic_decision_instance_query: HistoricDecisionInstanceQuery | None = None
    hierarchical: bool | None = None


def router() -> APIRouter:
    """The routes."""
    routes = dialect_router("/history/decision-instance", "Historic Decision Instance")
    queried(
        routes,
        HistoricDecisionInstanceQuery,
        HistoricDecisionInstanceView,
        find=_find,
        count=lambda engine, query: engine.history.count_decisions(query.filter()),
        what="historic decision instances",
        by_post=False,
    )

    @routes.post("/delete")
    def delete_async(body: DeletionBody, engine: Acting) -> BatchView:
        """Delete evaluated decisions in a batch."""
        return made(
            engine, "delete-decision-history", {}, **_selected(body), empty="historicDecisionInstanceIds is empty"
        )

    @routes.post("/set-removal-time")
    def set_removal_time_async(body: DecisionRemovalTimeBody, engine: Acting) -> BatchView:
        """Set the removal time of evaluated decisions in a batch."""
        params = body.params() | {"hierarchical": bool(body.hierarchical)}
        return made(
            engine,
            "set-removal-time-of-decisions",
            params,
            **_selected(body),
            empty="historicDecisionInstances is empty",
        )

    @routes.get("/{id}")
    def get_historic_decision_instance(
        id: str,  # noqa: A002 - Camunda's name of the parameter
        request: Request,
        engine: Acting,
    ) -> HistoricDecisionInstanceView:
        """Show one evaluated decision."""
        query = HistoricDecisionInstanceQuery.read(
            {name: value for name, value in request.query_params.items() if name in _SHOWING}
            | {"decisionInstanceId": id}
        )
        found = _find(engine, query, Page())
        if not found:
            raise CamundaError(f"Historic decision instance with id '{id}' does not exist", status=404)
        return HistoricDecisionInstanceView.of(found[0])

    return routes


_SHOWING = ("includeInputs", "includeOutputs", "disableBinaryFetching", "disableCustomObjectDeserialization")


def _find(engine: Engine, query: HistoricDecisionInstanceQuery, page: Page) -> list[ShownDecision]:
    rows = engine.history.decisions(query.filter(), sort=query.orders(), offset=page.first, limit=page.most)
    ids = [each.id for each in rows]
    inputs = engine.history.decision_inputs(ids) if query.include_inputs else None
    outputs = engine.history.decision_outputs(ids) if query.include_outputs else None
    deserialize = not query.disable_custom_object_deserialization
    return [
        ShownDecision(
            each,
            None if inputs is None else inputs.get(each.id, []),
            None if outputs is None else outputs.get(each.id, []),
            deserialize,
        )
        for each in rows
    ]


def _selected(body: DeletionBody | DecisionRemovalTimeBody) -> dict[str, Any]:
    ids, query = body.historic_decision_instance_ids, body.historic_decision_instance_query
    if ids is None and query is None:
        if isinstance(body, DecisionRemovalTimeBody):
            raise CamundaError("Neither query nor ids provided.", kind="BadUserRequestException", code=0)
        raise CamundaError("historicDecisionInstanceIds is empty", kind="BadUserRequestException", code=0)
    return {"ids": ids, "filters": [None if query is None else query.filter()]}
