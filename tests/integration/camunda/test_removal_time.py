"""Removal times by Camunda 7's builders, and the limitations of its manual, which are lifted here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.integration.retention.scene import new_decision, new_decision_definition, removal_time_of_decision

from shoal.camunda import Batch, ProcessEngine
from shoal.errors import InputError, ParamsRejectedError
from shoal.values import TypedValue, ValueType

Start = Callable[[int], list[str]]
Done = Callable[[Batch], Batch]
LATER = datetime(2031, 2, 3, tzinfo=UTC)


def removal_times(camunda: ProcessEngine, ids: list[str]) -> list[Any]:
    query = camunda.history_service.create_historic_process_instance_query().process_instance_ids(ids)
    return [each.removal_time for each in query.list()]


def test_of_instances(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(3)
    service = camunda.history_service
    query = service.create_historic_process_instance_query().process_instance_ids(ids[1:])
    builder = service.set_removal_time_to_historic_process_instances().absolute_removal_time(LATER)
    batch = done(builder.by_query(query).by_ids(ids[0], ids[1]).execute_async())
    assert (batch.type, batch.native.succeeded) == ("process-set-removal-time", 3)
    assert removal_times(camunda, ids) == [LATER] * 3
    builder = service.set_removal_time_to_historic_process_instances().cleared_removal_time().by_ids(ids)
    done(builder.hierarchical().execute_async())
    assert removal_times(camunda, ids) == [None] * 3
    builder = service.set_removal_time_to_historic_process_instances().calculated_removal_time()
    assert builder.by_ids(ids).execute().succeeded == sorted(ids)


def test_in_chunks_each_job_has_one_instance_and_a_running_one_has_no_state_between(
    camunda: ProcessEngine, start: Start, done: Done
) -> None:
    ids = start(3)
    service = camunda.history_service
    builder = service.set_removal_time_to_historic_process_instances().absolute_removal_time(LATER).by_ids(ids)
    batch = builder.update_in_chunks().chunk_size(1).execute_async()
    assert (batch.total_jobs, batch.invocations_per_batch_job) == (3, 1)
    done(batch)
    # the instances run, and all that is known of them has the same time
    assert camunda.runtime_service.create_process_instance_query().process_instance_ids(ids).count() == 3
    assert removal_times(camunda, ids) == [LATER] * 3
    for kind in ("activity", "variable"):
        query = getattr(service, f"create_historic_{kind}_instance_query")().process_instance_id(ids[0])
        assert {each.removal_time for each in query.list()} == {LATER}
    builder = service.set_removal_time_to_historic_process_instances().cleared_removal_time().by_ids(ids)
    with pytest.raises(ParamsRejectedError, match="update_chunk_size"):
        builder.update_in_chunks().chunk_size(501).execute_async()


def test_of_decisions_with_the_processes_that_asked(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ctx = camunda.native._context
    (instance_id,) = start(1)
    definition_id = new_decision_definition(ctx, "dish", 10)
    root = new_decision(ctx, definition_id, instance_id=instance_id, root_instance_id=instance_id)
    required = new_decision(
        ctx, definition_id, instance_id=instance_id, root_instance_id=instance_id, root_decision_id=root
    )
    alone = new_decision(ctx, definition_id)
    service = camunda.history_service
    query = service.create_historic_decision_instance_query().decision_instance_id(alone)
    builder = service.set_removal_time_to_historic_decision_instances().absolute_removal_time(LATER)
    batch = done(builder.by_query(query).by_ids(required).hierarchical().execute_async())
    assert (batch.type, batch.native.succeeded) == ("decision-set-removal-time", 2)
    assert [removal_time_of_decision(ctx, each) for each in (root, required, alone)] == [LATER] * 3
    assert removal_times(camunda, [instance_id]) == [None]
    builder = service.set_removal_time_to_historic_decision_instances().absolute_removal_time(LATER)
    done(builder.by_ids(required).with_processes().execute_async())
    assert removal_times(camunda, [instance_id]) == [LATER]
    batch = done(service.delete_historic_decision_instances_async([root], query, "why"))
    assert (batch.type, batch.native.succeeded) == ("historic-decision-instance-deletion", 2)
    left = service.create_historic_decision_instance_query().decision_definition_id(definition_id).list()
    assert [each.id for each in left] == [required]
    service.delete_historic_decision_instance_by_instance_id(required)


def test_of_batches(camunda: ProcessEngine, start: Start, done: Done) -> None:
    made = [done(camunda.runtime_service.set_variables_async(start(1), {"a": 1})) for _ in range(2)]
    service = camunda.history_service
    query = service.create_historic_batch_query().batch_id(made[0].id)
    builder = service.set_removal_time_to_historic_batches().absolute_removal_time(LATER)
    batch = done(builder.by_query(query).by_ids(made[1].id).execute_async())
    assert (batch.type, batch.native.succeeded) == ("batch-set-removal-time", 2)
    found = [service.create_historic_batch_query().batch_id(each.id).single_result() for each in made]
    assert [each.removal_time for each in found if each] == [LATER, LATER]


def test_one_mode_is_to_be_said(camunda: ProcessEngine, start: Start) -> None:
    builder = camunda.history_service.set_removal_time_to_historic_process_instances().by_ids(start(1))
    with pytest.raises(InputError, match="removalTime is null"):
        builder.execute_async()
    with pytest.raises(InputError, match="mutually exclusive"):
        builder.cleared_removal_time().calculated_removal_time()


def test_transient_variables_in_a_batch(camunda: ProcessEngine, start: Start, done: Done) -> None:
    ids = start(2)
    secret = TypedValue(ValueType.STRING, "x", transient=True)
    batch = done(camunda.runtime_service.set_variables_async(ids, {"secret": secret, "kept": 1}))
    assert batch.native.succeeded == 2
    assert camunda.runtime_service.get_variables(ids[0]) == {"boards": 3, "kept": 1}


def test_messages_that_start_instances_in_a_batch(camunda: ProcessEngine, done: Done) -> None:
    definitions = camunda.repository_service.create_process_definition_query().process_definition_key("shop")
    builder = camunda.runtime_service.create_message_correlation_async("opened").set_variable("city", "Bremen")
    builder.process_definition_query(definitions).process_instance_business_key("b-1")
    batch = done(builder.correlate_start_message_async())
    assert (batch.type, batch.native.succeeded) == ("correlate-message", 1)
    started = camunda.runtime_service.create_process_instance_query().process_instance_business_key("b-1")
    assert [camunda.runtime_service.get_variables(each.id) for each in started.list()] == [{"city": "Bremen"}]
    (definition,) = definitions.list()
    builder = camunda.runtime_service.create_message_correlation_async("opened")
    assert builder.process_definition_ids(definition.id).correlate_start_message().succeeded == [definition.id]
    with pytest.raises(InputError, match="definitions were named"):
        builder.correlate_all_async()
