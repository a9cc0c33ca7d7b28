"""Queries for instances, activities and variables in the words of the native filters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.camunda.queries.historic_activity_instance import HistoricActivityInstanceQuery
from shoal.camunda.queries.historic_process_instance import HistoricProcessInstanceQuery
from shoal.camunda.queries.inclusive import since, until
from shoal.camunda.queries.variable_instance import VariableInstanceQuery
from shoal.errors import FilterRejectedError

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


def test_limits_belong_to_what_they_limit() -> None:
    assert until(NOON) == NOON.replace(microsecond=1000)
    assert since(NOON) == NOON.replace(hour=11, minute=59, second=59, microsecond=999_999)
    assert (until(None), since(None)) == (None, None)
    last = datetime.max.replace(tzinfo=UTC)
    assert until(last) == last


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"incidentType": "failedJob"}, {"incident_type": "failedJob", "incident_ever": True}),
        ({"incidentStatus": "resolved"}, {"incident_state": "ended"}),
        (
            {"incidentStatus": "open", "withIncidents": True},
            {"incident_state": "open", "with_incident": True},
        ),
        ({"withIncidents": False, "finished": False}, {}),
        ({"processInstanceId": "a", "processInstanceIds": "b,c"}, {"ids": ("",)}),
        ({"processInstanceId": "a", "processInstanceIds": "a,b"}, {"ids": ("a",)}),
        ({"finished": "true", "unfinished": "true"}, {"running": False, "ids": ()}),
        ({"caseInstanceId": "c"}, {"ids": ()}),
    ],
    ids=["type", "resolved", "open", "false", "none of them", "one of them", "neither", "case"],
)
def test_instances_of_history(given: dict[str, Any], wanted: dict[str, Any]) -> None:
    assert HistoricProcessInstanceQuery.read(given).conditions() == wanted


@pytest.mark.parametrize(
    "given",
    [
        {"active": "true", "suspended": "true"},
        {"incidentStatus": "closed"},
        {"orQueries": [{"orQueries": [{}]}]},
        {"orQueries": [{"sortBy": "startTime", "sortOrder": "asc"}]},
    ],
    ids=["states", "status", "nested", "sorted"],
)
def test_instances_of_history_that_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(FilterRejectedError):
        HistoricProcessInstanceQuery.read(given).filter()


def test_activities() -> None:
    read = HistoricActivityInstanceQuery.read
    assert read({"canceled": True, "completeScope": True}).conditions()["ids"] == ()
    assert read({"activityInstanceId": "a", "executionId": "a"}).conditions() == {"ids": ("a",)}


def test_scopes_of_variables_are_those_that_all_conditions_name() -> None:
    query = VariableInstanceQuery.read({"executionIdIn": "a,b", "activityInstanceIdIn": "b,c"})
    assert query.conditions() == {"scope_id_in": ("b",)}
    assert VariableInstanceQuery.read({"executionIdIn": "a", "variableScopeIdIn": "b"}).conditions() == {
        "scope_id_in": ("",)
    }
