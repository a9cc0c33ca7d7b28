"""Queries that look somewhere else: what makes jobs, what batches are to set, why there are incidents."""

from __future__ import annotations

from collections.abc import Callable

from shoal.camunda import ProcessEngine
from shoal.ids import new_id

Start = Callable[[int], list[str]]


def test_what_makes_jobs(camunda: ProcessEngine, start: Start) -> None:
    (instance_id,) = start(1)
    management = camunda.management_service
    query = management.create_job_definition_query().process_definition_key("shelf").active()
    (definition,) = query.list()
    assert (definition.activity_id, definition.job_type, definition.job_configuration) == (
        "rest",
        "timer-intermediate-transition",
        "DURATION: P9D",
    )
    assert definition.process_definition_id == camunda.native.instances.get(instance_id).definition_id
    assert query.activity_id_in("await").count() == 0
    management.set_overriding_job_priority_for_job_definition(definition.id, 7)
    try:
        overridden = management.create_job_definition_query().with_overriding_job_priority()
        assert [each.overriding_job_priority for each in overridden.list()] == [7]
    finally:
        management.clear_overriding_job_priority_for_job_definition(definition.id)
    assert overridden.count() == 0


def test_variables_that_batches_are_to_set(
    camunda: ProcessEngine, start: Start, done: Callable[..., object]
) -> None:
    ids = start(2)
    batch = camunda.runtime_service.set_variables_async(ids, {"wood": "oak", "boards": 9})
    query = camunda.runtime_service.create_variable_instance_query().batch_id_in(batch.id)
    query.order_by_variable_name().asc()
    assert [(each.name, each.value, each.type_name, each.batch_id) for each in query.list()] == [
        ("boards", 9, "Integer", batch.id),
        ("wood", "oak", "String", batch.id),
    ]
    assert (query.count(), [each.name for each in query.list_page(1, 1)]) == (2, ["wood"])
    (wood,) = query.variable_name("wood").list()
    assert (wood.process_instance_id, wood.execution_id) == (None, None)
    assert query.process_instance_id_in(*ids).count() == 0
    done(batch)
    assert camunda.runtime_service.create_variable_instance_query().batch_id_in(batch.id).list() == []
    assert camunda.runtime_service.get_variable(ids[0], "boards") == 9


def test_why_there_are_incidents(camunda: ProcessEngine, start: Start) -> None:
    one, other = start(2)
    external, history = camunda.external_task_service, camunda.history_service
    locked = external.fetch_and_lock(1_000, "w").topic("labels", 60_000).execute()
    for task in (each.task for each in locked if each.task.instance_id in (one, other)):
        external.handle_failure(task.id, "w", "no ink", None, 0, 0)
    query = history.create_historic_incident_query().process_instance_id(one)
    (incident,) = query.open().list()
    assert (incident.incident_type, incident.incident_message, incident.open) == (
        "failedExternalTask",
        "no ink",
        True,
    )
    log = history.create_historic_external_task_log_query().process_instance_id(one).failure_log()
    (entry,) = log.list()
    assert incident.history_configuration == entry.id
    because = history.create_historic_incident_query().history_configuration(entry.id)
    assert because.list_ids() == [incident.id]
    assert (because.count(), because.process_instance_id(other).count()) == (1, 0)
    assert history.create_historic_incident_query().history_configuration(new_id()).count() == 0
    elsewhere = history.create_historic_incident_query().history_configuration(entry.id)
    assert elsewhere.configuration(other).count() == 0
    external.set_retries(incident.configuration, 1)
    assert (query.count(), history.create_historic_incident_query().id(incident.id).resolved().count()) == (0, 1)
