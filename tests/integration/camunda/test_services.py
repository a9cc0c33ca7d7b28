"""The services besides what is done to many: one thing at a time, and in the hands of a user."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shoal.camunda import ProcessEngine
from shoal.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from shoal.ids import new_id

Start = Callable[[int], list[str]]


def test_instances_begin_where_one_says(camunda: ProcessEngine) -> None:
    runtime = camunda.runtime_service
    builder = runtime.create_process_instance_by_key("shelf").business_key("mid").set_variable("a", 1)
    instance = builder.start_before_activity("count").set_variable_local("b", 2).execute()
    assert instance.business_key == "mid"
    (task,) = camunda.native.tasks.find(instance_id=instance.id)
    assert camunda.task_service.get_variables_local(task.id) == {"b": 2}
    assert runtime.get_variables(instance.id) == {"a": 1}
    definition = instance.process_definition_id
    assert runtime.start_process_instance_by_id(definition, {"x": 1}).business_key is None
    with pytest.raises(NotFoundError):
        runtime.start_process_instance_by_key("nothing")


def test_one_instance_is_modified(camunda: ProcessEngine, start: Start) -> None:
    (instance_id,) = start(1)
    builder = camunda.runtime_service.create_process_instance_modification(instance_id)
    builder.cancel_all_for_activity("await").start_before_activity("count").set_variable_local("shelf", 7)
    builder.execute()
    (task,) = camunda.native.tasks.find(instance_id=instance_id)
    assert camunda.task_service.get_variable(task.id, "shelf") == 7
    with pytest.raises(InputError, match="an instruction that starts has to come before"):
        camunda.runtime_service.create_process_instance_modification(instance_id).set_variable("a", 1)


def test_messages_are_correlated_with_one(camunda: ProcessEngine, start: Start) -> None:
    one, two = start(2)
    runtime = camunda.runtime_service
    runtime.create_message_correlation("filled").process_instance_id(one).set_variable("by", "kim").correlate()
    assert runtime.get_variable(one, "by") == "kim"
    with pytest.raises(ConflictError):
        runtime.create_message_correlation("filled").process_instance_id(one).correlate()
    runtime.set_variable(two, "code", 17)
    runtime.correlate_message("filled", {"code": 17}, {"by": "lee"})
    assert runtime.get_variable(two, "by") == "lee"
    started = (
        runtime.create_message_correlation("opened").process_instance_business_key("s").correlate_start_message()
    )
    assert started.business_key == "s"


def test_variables(camunda: ProcessEngine, start: Start) -> None:
    (instance_id,) = start(1)
    runtime = camunda.runtime_service
    runtime.set_variables(instance_id, {"a": 1, "b": "two"})
    assert runtime.get_variables(instance_id, ["a", "b", "c"]) == {"a": 1, "b": "two"}
    typed = runtime.get_variable_typed(instance_id, "a")
    assert typed is not None
    assert typed.type == "Integer"
    runtime.remove_variables(instance_id, ["a", "boards"])
    assert runtime.get_variables_local(instance_id) == {"b": "two"}
    assert runtime.get_variable(instance_id, "a") is None


def test_external_tasks(camunda: ProcessEngine, start: Start) -> None:
    (instance_id,) = start(1)
    service = camunda.external_task_service
    query = service.create_external_task_query().process_instance_id(instance_id)
    (task,) = query.list()
    service.set_priority(task.id, 1_000)
    (locked,) = service.fetch_and_lock(1, "w", True).topic("labels", 60_000, "boards").execute()
    assert (locked.task.id, list(locked.variables)) == (task.id, ["boards"])
    service.handle_failure(task.id, "w", "no ink", "none at all", 2, 5_000)
    (row,) = query.list()
    assert (row.retries, row.error_message) == (2, "no ink")
    assert service.get_external_task_error_details(task.id) == "none at all"
    service.unlock(task.id)
    service.lock(task.id, "w", 60_000)
    service.complete(task.id, "w", {"printed": True})
    assert query.count() == 0
    assert camunda.runtime_service.get_variable(instance_id, "printed") is True


def test_user_tasks(camunda: ProcessEngine) -> None:
    service = camunda.task_service
    instance = camunda.runtime_service.start_process_instance_by_message("opened")
    query = service.create_task_query().process_instance_id(instance.id)
    (found,) = query.task_unassigned().list()
    service.claim(found.id, "ada")
    assert query.count() == 0
    assert service.create_task_query().task_assignee("ada").order_by_task_priority().desc().list_ids() == [found.id]
    with pytest.raises(ConflictError):
        service.claim(found.id, "bob")
    service.add_candidate_group(found.id, "sales")
    service.set_priority(found.id, 80)
    task = service.get_task(found.id)
    assert (task.assignee, task.priority, task.task_definition_key) == ("ada", 80, "sell")
    assert {each.kind for each in service.get_identity_links_for_task(found.id)} == {"assignee", "candidate"}
    service.create_comment(found.id, None, "soon")
    assert [each.message for each in service.get_task_comments(found.id)] == ["soon"]
    service.complete(found.id, {"sold": 3})
    history = camunda.history_service.create_historic_process_instance_query()
    (ended,) = history.process_instance_id(instance.id).finished().list()
    assert ended.state == "COMPLETED"


def test_definitions_are_suspended_and_deleted(camunda: ProcessEngine) -> None:
    repository = camunda.repository_service
    file = (
        repository.get_process_model(
            camunda.runtime_service.start_process_instance_by_message("opened").process_definition_id
        )
        .replace(b'id="shop"', b'id="stall"')
        .replace(b'name="opened"', b'name="put up"')
    )
    deployment = repository.create_deployment().name("stall").add_bytes("stall.bpmn", file).deploy()
    (definition,) = deployment.definitions
    repository.suspend_process_definition_by_key("stall", True)
    assert repository.get_process_definition(definition.id).suspended
    repository.activate_process_definition_by_id(definition.id)
    repository.update_process_definition_history_time_to_live(definition.id, 4)
    assert repository.get_process_definition(definition.id).history_time_to_live == 4
    camunda.runtime_service.start_process_instance_by_message("put up")
    with pytest.raises(ConflictError):
        repository.delete_deployment(deployment.id)
    repository.delete_deployment(deployment.id, True)
    assert repository.create_deployment_query().deployment_id(deployment.id).count() == 0


def test_in_the_hands_of_a_user(camunda: ProcessEngine, start: Start) -> None:
    (instance_id,) = start(1)
    identity = camunda.identity_service
    user = identity.new_user("kim")
    user.first_name, user.password = "Kim", "a long password"
    identity.save_user(user)
    group = identity.new_group("shelvers")
    identity.save_group(group)
    identity.create_membership("kim", "shelvers")
    assert [each.first_name for each in identity.create_user_query().member_of_group("shelvers").list()] == ["Kim"]
    assert [each.id for each in identity.create_group_query().group_member("kim").list()] == ["shelvers"]
    assert identity.check_password("kim", "a long password")
    rules = camunda.authorization_service
    rule = rules.create_new_authorization(1)
    rule.user_id, rule.resource, rule.resource_id = "kim", 13, "*"
    rule.add_permission("CREATE_BATCH_SET_VARIABLES")
    saved = rules.save_authorization(rule)
    assert rules.is_user_authorized("kim", "CREATE_BATCH_SET_VARIABLES", 13)
    acting = ProcessEngine(camunda.native.acting_as(camunda.native.users.principal("kim")))
    batch = acting.runtime_service.set_variables_async([instance_id], {"a": 1})
    assert batch.create_user_id == "kim"
    with pytest.raises(ForbiddenError):
        acting.runtime_service.delete_process_instances_async([instance_id], None, "why")
    with pytest.raises(ForbiddenError):
        acting.runtime_service.update_process_instance_suspension_state().by_process_instance_ids(
            instance_id
        ).suspend()
    camunda.native.users.give_role("viewer", user_id="kim")
    viewing = ProcessEngine(camunda.native.acting_as(camunda.native.users.principal("kim")))
    assert viewing.runtime_service.create_process_instance_query().process_instance_id(instance_id).count() == 1
    with pytest.raises(ForbiddenError):
        viewing.runtime_service.signal(instance_id)
    rule.permissions = ["CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND"]
    suspending = rules.save_authorization(rule)
    acting = ProcessEngine(camunda.native.acting_as(camunda.native.users.principal("kim")))
    builder = acting.runtime_service.update_process_instance_suspension_state().by_process_instance_ids(instance_id)
    assert builder.suspend().succeeded == [instance_id]
    log = camunda.history_service.create_user_operation_log_query().user_id("kim")
    assert {(each.operation_type, each.property, each.new_value) for each in log.list()} >= {
        ("SetVariables", "async", "true"),
        ("Suspend", "async", "false"),
    }
    rules.delete_authorization(saved.id)
    rules.delete_authorization(suspending.id)
    identity.delete_user("kim")
    with pytest.raises(NotFoundError):
        camunda.management_service.delete_batch(new_id(), True)
