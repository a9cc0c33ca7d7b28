"""Evaluated decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from shoal.camunda.queries.base import Date, Names, Only, Query, Text, said
from shoal.filters.decisions import DecisionFilter


class HistoricDecisionInstanceQuery(Query):
    """Camunda 7: ``HistoricDecisionInstanceQuery``."""

    SORTS: ClassVar[Mapping[str, str]] = {"evaluationTime": "evaluated_at", "tenantId": "tenant_id"}
    NOTHING: ClassVar[frozenset[str]] = frozenset({"case_definition_id", "case_definition_key", "case_instance_id"})

    decision_instance_id: Text
    decision_instance_id_in: Names
    decision_definition_id: Text
    decision_definition_id_in: Names
    decision_definition_key: Text
    decision_definition_key_in: Names
    decision_definition_name: Text
    decision_definition_name_like: Text
    process_definition_id: Text
    process_definition_key: Text
    process_instance_id: Text
    case_definition_id: Text
    case_definition_key: Text
    case_instance_id: Text
    activity_id_in: Names
    activity_instance_id_in: Names
    evaluated_before: Date
    evaluated_after: Date
    user_id: Text
    root_decision_instance_id: Text
    root_decision_instances_only: Only
    decision_requirements_definition_id: Text
    decision_requirements_definition_key: Text
    tenant_id_in: Names
    without_tenant_id: Only
    include_inputs: Only
    include_outputs: Only
    disable_binary_fetching: Only
    disable_custom_object_deserialization: Only

    def conditions(self) -> dict[str, Any]:
        """In the words of ``DecisionFilter``."""
        one, many = self.decision_instance_id, self.decision_instance_id_in
        ids = many if one is None else (one,) if not many or one in many else ("",)
        wanted = said(
            ids=ids,
            definition_id=self.decision_definition_id,
            definition_id_in=self.decision_definition_id_in,
            definition_key=self.decision_definition_key,
            definition_key_in=self.decision_definition_key_in,
            definition_name=self.decision_definition_name,
            definition_name_like=self.decision_definition_name_like,
            process_definition_id=self.process_definition_id,
            process_definition_key=self.process_definition_key,
            instance_id=self.process_instance_id,
            activity_id_in=self.activity_id_in,
            activity_instance_id_in=self.activity_instance_id_in,
            evaluated_until=self.evaluated_before,
            evaluated_from=self.evaluated_after,
            user_id=self.user_id,
            root_decision_id=self.root_decision_instance_id,
            root_only=self.root_decision_instances_only,
            requirements_id=self.decision_requirements_definition_id,
            requirements_key=self.decision_requirements_definition_key,
            tenant_id_in=self.tenant_id_in,
            without_tenant=self.without_tenant_id,
        )
        return wanted | {"ids": ()} if self.matches_nothing() else wanted

    def filter(self) -> DecisionFilter:
        """The native filter."""
        return DecisionFilter.model_validate(self.conditions())
