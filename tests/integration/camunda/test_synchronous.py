"""What Java does to a list at once: the same commands, one chunk after another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from shoal.camunda import ProcessEngine
from shoal.errors import ConflictError, EmptySelectionError, ExecutionError, NotFoundError
from shoal.ids import new_id

Start = Callable[[int], list[str]]


def states(camunda: ProcessEngine, ids: list[str]) -> list[str]:
    query = camunda.history_service.create_historic_process_instance_query().process_instance_ids(ids)
    return [each.state for each in query.order_by_process_instance_id().asc().list()]


def test_instances_are_deleted(camunda: ProcessEngine, start: Start) -> None:
    ids = start(3)
    runtime = camunda.runtime_service
    with pytest.raises(NotFoundError, match="No process instance found"):
        runtime.delete_process_instances([*ids, new_id()], "why")
    assert states(camunda, ids) == ["ACTIVE"] * 3
    runtime.delete_process_instances(ids[:1], "why")
    outcome = runtime.delete_process_instances_if_exists([*ids, unknown := new_id()], "why", True)
    assert sorted(outcome.succeeded) == sorted(ids[1:])
    assert {each: reason.code for each, reason in outcome.skipped.items()} == {
        ids[0]: "not-running",
        unknown: "not-found",
    }
    with pytest.raises(ConflictError):
        runtime.delete_process_instance(ids[0], "why")
    assert states(camunda, ids) == ["EXTERNALLY_TERMINATED"] * 3


def test_history_is_deleted(camunda: ProcessEngine, start: Start) -> None:
    ids = start(3)
    history = camunda.history_service
    camunda.runtime_service.delete_process_instances(ids[:2])
    with pytest.raises(NotFoundError, match="No historic process instance"):
        history.delete_historic_process_instances([*ids[:2], new_id()])
    assert len(states(camunda, ids)) == 3
    with pytest.raises(ExecutionError, match="1 of 2 failed: the process instance has not ended") as error:
        history.delete_historic_process_instances([ids[0], ids[2]])
    assert list(error.value.details["failed"]) == [ids[2]]
    assert len(states(camunda, ids)) == 2
    history.delete_historic_process_instances_if_exists(ids[:2])
    assert states(camunda, ids) == ["ACTIVE"]


def test_instances_are_suspended(camunda: ProcessEngine, start: Start) -> None:
    ids = sorted(start(3))
    builder = camunda.runtime_service.update_process_instance_suspension_state()
    query = camunda.runtime_service.create_process_instance_query().process_instance_ids(ids[1:])
    assert (
        sorted(builder.by_process_instance_ids(ids[:2]).by_process_instance_query(query).suspend().succeeded) == ids
    )
    camunda.runtime_service.activate_process_instance_by_id(ids[0])
    assert states(camunda, ids) == ["ACTIVE", "SUSPENDED", "SUSPENDED"]
    camunda.runtime_service.activate_process_instance_by_process_definition_key("shelf")
    assert states(camunda, ids) == ["ACTIVE"] * 3
    with pytest.raises(EmptySelectionError):
        camunda.runtime_service.update_process_instance_suspension_state().suspend()


def test_tries_are_set(camunda: ProcessEngine, start: Start) -> None:
    ids = start(2)
    management = camunda.management_service
    jobs = management.create_job_query().process_instance_ids(ids)
    management.set_job_retries([each.id for each in jobs.list()], 4)
    assert {each.retries for each in jobs.list()} == {4}
    management.set_job_retries(jobs.list()[0].id, 0)
    assert (
        camunda.runtime_service.create_incident_query()
        .process_instance_id(jobs.list()[0].process_instance_id)
        .count()
    )
    due = datetime(2031, 1, 1, tzinfo=UTC)
    management.set_job_retries(5).job_query(jobs).due_date(due).execute()
    assert {(each.retries, each.duedate) for each in jobs.list()} == {(5, due)}
    tasks = camunda.external_task_service.create_external_task_query().process_instance_id_in(ids)
    camunda.external_task_service.set_retries([each.id for each in tasks.list()], 6)
    assert {each.retries for each in tasks.list()} == {6}
    camunda.external_task_service.update_retries().external_task_query(tasks).set(7)
    assert {each.retries for each in tasks.list()} == {7}


def test_messages_migration_modification_restart(camunda: ProcessEngine, start: Start) -> None:
    ids = sorted(start(2))
    runtime = camunda.runtime_service
    builder = runtime.create_message_correlation_async("filled").process_instance_ids(ids)
    assert sorted(builder.correlate_all().succeeded) == ids
    definition = runtime.create_process_instance_query().process_instance_ids(ids).list()[0].process_definition_id
    modified = runtime.create_modification(definition).start_before_activity("await").process_instance_ids(ids)
    assert sorted(modified.execute().succeeded) == ids
    file = camunda.repository_service.get_process_model(definition).replace(b"P9D", b"P8D")
    target = camunda.repository_service.create_deployment().add_bytes("shelf.bpmn", file).deploy().definitions[0].id
    plan = runtime.create_migration_plan(definition, target).map_equal_activities().update_event_triggers().build()
    assert sorted(runtime.new_migration(plan).process_instance_ids(ids).execute().succeeded) == ids
    runtime.delete_process_instances(ids)
    restart = runtime.restart_process_instances(target).start_before_activity("count").process_instance_ids(ids)
    assert sorted(restart.execute().succeeded) == ids
    with pytest.raises(ConflictError, match="definition"):
        runtime.restart_process_instances(definition).start_before_activity("count").process_instance_ids(
            ids[:1]
        ).execute()


def test_more_than_a_chunk(camunda: ProcessEngine, start: Start) -> None:
    ids = start(1_201)
    query = camunda.runtime_service.create_process_instance_query().process_instance_ids(ids)
    builder = camunda.runtime_service.update_process_instance_suspension_state().by_process_instance_query(query)
    assert sorted(builder.by_process_instance_ids(ids[:1_100]).suspend().succeeded) == sorted(ids)
    assert query.suspended().count() == 1_201
    camunda.runtime_service.delete_process_instances(ids)
    assert query.count() == 0
