"""Evaluated decisions in Camunda 7's names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from shoal.api.engine_rest.views import CamundaDate, View
from shoal.camunda.values import write_value
from shoal.store.queries.history.decisions import DecisionRow, DecisionValue


class ShownDecision(NamedTuple):
    """A decision with its values, where they were asked for."""

    row: DecisionRow
    inputs: Sequence[DecisionValue] | None
    outputs: Sequence[DecisionValue] | None
    deserialize: bool = True


class HistoricDecisionInputView(View):
    """Camunda 7: HistoricDecisionInputInstanceDto."""

    id: str
    decision_instance_id: str
    clause_id: str | None
    clause_name: str | None
    type: str
    value: Any
    value_info: dict[str, Any]
    error_message: str | None
    create_time: CamundaDate
    removal_time: CamundaDate | None
    root_process_instance_id: str | None


class HistoricDecisionOutputView(HistoricDecisionInputView):
    """Camunda 7: HistoricDecisionOutputInstanceDto."""

    rule_id: str | None
    rule_order: int | None
    variable_name: str | None


class HistoricDecisionInstanceView(View):
    """Camunda 7: HistoricDecisionInstanceDto."""

    id: str
    decision_definition_id: str
    decision_definition_key: str
    decision_definition_name: str | None
    evaluation_time: CamundaDate
    removal_time: CamundaDate | None
    process_definition_id: str | None
    process_definition_key: str | None
    process_instance_id: str | None
    root_process_instance_id: str | None
    case_definition_id: str | None
    case_definition_key: str | None
    case_instance_id: str | None
    activity_id: str | None
    activity_instance_id: str | None
    user_id: str | None
    inputs: list[HistoricDecisionInputView] | None
    outputs: list[HistoricDecisionOutputView] | None
    collect_result_value: float | None
    root_decision_instance_id: str | None
    decision_requirements_definition_id: str | None
    decision_requirements_definition_key: str | None
    tenant_id: str | None

    @classmethod
    def of(cls, row: ShownDecision) -> Self:
        """The view of a decision."""
        decision = row.row
        return cls(
            id=decision.id,
            decision_definition_id=decision.definition_id,
            decision_definition_key=decision.definition_key,
            decision_definition_name=decision.definition_name,
            evaluation_time=decision.evaluated_at,
            removal_time=decision.removal_time,
            process_definition_id=decision.process_definition_id,
            process_definition_key=decision.process_definition_key,
            process_instance_id=decision.instance_id,
            root_process_instance_id=decision.root_instance_id,
            case_definition_id=None,
            case_definition_key=None,
            case_instance_id=None,
            activity_id=decision.activity_id,
            activity_instance_id=decision.activity_instance_id,
            user_id=decision.user_id,
            inputs=None
            if row.inputs is None
            else [HistoricDecisionInputView(**_value(row, each)) for each in row.inputs],
            outputs=None
            if row.outputs is None
            else [
                HistoricDecisionOutputView(
                    **_value(row, each),
                    rule_id=each.rule_id,
                    rule_order=each.rule_order,
                    variable_name=each.variable_name,
                )
                for each in row.outputs
            ],
            collect_result_value=decision.collect_result,
            root_decision_instance_id=decision.root_decision_id,
            decision_requirements_definition_id=decision.requirements_id,
            decision_requirements_definition_key=decision.requirements_key,
            tenant_id=decision.tenant_id,
        )


def _value(shown: ShownDecision, value: DecisionValue) -> dict[str, Any]:
    written = write_value(value.value, deserialize=shown.deserialize)
    return {
        "id": value.id,
        "decision_instance_id": value.decision_id,
        "clause_id": value.clause_id,
        "clause_name": value.clause_name,
        "type": written["type"],
        "value": written["value"],
        "value_info": written["valueInfo"],
        "error_message": None,
        "create_time": shown.row.evaluated_at,
        "removal_time": shown.row.removal_time,
        "root_process_instance_id": shown.row.root_instance_id,
    }
