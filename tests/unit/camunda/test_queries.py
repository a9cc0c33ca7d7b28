"""Queries: one declaration for query strings, bodies and Python."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime
from typing import Any

import pytest

from shoal.camunda import queries
from shoal.camunda.queries.base import Condition, Page, Query
from shoal.camunda.queries.process_definition import ProcessDefinitionQuery
from shoal.camunda.queries.process_instance import ProcessInstanceQuery
from shoal.errors import FilterRejectedError
from shoal.filters import InstanceFilter, VariableCondition

MODULES = [
    importlib.import_module(f"{queries.__name__}.{each.name}") for each in pkgutil.iter_modules(queries.__path__)
]
QUERIES = sorted(
    {
        value
        for module in MODULES
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Query) and value is not Query
    },
    key=lambda query: query.__name__,
)


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.__name__)
def test_every_query_takes_explicit_nulls_and_ignores_what_it_does_not_know(query: type[Query]) -> None:
    nulls = {field.alias: None for field in query.model_fields.values()}
    assert query.read(nulls | {"colour": "red"}).orders() == query.read({}).orders() == ()


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query.__name__)
def test_every_query_knows_its_orders(query: type[Query]) -> None:
    for name, column in query.SORTS.items():
        said: dict[str, object] = {"sortBy": name, "sortOrder": "desc"}
        if name.endswith("Variable"):
            said = {"sorting": [{**said, "parameters": {"variable": "amount", "type": "Long"}}]}
        assert query.read(said).orders() == ((column, True),)
    assert query.SORTS or not query.model_fields


def test_lists_and_flags_of_query_strings() -> None:
    found = ProcessDefinitionQuery.read(
        {"keysIn": "a,b", "latestVersion": "TRUE", "withoutTenantId": "false", "version": "3", "name": 5}
    )
    assert found.keys_in == ("a", "b")
    assert (found.latest_version, found.without_tenant_id, found.version, found.name) == (True, None, 3, "5")
    assert found.conditions() == {"key_in": ("a", "b"), "latest_only": True, "version": 3, "name": "5"}


def test_an_empty_list_is_no_condition() -> None:
    assert ProcessDefinitionQuery.read({"keysIn": []}).conditions() == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sortBy": "key"}, "Only a single sorting parameter specified. sortBy and sortOrder required"),
        ({"sortOrder": "asc"}, "Only a single sorting parameter specified"),
        ({"sortBy": "size", "sortOrder": "asc"}, "sortBy parameter has invalid value: size"),
        ({"sortBy": "key", "sortOrder": "up"}, "sortOrder parameter has invalid value: up"),
        ({"sorting": [{"sortBy": "size", "sortOrder": "asc"}]}, "sortBy parameter has invalid value: size"),
        ({"latestVersion": "maybe"}, "latestVersion: "),
        ({"latestVersion": 1}, "latestVersion: "),
        ({"version": "one"}, "version: "),
        ({"deployedAt": "soon"}, "deployedAt: 'soon' is not a date"),
        ({"keysIn": [["a"]]}, "keysIn.0: "),
    ],
)
def test_wrong_queries_name_the_field(given: dict[str, Any], said: str) -> None:
    with pytest.raises(FilterRejectedError) as refused:
        ProcessDefinitionQuery.read(given)
    assert said in refused.value.message


def test_several_orders() -> None:
    given = {
        "sorting": [{"sortBy": "businessKey", "sortOrder": "asc"}, {"sortBy": "instanceId", "sortOrder": "desc"}]
    }
    assert ProcessInstanceQuery.read(given).orders() == (("business_key", False), ("id", True))


@pytest.mark.parametrize(
    "variables",
    [
        "amount_gteq_30,first_name_like_%a_b%",
        [
            {"name": "amount", "operator": "gteq", "value": "30"},
            {"name": "first_name", "operator": "like", "value": "%a_b%"},
        ],
    ],
    ids=["text", "list"],
)
def test_conditions_on_variables(variables: Any) -> None:
    found = ProcessInstanceQuery.read({"variables": variables, "variableNamesIgnoreCase": True}).filter()
    assert found.variables == (
        VariableCondition(name="amount", operator="gteq", value="30", ignore_name_case=True),
        VariableCondition(name="first_name", operator="like", value="%a_b%", ignore_name_case=True),
    )


@pytest.mark.parametrize("variables", ["amount", "amount_30", "amount_near_30", [{"operator": "eq"}]])
def test_wrong_conditions_are_refused(variables: Any) -> None:
    with pytest.raises(FilterRejectedError, match="variables"):
        ProcessInstanceQuery.read({"variables": variables})


def test_a_text_in_the_form_of_a_date_is_an_instant() -> None:
    condition = Condition(name="due", value="2013-01-23T14:42:45.000+0000")
    native = condition.native(ignore_name_case=None, ignore_value_case=None)
    assert native.value == datetime(2013, 1, 23, 14, 42, 45, tzinfo=UTC)


def test_alternatives() -> None:
    given = {
        "processDefinitionKey": "order",
        "orQueries": [{"businessKey": "A", "suspended": True}, {"caseInstanceId": "c", "businessKey": "B"}],
    }
    assert ProcessInstanceQuery.read(given).filter() == InstanceFilter.model_validate(
        {
            "running": True,
            "definition_key": "order",
            "any_of": [{"business_key": "A", "state": "suspended"}, {"ids": [], "business_key": "B"}],
        }
    )


@pytest.mark.parametrize(
    "inner", [{"orQueries": [{"businessKey": "A"}]}, {"sortBy": "instanceId", "sortOrder": "asc"}]
)
def test_alternatives_have_neither_alternatives_nor_an_order(inner: dict[str, Any]) -> None:
    with pytest.raises(FilterRejectedError, match="orQueries"):
        ProcessInstanceQuery.read({"orQueries": [inner]})


def test_what_belongs_to_cases_matches_nothing() -> None:
    assert ProcessInstanceQuery.read({"caseInstanceId": "x"}).filter().ids == ()


def test_pages() -> None:
    assert Page.of(None, None) == Page(0, 1_000_000)
    assert Page.of(5, 2**31) == Page(5, 1_000_000)
    with pytest.raises(FilterRejectedError, match="maxResults"):
        Page.of(0, -1)
