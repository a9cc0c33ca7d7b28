"""Every asynchronous call of Camunda 7's manual, with the same name in snake case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from shoal import clock
from shoal.camunda import Batch, ProcessEngine
from shoal.errors import EmptySelectionError, InputError
from shoal.filters import JobFilter

Start = Callable[[int], list[str]]
Done = Callable[[Batch], Batch]
LATER = datetime(2031, 2, 3, tzinfo=UTC)


def states(camunda: ProcessEngine, ids: list[str]) -> set[str]:
    query = camunda.history_service.create_historic_process_instance_query().process_instance_ids(ids)
    return {each.state for each in query.list()}


def timers(camunda: ProcessEngine, ids: list[str]) -> list[Any]:
    return camunda.management_service.create_job_query().process_instance_ids(ids).timers().list()


DELETIONS: list[tuple[str, Callable[[ProcessEngine, list[str]], tuple[Any, ...]]]] = [
    ("ids, None, reason", lambda _, ids: (ids, None, "late")),
    ("ids, reason", lambda _, ids: (ids, "late")),
    ("query, reason", lambda c, ids: (running(c, ids), "late")),
    ("ids, query, reason", lambda c, ids: (ids[:1], running(c, ids), "late")),
    ("ids, query, reason, flag", lambda _, ids: (ids, None, "late", True)),
    ("ids, query, reason, two flags", lambda _, ids: (ids, None, "late", True, True)),
    ("ids, both queries, reason, two flags", lambda c, ids: (ids[:1], None, historic(c, ids), "late", True, True)),
    ("everything", lambda c, ids: (ids[:1], running(c, ids), historic(c, ids), "late", True, True, True)),
]


def running(camunda: ProcessEngine, ids: list[str]) -> Any:
    return camunda.runtime_service.create_process_instance_query().process_instance_ids(ids)


def historic(camunda: ProcessEngine, ids: list[str]) -> Any:
    return camunda.history_service.create_historic_process_instance_query().process_instance_ids(ids)


@pytest.mark.parametrize("given", [each[1] for each in DELETIONS], ids=[each[0] for each in DELETIONS])
def test_instances_are_deleted(
    camunda: ProcessEngine, start: Start, done: Done, given: Callable[[ProcessEngine, list[str]], tuple[Any, ...]]
) -> None:
    ids = start(2)
    said = given(camunda, ids)
    batch = done(camunda.runtime_service.delete_process_instances_async(*said))
    assert (batch.type, batch.native.statistics.total) == ("instance-deletion", 2)
    assert {each.delete_reason for each in historic(camunda, ids).list()} == {"late"}
    params = batch.native.view.params
    flags = [params.get(f"skip_{name}", False) for name in ("custom_listeners", "subprocesses", "io_mappings")]
    assert flags == [True in said, said.count(True) > 1, said.count(True) > 2]


def test_what_has_no_place_is_refused(camunda: ProcessEngine, start: Start) -> None:
    ids = start(1)
    with pytest.raises(InputError, match="no place for 'again'; it takes process_instance_ids"):
        camunda.runtime_service.delete_process_instances_async(ids, None, "late", "again")
    with pytest.raises(InputError, match="no place for JobQuery"):
        camunda.runtime_service.delete_process_instances_async(camunda.management_service.create_job_query(), "x")
    with pytest.raises(InputError, match="said twice: delete_reason"):
        camunda.runtime_service.delete_process_instances_async(ids, "late", delete_reason="later")
    with pytest.raises(EmptySelectionError):
        camunda.runtime_service.delete_process_instances_async([], None, "late")
    assert states(camunda, ids) == {"ACTIVE"}


def test_historic_instances_are_deleted(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    camunda.runtime_service.delete_process_instances(ids, "over")
    service = camunda.history_service
    done(service.delete_historic_process_instances_async(ids[:1], "why"))
    assert historic(camunda, ids).count() == 2
    done(service.delete_historic_process_instances_async(historic(camunda, ids[1:2]), "why"))
    batch = done(service.delete_historic_process_instances_async(ids[2:], historic(camunda, ids), "why"))
    assert batch.type == "historic-instance-deletion"
    assert historic(camunda, ids).count() == 0


def test_instances_are_suspended_and_activated(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(4)
    builder = camunda.runtime_service.update_process_instance_suspension_state()
    done(builder.by_process_instance_ids(ids).suspend_async())
    assert states(camunda, ids) == {"SUSPENDED"}
    builder = camunda.runtime_service.update_process_instance_suspension_state()
    builder.by_process_instance_ids(ids[0], ids[1]).by_process_instance_query(running(camunda, ids[2:3]))
    batch = done(builder.by_historic_process_instance_query(historic(camunda, ids[3:])).activate_async())
    assert batch.type == "instance-update-suspension-state"
    assert states(camunda, ids) == {"ACTIVE"}


def test_tries_and_due_dates_of_jobs_are_set(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    jobs = timers(camunda, ids)
    due = jobs[0].duedate
    query = camunda.management_service.create_job_query().process_instance_id(ids[2])
    builder = camunda.management_service.set_job_retries_by_jobs_async(7)
    batch = done(builder.job_ids([each.id for each in jobs[:2]]).job_query(query).due_date(LATER).execute_async())
    assert (batch.type, batch.native.succeeded) == ("set-job-retries", 3)
    assert {(each.retries, each.duedate) for each in timers(camunda, ids)} == {(7, LATER)}
    builder = camunda.management_service.set_job_retries_by_jobs_async(8).job_ids(*[each.id for each in jobs])
    done(builder.execute_async())
    assert {(each.retries, each.duedate) for each in timers(camunda, ids)} == {(8, LATER)}
    builder = camunda.management_service.set_job_retries_by_jobs_async(8).job_ids([jobs[0].id])
    done(builder.due_date(None).execute_async())
    assert [each.id for each in timers(camunda, ids)] == [each.id for each in jobs[1:]], "without one it is due"
    assert due != LATER


def test_tries_of_jobs_are_set_by_process(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    builder = camunda.management_service.set_job_retries_by_process_async(6)
    builder.process_instance_ids(ids[:1]).process_instance_query(running(camunda, ids[1:2]))
    done(builder.historic_process_instance_query(historic(camunda, ids[2:])).due_date(LATER).execute_async())
    assert {(each.retries, each.duedate) for each in timers(camunda, ids)} == {(6, LATER)}


RETRIES: list[tuple[str, Callable[[ProcessEngine, list[str], list[str]], tuple[Any, ...]]]] = [
    ("instances, None, retries", lambda _c, ids, _jobs: (ids, None, 9)),
    ("job ids, retries", lambda _c, _ids, jobs: (jobs, 9)),
    ("job query, retries", lambda c, ids, _jobs: (job_query(c, ids), 9)),
    ("job ids, job query, retries", lambda c, ids, jobs: (jobs[:1], job_query(c, ids), 9)),
    ("instances, query, retries", lambda c, ids, _jobs: (ids[:1], running(c, ids), 9)),
    ("instances, two queries, retries", lambda c, ids, _jobs: (ids[:1], None, historic(c, ids), 9)),
]


def job_query(camunda: ProcessEngine, ids: list[str]) -> Any:
    return camunda.management_service.create_job_query().process_instance_ids(ids)


@pytest.mark.parametrize("given", [each[1] for each in RETRIES], ids=[each[0] for each in RETRIES])
def test_tries_of_jobs_by_overloads(
    camunda: ProcessEngine,
    start: Start,
    done: Done,
    given: Callable[[ProcessEngine, list[str], list[str]], tuple[Any, ...]],
) -> None:
    ids = start(2)
    jobs = [each.id for each in timers(camunda, ids)]
    done(camunda.management_service.set_job_retries_async(*given(camunda, ids, jobs)))
    assert {each.retries for each in timers(camunda, ids)} == {9}


def test_tries_without_a_number_are_refused(camunda: ProcessEngine, start: Start) -> None:
    with pytest.raises(InputError, match="retries is null"):
        camunda.management_service.set_job_retries_async(start(1), None)
    query = running(camunda, [])
    with pytest.raises(InputError, match="process_instance_query does not go together with jobs"):
        camunda.management_service.set_job_retries_async(job_ids=["a"], process_instance_query=query, retries=1)


def test_tries_of_external_tasks_are_set(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(4)
    service = camunda.external_task_service
    tasks = service.create_external_task_query().process_instance_id_in(ids).order_by_process_instance_id().asc()
    named = [each.id for each in tasks.list()]
    done(service.set_retries_async(named, None, 2))
    assert {each.retries for each in tasks.list()} == {2}
    done(service.set_retries_async(named, 3))
    assert {each.retries for each in tasks.list()} == {3}
    builder = service.update_retries().external_task_ids(named[0])
    builder.external_task_query(service.create_external_task_query().process_instance_id(ids[1]))
    builder.process_instance_ids(ids[2:3]).process_instance_query(running(camunda, ids[2:3]))
    batch = done(builder.historic_process_instance_query(historic(camunda, ids[3:])).set_async(5))
    assert (batch.type, batch.native.succeeded) == ("set-external-task-retries", 4)
    assert {each.retries for each in tasks.list()} == {5}
    with pytest.raises(InputError, match="cannot be null"):
        service.set_retries_async(named, None)


def test_variables_are_set(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    variables = {"my-variable": "my-value"}
    runtime = camunda.runtime_service
    batch = done(runtime.set_variables_async(ids[:1], variables))
    assert batch.type == "set-variables"
    done(runtime.set_variables_async(running(camunda, ids[1:2]), variables))
    done(runtime.set_variables_async(ids[:1], None, historic(camunda, ids[2:]), variables))
    assert [runtime.get_variable(each, "my-variable") for each in ids] == ["my-value"] * 3


def test_messages_are_correlated(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    builder = camunda.runtime_service.create_message_correlation_async("filled").set_variables({"by": "anne"})
    builder.process_instance_ids(ids[:1]).process_instance_query(running(camunda, ids[1:2]))
    builder.historic_process_instance_query(historic(camunda, ids[2:])).set_variable("at", 8)
    batch = done(builder.correlate_all_async())
    assert (batch.type, batch.native.succeeded) == ("correlate-message", 3)
    assert camunda.native.tasks.count(instance_id_in=tuple(ids), open=True) == 3
    assert camunda.runtime_service.get_variables(ids[2]) == {"boards": 3, "by": "anne", "at": 8}


def test_instances_are_migrated(camunda: ProcessEngine, start: Start, done: Done) -> None:
    source = camunda.repository_service.create_process_definition_query().process_definition_key("shop")
    key = source.latest_version().single_result()
    assert key is not None
    ids = [camunda.runtime_service.start_process_instance_by_message("opened").id for _ in range(3)]
    file = camunda.repository_service.get_process_model(key.id).replace(b"</process>", b"<!-- new --></process>")
    target = camunda.repository_service.create_deployment().add_bytes("shop.bpmn", file).deploy().definitions[0].id
    plan = camunda.runtime_service.create_migration_plan(key.id, target).map_equal_activities().build()
    builder = camunda.runtime_service.new_migration(plan).process_instance_ids(ids[:2])
    builder.process_instance_query(running(camunda, ids[2:])).skip_custom_listeners().skip_io_mappings()
    batch = done(builder.execute_async())
    assert (batch.type, batch.native.succeeded) == ("instance-migration", 3)
    assert {each.process_definition_id for each in running(camunda, ids).list()} == {target}


def test_instances_are_modified_and_restarted(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    definition = running(camunda, ids).list()[0].process_definition_id
    builder = camunda.runtime_service.create_modification(definition).start_before_activity("count")
    builder.cancel_all_for_activity("await").process_instance_ids(ids[:1]).skip_custom_listeners()
    builder.process_instance_query(running(camunda, ids[1:2])).set_annotation("moved")
    batch = done(builder.historic_process_instance_query(historic(camunda, ids[2:])).execute_async())
    assert (batch.type, batch.native.succeeded) == ("instance-modification", 3)
    assert camunda.native.tasks.count(instance_id_in=tuple(ids), open=True) == 3
    single = camunda.runtime_service.create_process_instance_modification(ids[0]).cancel_all_for_activity("count")
    done(single.execute_async())
    assert camunda.native.tasks.count(instance_id_in=tuple(ids), open=True) == 2
    camunda.runtime_service.delete_process_instances(ids, "over")
    again = camunda.runtime_service.restart_process_instances(definition).start_before_activity("await")
    again.process_instance_ids(ids[:1]).historic_process_instance_query(historic(camunda, ids[1:]))
    batch = done(again.initial_set_of_variables().without_business_key().execute_async())
    assert (batch.type, batch.native.succeeded) == ("instance-restart", 3)
    made = camunda.native.instances.list(running=True, activity_id_in=("await",), limit=1000)
    assert {each.restarted_from_id for each in made} >= set(ids)


def test_a_batch_has_camundas_getters(camunda: ProcessEngine, start: Start, done: Done) -> None:
    batch = camunda.runtime_service.set_variables_async(start(2), {"a": 1})
    query = camunda.management_service.create_batch_query()
    assert query.batch_id(batch.id).count() == 1
    assert (batch.total_jobs, batch.jobs_created, batch.remaining_jobs, batch.completed_jobs) == (1, 0, 1, 0)
    assert batch.start_time <= clock.now()
    assert (batch.execution_start_time, batch.end_time, batch.suspended) == (None, None, False)
    assert batch.seed_job_definition_id != batch.monitor_job_definition_id != batch.batch_job_definition_id
    camunda.management_service.suspend_batch_by_id(batch.id)
    assert query.suspended().count() == 1
    assert camunda.management_service.create_batch_query().batch_id(batch.id).active().count() == 0
    camunda.management_service.activate_batch_by_id(batch.id)
    done(batch)
    assert (batch.jobs_created, batch.completed_jobs, batch.failed_jobs) == (1, 1, 0)
    assert batch.end_time is not None
    history = camunda.history_service.create_historic_batch_query().batch_id(batch.id)
    assert [each.type for each in history.completed(True).list()] == ["set-variables"]
    camunda.history_service.delete_historic_batch(batch.id)
    assert history.count() == 0


def test_query_objects_of_native_filters_do_not_pass(camunda: ProcessEngine) -> None:
    with pytest.raises(InputError, match="a list of ids contains what is not a text"):
        camunda.management_service.set_job_retries_async(JobFilter(), 1)  # type: ignore[arg-type]
