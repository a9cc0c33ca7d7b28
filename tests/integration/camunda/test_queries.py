"""Queries in Java's way: they find what the REST interface finds, because they are the same declarations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from shoal import clock
from shoal.camunda import ProcessEngine
from shoal.camunda.services.query import QueryBuilder
from shoal.errors import ConflictError, InputError

Start = Callable[[int], list[str]]


@pytest.fixture(scope="module")
def numbered(camunda: ProcessEngine) -> list[str]:
    """Four instances with numbers."""
    runtime = camunda.runtime_service
    made = [runtime.start_process_instance_by_key("shelf", f"n-{each}", {"number": each}) for each in range(4)]
    return [each.id for each in made]


def test_conditions_lists_and_pages(camunda: ProcessEngine, numbered: list[str]) -> None:
    query = camunda.runtime_service.create_process_instance_query().process_definition_key("shelf")
    query.process_instance_business_key_like("n-%").active()
    assert query.count() == 4
    ordered = query.order_by_business_key().desc()
    assert [each.business_key for each in ordered.list_page(1, 2)] == ["n-2", "n-1"]
    assert ordered.list_ids() == numbered[::-1]
    assert [each.id for each in ordered.unlimited_list()] == numbered[::-1]
    with pytest.raises(ConflictError, match="4 results instead of max 1"):
        query.single_result()
    (first,) = query.process_instance_business_key("n-0").list()
    assert query.single_result() == first
    assert (first.process_instance_id, first.root_process_instance_id, first.ended) == (
        numbered[0],
        numbered[0],
        False,
    )
    assert query.process_definition_key("nothing").single_result() is None


@pytest.mark.parametrize(
    ("method", "value", "found"),
    [
        ("variable_value_equals", 1, ["n-1"]),
        ("variable_value_not_equals", 1, ["n-0", "n-2", "n-3"]),
        ("variable_value_greater_than", 1, ["n-2", "n-3"]),
        ("variable_value_greater_than_or_equal", 1, ["n-1", "n-2", "n-3"]),
        ("variable_value_less_than", 1, ["n-0"]),
        ("variable_value_less_than_or_equal", 1, ["n-0", "n-1"]),
    ],
)
@pytest.mark.usefixtures("numbered")
def test_values_of_variables(camunda: ProcessEngine, method: str, value: int, found: list[str]) -> None:
    for query in (
        camunda.runtime_service.create_process_instance_query(),
        camunda.history_service.create_historic_process_instance_query(),
    ):
        assert sorted(each.business_key for each in getattr(query, method)("number", value).list()) == found


def test_alternatives(camunda: ProcessEngine, numbered: list[str]) -> None:
    query = camunda.runtime_service.create_process_instance_query().process_definition_key("shelf")
    query.or_().process_instance_business_key("n-1").variable_value_equals("number", 3).end_or()
    assert sorted(query.list_ids()) == [numbered[1], numbered[3]]
    with pytest.raises(InputError, match="or_\\(\\) has to be called before"):
        query.end_or()
    with pytest.raises(InputError, match="JobQuery has no alternatives"):
        camunda.management_service.create_job_query().or_()


def test_what_a_query_does_not_know(camunda: ProcessEngine) -> None:
    query = camunda.runtime_service.create_process_instance_query()
    with pytest.raises(AttributeError, match=r"has no condition 'colour'; it has: active, .*business_key"):
        query.colour("red")
    with pytest.raises(AttributeError, match="order_by_case_instance_id"):
        query.order_by_case_instance_id()
    with pytest.raises(InputError, match="None is not a condition"):
        query.process_definition_key(None)
    with pytest.raises(InputError, match="one value is expected, not 2"):
        query.process_definition_key("a", "b")
    with pytest.raises(InputError, match=r"asc\(\) or desc\(\) has to follow"):
        query.order_by_process_instance_id().list()
    with pytest.raises(InputError, match="order_by has to be called before"):
        camunda.management_service.create_job_query().asc()


def test_of_work(camunda: ProcessEngine, numbered: list[str]) -> None:
    management = camunda.management_service
    now = clock.now()
    jobs = management.create_job_query().process_instance_ids(numbered).with_retries_left()
    assert (
        jobs.duedate_higher_than(now + timedelta(days=8)).duedate_lower_than(now + timedelta(days=10)).count() == 4
    )
    assert jobs.duedate_lower_than(now).count() == 0
    tasks = camunda.external_task_service.create_external_task_query().topic_name("labels").not_locked()
    tasks.process_instance_id_in(*numbered[:2]).order_by_process_instance_id().desc()
    assert [(each.process_instance_id, each.topic_name) for each in tasks.list()] == [
        (numbered[1], "labels"),
        (numbered[0], "labels"),
    ]
    waiting = camunda.runtime_service.create_event_subscription_query().process_instance_id(numbered[0])
    assert [(each.event_type, each.event_name) for each in waiting.list()] == [("message", "filled")]
    executions = camunda.runtime_service.create_execution_query().process_instance_id(numbered[0])
    assert executions.activity_id("await").count() == 1
    variables = camunda.runtime_service.create_variable_instance_query().process_instance_id_in(numbered)
    assert sorted(each.value for each in variables.variable_name("number").list()) == [0, 1, 2, 3]


def test_of_history(camunda: ProcessEngine, start: Start) -> None:
    (instance_id,) = start(1)
    history = camunda.history_service
    activities = history.create_historic_activity_instance_query().process_instance_id(instance_id)
    assert {each.activity_id for each in activities.unfinished().list()} == {"await", "label", "rest"}
    assert activities.order_by_activity_id().asc().list()[0].activity_type == "receiveTask"
    camunda.runtime_service.set_variable(instance_id, "boards", 4)
    details = history.create_historic_detail_query().process_instance_id(instance_id).variable_updates()
    assert [each.variable_name for each in details.list()] == ["boards", "boards"]
    (value,) = history.create_historic_variable_instance_query().process_instance_id(instance_id).list()
    assert (value.name, value.value, value.type_name, value.state) == ("boards", 4, "Integer", "CREATED")
    (job,) = camunda.management_service.create_job_query().process_instance_id(instance_id).list()
    camunda.management_service.execute_job(job.id)
    log = history.create_historic_job_log_query().process_instance_id(instance_id).success_log()
    assert [each.job_id for each in log.list()] == [job.id]
    done = history.create_historic_activity_instance_query().process_instance_id(instance_id).activity_id("rest")
    (row,) = done.finished().list()
    assert row.duration_in_millis >= 0


def test_of_definitions_and_deployments(camunda: ProcessEngine) -> None:
    repository = camunda.repository_service
    query = repository.create_process_definition_query().process_definition_key("shelf").latest_version()
    (definition,) = query.order_by_process_definition_version().desc().list()
    assert definition == repository.get_process_definition(definition.id)
    deployments = repository.create_deployment_query().deployment_name("shelves").order_by_deployment_time().asc()
    (deployment,) = deployments.list()
    assert deployment.id == definition.deployment_id
    assert repository.get_deployment_resource_names(deployment.id) == ["shelf.bpmn", "shop.bpmn"]


def created(camunda: ProcessEngine) -> dict[str, QueryBuilder[Any, Any]]:
    """Every query of every service."""
    services = [value for name, value in vars(camunda).items() if name.endswith("_service")]
    return {
        name: getattr(service, name)()
        for service in services
        for name in dir(service)
        if name.startswith("create_") and name.endswith("_query")
    }


@pytest.mark.usefixtures("numbered")
def test_every_query_counts_and_every_getter_has_something_to_get(camunda: ProcessEngine) -> None:
    queries = created(camunda)
    assert len(queries) > 20
    for name, query in queries.items():
        rows = query.list_page(0, 5)
        assert query.count() >= len(rows), name
        for row in rows:
            for getter in getattr(row, "_getters", ()):
                assert hasattr(row, getter), (name, getter)


def test_every_name_of_java_is_a_condition_that_there_is(camunda: ProcessEngine) -> None:
    for name, query in created(camunda).items():
        for known in query._names.values():
            field = known if isinstance(known, str) else known[0]
            assert field in query.model.model_fields, (name, field)
