"""User tasks in Java's way: made, changed and saved, discussed, and found when they have ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shoal.camunda import ProcessEngine
from shoal.errors import ConflictError, InputError, NotFoundError

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def test_tasks_are_made_and_saved(camunda: ProcessEngine) -> None:
    service = camunda.task_service
    task = service.new_task()
    task.name, task.assignee, task.due_date = "Sweep", "ada", NOON
    assert service.create_task_query().task_id(task.id).count() == 0
    service.save_task(task)
    found = service.create_task_query().task_id(task.id).single_result()
    assert found is not None
    assert (found.name, found.assignee, found.due_date, found.priority) == ("Sweep", "ada", NOON, 50)
    found.priority, found.follow_up_date, found.delegation_state = 70, NOON - timedelta(days=1), "PENDING"
    assert found.priority == 70
    service.save_task(found)
    service.save_task(found)
    again = service.get_task(task.id)
    assert (again.priority, again.follow_up_date, again.delegation_state, again.name) == (
        70,
        NOON - timedelta(days=1),
        "PENDING",
        "Sweep",
    )
    task.description = "all of it"
    service.save_task(task)
    assert service.get_task(task.id).description == "all of it"
    assert service.get_task(task.id).priority == 70


def test_sub_tasks(camunda: ProcessEngine) -> None:
    service = camunda.task_service
    parent, child = service.new_task(), service.new_task()
    child.parent_task_id = parent.id
    with pytest.raises(NotFoundError):
        service.save_task(child)
    service.save_task(parent)
    service.save_task(child)
    assert [each.id for each in service.get_sub_tasks(parent.id)] == [child.id]
    assert service.get_sub_tasks(parent.id)[0].parent_task_id == parent.id
    with pytest.raises(AttributeError, match="'parent_task_id' of a task cannot be set; these can: name, "):
        child.parent_task_id = None
    service.complete(parent.id)
    assert service.get_sub_tasks(parent.id) == []


@pytest.mark.parametrize(("name", "value"), [("priority", "high"), ("due_date", NOON.replace(tzinfo=None))])
def test_what_a_task_cannot_have(camunda: ProcessEngine, name: str, value: Any) -> None:
    service = camunda.task_service
    task = service.new_task()
    setattr(task, name, value)
    with pytest.raises(InputError):
        service.save_task(task)
    assert service.create_task_query().task_id(task.id).count() == 0
    with pytest.raises(InputError, match="'sweep' is not an id"):
        service.save_task(service.new_task("sweep"))


def test_properties_one_by_one(camunda: ProcessEngine) -> None:
    service = camunda.task_service
    task = service.new_task()
    service.save_task(task)
    service.set_name(task.id, "Dust")
    service.set_description(task.id, "shelves")
    service.set_owner(task.id, "ada")
    service.set_due_date(task.id, NOON)
    service.set_follow_up_date(task.id, NOON)
    found = service.get_task(task.id)
    assert (found.name, found.description, found.owner) == ("Dust", "shelves", "ada")
    assert (found.due_date, found.follow_up_date) == (NOON, NOON)
    service.set_due_date(task.id, None)
    assert service.get_task(task.id).due_date is None


def test_tasks_are_deleted(camunda: ProcessEngine) -> None:
    service, history = camunda.task_service, camunda.history_service
    ended, removed, forgotten = (service.new_task() for _ in range(3))
    for each in (ended, removed, forgotten):
        service.save_task(each)
    service.delete_task(ended.id, "not needed")
    service.delete_tasks([removed.id], True)
    history.delete_historic_task_instance(forgotten.id)
    query = history.create_historic_task_instance_query()
    (row,) = query.task_delete_reason("not needed").list()
    assert (row.id, row.delete_reason) == (ended.id, "not needed")
    for gone in (removed, forgotten):
        assert history.create_historic_task_instance_query().task_id(gone.id).count() == 0
    instance = camunda.runtime_service.start_process_instance_by_message("opened")
    (task,) = service.create_task_query().process_instance_id(instance.id).list()
    with pytest.raises(ConflictError):
        service.delete_task(task.id)


def test_variables_of_tasks(camunda: ProcessEngine) -> None:
    service = camunda.task_service
    instance = camunda.runtime_service.start_process_instance_by_message("opened", {"a": 1})
    (task,) = service.create_task_query().process_instance_id(instance.id).list()
    service.set_variables_local(task.id, {"b": 2, "c": 3})
    assert (service.get_variable_local(task.id, "a"), service.get_variable_local(task.id, "b")) == (None, 2)
    typed = service.get_variable_typed(task.id, "a")
    assert typed is not None
    assert (typed.type, typed.value) == ("Integer", 1)
    service.remove_variable_local(task.id, "b")
    service.remove_variables(task.id, ["a"])
    assert service.get_variables(task.id) == {"c": 3}


def test_comments_and_attachments(camunda: ProcessEngine) -> None:
    service = camunda.task_service
    instance = camunda.runtime_service.start_process_instance_by_message("opened")
    (task,) = service.create_task_query().process_instance_id(instance.id).list()
    comment = service.create_comment(task.id, None, "soon")
    service.update_task_comment(task.id, comment.id, "later")
    found = service.get_task_comment(task.id, comment.id)
    assert found is not None
    assert found.message == "later"
    of_all = service.create_comment(None, instance.id, "all of it")
    with pytest.raises(NotFoundError):
        service.delete_task_comment(task.id, of_all.id)
    service.update_process_instance_comment(instance.id, of_all.id, "none of it")
    assert {each.message for each in service.get_process_instance_comments(instance.id)} == {"later", "none of it"}
    service.delete_task_comment(task.id, comment.id)
    assert service.get_task_comments(task.id) == []
    service.delete_process_instance_comments(instance.id)
    assert service.get_process_instance_comments(instance.id) == []
    file = service.create_attachment("text/plain", task.id, None, "list.txt", "what to buy", b"nails")
    service.create_attachment(None, None, instance.id, "shop", None, "https://example.org/shop")
    assert [each.name for each in service.get_task_attachments(task.id)] == ["list.txt"]
    assert {each.url for each in service.get_process_instance_attachments(instance.id)} == {
        None,
        "https://example.org/shop",
    }
    assert service.get_attachment_content(file.id) == b"nails"
    service.delete_task_attachment(task.id, file.id)
    assert service.get_task_attachment(task.id, file.id) is None
    with pytest.raises(NotFoundError):
        service.delete_task_attachment(task.id, file.id)


def test_ended_tasks_are_found(camunda: ProcessEngine) -> None:
    service, history = camunda.task_service, camunda.history_service
    one, other = (camunda.runtime_service.start_process_instance_by_message("opened", f"e-{n}") for n in range(2))
    (task,) = service.create_task_query().process_instance_id(one.id).list()
    service.set_priority(task.id, 90)
    service.complete(task.id)
    query = history.create_historic_task_instance_query().process_instance_business_key_in("e-0", "e-1")
    query.order_by_task_priority().desc().order_by_historic_activity_instance_start_time().asc()
    assert [each.process_instance_id for each in query.list()] == [one.id, other.id]
    (row,) = query.finished().list()
    assert (row.id, row.task_definition_key, row.process_definition_key) == (task.id, "sell", "shop")
    assert row.duration_in_millis >= 0
    assert row.end_time >= row.start_time
    assert (row.delete_reason, row.root_process_instance_id) == ("completed", one.id)
    (still,) = history.create_historic_task_instance_query().process_instance_id(other.id).unfinished().list()
    assert (still.duration_in_millis, still.end_time, still.activity_instance_id) == (
        None,
        None,
        still.execution_id,
    )
    early = history.create_historic_task_instance_query().process_instance_id(other.id)
    assert early.task_due_before(NOON).count() == 0
