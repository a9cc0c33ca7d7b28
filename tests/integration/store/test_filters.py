"""Filters as conditions: what they match, the same on both databases, and what they refuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from tests.integration.commands.models import ASYNC_TASK, EXTERNAL, ONE_TASK
from tests.integration.commands.scene import cancel, rows, typed, written

from shoal import clock
from shoal.commands.context import Context
from shoal.commands.deploy import deploy
from shoal.commands.fail_external_tasks import WorkFailed, fail_external_task
from shoal.commands.fetch_external_tasks import Topic, fetch_and_lock_external_tasks
from shoal.commands.set_job_retries import RetryChange, set_job_retries
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.errors import FilterRejectedError
from shoal.filters import InstanceFilter, JobFilter
from shoal.store.queries.instance_filters import (
    InstanceRow,
    count_instances,
    list_deployments_of_instances,
    list_instances,
    select_instance_ids,
)
from shoal.store.queries.job_filters import JobRow, count_jobs, list_jobs
from shoal.store.tables.definitions import process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.jobs import job
from shoal.values import TypedValue, ValueType

UNKNOWN = "00000000-0000-7000-8000-000000000000"
LARGE = "x" * 100_000
FUTURE = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def named(ctx: Context) -> dict[str, str]:
    """Instances by what is special about them."""
    deploy(ctx, {"one.bpmn": ONE_TASK, "external.bpmn": EXTERNAL, "async.bpmn": ASYNC_TASK})
    deploy(ctx, {"tenant.bpmn": ONE_TASK}, tenant_id="t")
    found = {
        name: start_instances(ctx, key=key, business_key=name, variables=variables, tenant_id=tenant_id)[0]
        for name, key, tenant_id, variables in (
            ("plain", "one", None, {}),
            ("int", "one", None, typed(v=5)),
            ("double", "one", None, typed(v=5.5)),
            ("text", "one", None, typed(v="Fifty%_\\ five")),
            ("nul", "one", None, typed(v="a\0b")),
            ("yes", "one", None, typed(v=True)),
            ("date", "one", None, typed(v=datetime(2024, 1, 1, tzinfo=UTC))),
            ("null", "one", None, {"v": TypedValue(ValueType.NULL, None)}),
            ("large", "one", None, typed(v=LARGE)),
            ("suspended", "one", None, {}),
            ("cancelled", "one", None, {}),
            ("incident", "external", None, {}),
            ("async", "async", None, {}),
            ("failed", "async", None, {}),
            ("of tenant", "one", "t", {}),
        )
    }
    written(ctx, lambda tx: suspend_instances(tx, [found["suspended"]]))
    cancel(ctx, [found["cancelled"]])
    [locked] = fetch_and_lock_external_tasks(ctx, "w", [Topic("work", timedelta(minutes=1))], max_tasks=1)
    fail_external_task(ctx, WorkFailed(locked.task.id, "w", "out of Paper"))
    [job_id] = [each.id for each in rows(ctx, job, found["failed"])]
    written(ctx, lambda tx: set_job_retries(ctx, tx, [job_id], RetryChange(0), clock.now()))
    return found


def _matches(ctx: Context, named: dict[str, str], **wanted: Any) -> set[str]:
    names = {instance_id: name for name, instance_id in named.items()}
    found = InstanceFilter.model_validate(wanted)
    with ctx.database.read() as tx:
        ids = select_instance_ids(tx, found, limit=1000)
        assert count_instances(tx, found) == len(ids)
        assert [each.id for each in list_instances(tx, found)] == ids
    return {names[each] for each in ids}


def _variable(ctx: Context, named: dict[str, str], operator: str, value: Any) -> set[str]:
    return _matches(ctx, named, variables=[{"name": "v", "operator": operator, "value": value}])


def _named(value: Any) -> str:
    """The same name in every process: sets have no order."""
    return str(sorted(value) if isinstance(value, set) else value)[:60]


ALL_V = {"int", "double", "text", "nul", "yes", "date", "null", "large"}


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"ids": ("no id", UNKNOWN)}, set()),
        ({"ids": ()}, set()),
        ({"definition_id": "no id"}, set()),
        ({"business_key": "int"}, {"int"}),
        ({"business_key_in": ("int", "nobody")}, {"int"}),
        ({"business_key_like": "su%"}, {"suspended"}),
        ({"business_key_like": "SU%"}, set()),
        ({"business_key_like": "of\\_tenant"}, set()),
        ({"business_key_like": "of_tenant"}, {"of tenant"}),
        ({"state": "suspended"}, {"suspended"}),
        ({"state": "cancelled"}, {"cancelled"}),
        ({"state_in": ("suspended", "cancelled")}, {"suspended", "cancelled"}),
        ({"definition_key_not_in": ("one",)}, {"incident", "async", "failed"}),
        ({"definition_without_tenant": False}, {"of tenant"}),
        ({"deployment_id": "no id"}, set()),
        ({"incident_id": UNKNOWN}, set()),
        ({"incident_type": "failedExternalTask"}, {"incident"}),
        ({"incident_message": "out of Paper"}, {"incident"}),
        ({"incident_message": "out of"}, set()),
        ({"incident_message_like": "out%"}, {"incident"}),
        ({"incident_id_in": (UNKNOWN, "no id")}, set()),
        ({"incident_state": "open"}, {"incident", "failed"}),
        ({"incident_state": "ended"}, set()),
        ({"incident_state": "ended", "incident_type": "failedJob"}, set()),
        ({"incident_ever": True, "incident_type": "failedJob"}, {"failed"}),
        ({"incident_type": "failedJob", "incident_message": "out of Paper"}, set()),
        ({"with_root_incident": True}, {"incident", "failed"}),
        ({"with_root_incident": False}, set()),
        ({"with_retrying_job": True}, set()),
        ({"definition_name": "nobody"}, set()),
        ({"definition_name_like": "nobody%"}, set()),
        ({"started_by": "nobody"}, set()),
        ({"ids_not_in": ("no id",), "definition_key": "async"}, {"async", "failed"}),
        ({"open_activity_id_in": ("later",)}, set()),
        ({"open_activity_id_in": ("work",)}, {"incident"}),
        ({"executed_activity_id_in": ("start",), "definition_key": "external"}, {"incident"}),
        ({"executed_activity_id_in": ("work",)}, set()),
        ({"executed_activity_after": FUTURE}, set()),
        ({"executed_activity_before": FUTURE, "running": False}, {"cancelled"}),
        ({"executed_activity_before": datetime(2000, 1, 1, tzinfo=UTC)}, set()),
        ({"executed_job_after": datetime(2000, 1, 1, tzinfo=UTC)}, {"async", "failed"}),
        ({"executed_job_after": FUTURE}, set()),
        ({"executed_job_before": FUTURE}, {"async", "failed"}),
        ({"variables": [{"name": "v", "value": 5, "anywhere": True}]}, {"int"}),
        (
            {"any_of": [{"incident_type": "failedJob", "incident_message": "out of Paper"}]},
            {"incident", "failed"},
        ),
        ({"sub_instance_id": UNKNOWN}, set()),
        ({"leaf_only": False}, set()),
        ({"leaf_only": True, "business_key": "int"}, {"int"}),
        ({"variables": [{"name": "V", "value": 5}]}, set()),
        ({"variables": [{"name": "V", "value": 5, "ignore_name_case": True}]}, {"int"}),
        ({"variables": [{"name": "v", "value": "FIFTY%_\\ FIVE"}]}, set()),
        ({"variables": [{"name": "v", "value": "FIFTY%_\\ FIVE", "ignore_value_case": True}]}, {"text"}),
        (
            {"variables": [{"name": "v", "operator": "like", "value": "FIFTY%", "ignore_value_case": True}]},
            {"text"},
        ),
        ({"any_of": [{"business_key": "int", "state": "suspended"}]}, {"int", "suspended"}),
        ({"running": False, "any_of": [{"business_key": "int", "state": "cancelled"}]}, {"cancelled"}),
        (
            {"any_of": [{"business_key": "int", "state": "suspended"}, {"business_key_in": ("int", "text")}]},
            {"int"},
        ),
        ({"any_of": [{}], "business_key": "int"}, {"int"}),
        (
            {"any_of": [{"definition_key": "async", "definition_version": 7}], "with_failed_job": True},
            {"failed"},
        ),
        ({"state_in": ()}, set()),
        ({"running": False}, {"cancelled"}),
        ({"definition_key": "async"}, {"async", "failed"}),
        ({"definition_key_in": ("async", "external")}, {"async", "failed", "incident"}),
        ({"definition_key": "async", "definition_version": 2}, set()),
        ({"definition_version": 2**70}, set()),
        ({"activity_id_in": ("work",)}, {"incident"}),
        ({"activity_id_in": ("later",)}, {"async", "failed"}),
        ({"with_incident": True}, {"incident", "failed"}),
        ({"incident_message_like": "%Paper"}, {"incident"}),
        ({"incident_message_like": "%paper"}, set()),
        ({"with_failed_job": True}, {"failed"}),
        ({"tenant_id_in": ("t",)}, {"of tenant"}),
        ({"without_tenant": False}, {"of tenant"}),
        ({"root_only": False}, set()),
        ({"super_instance_id": UNKNOWN}, set()),
        ({"started_before": datetime(2000, 1, 1, tzinfo=UTC)}, set()),
        ({"ended_after": datetime(2000, 1, 1, tzinfo=UTC)}, {"cancelled"}),
    ],
    ids=_named,
)
def test_instances(ctx: Context, named: dict[str, str], wanted: dict[str, Any], expected: set[str]) -> None:
    assert _matches(ctx, named, **wanted) == expected


def test_instances_by_id_in_any_writing(ctx: Context, named: dict[str, str]) -> None:
    assert _matches(ctx, named, ids=(named["int"].upper(), named["int"])) == {"int"}
    assert _matches(ctx, named, root_instance_id=named["int"]) == {"int"}
    assert _matches(ctx, named) == set(named)


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        ("eq", 5, {"int"}),
        ("eq", 5.0, {"int"}),
        ("eq", 5.5, {"double"}),
        ("neq", 5, {"double"}),
        ("gt", 5, {"double"}),
        ("gteq", 5, {"int", "double"}),
        ("gt", 4.9, {"int", "double"}),
        ("lt", 5.1, {"int"}),
        ("lteq", 2**80, {"double"}),
        ("eq", True, {"yes"}),
        ("eq", "Fifty%_\\ five", {"text"}),
        ("like", "Fifty\\%\\_\\\\ %", {"text"}),
        ("like", "fifty%", set()),
        ("notLike", "x%", {"text"}),
        ("eq", "a\0b", {"nul"}),
        ("eq", None, {"null"}),
        ("neq", None, ALL_V - {"null"}),
        ("eq", datetime(2024, 1, 1, 1, tzinfo=UTC) - timedelta(hours=1), {"date"}),
        ("lt", datetime(2024, 1, 1, tzinfo=UTC), set()),
        ("eq", LARGE, set()),
    ],
    ids=_named,
)
def test_variables(ctx: Context, named: dict[str, str], operator: str, value: Any, expected: set[str]) -> None:
    assert _variable(ctx, named, operator, value) == expected


@pytest.mark.parametrize(
    "wanted",
    [
        {"business_key": "nul\0"},
        {"business_key_in": ("half\ud800",)},
        {"business_key_like": "ends with \\"},
        {"activity_id_in": ("nul\0",)},
        {"variables": [{"name": "v", "operator": "gt", "value": True}]},
        {"variables": [{"name": "v", "operator": "like", "value": 5}]},
        {"variables": [{"name": "v", "operator": "gt", "value": None}]},
        {"variables": [{"name": "v", "value": [1]}]},
        {"variables": [{"name": "v", "value": float("nan")}]},
        {"variables": [{"name": "nul\0", "value": 1}]},
    ],
    ids=repr,
)
def test_what_no_row_can_have_is_refused(ctx: Context, named: dict[str, str], wanted: dict[str, Any]) -> None:
    with pytest.raises(FilterRejectedError):
        _matches(ctx, named, **wanted)


def test_pages_by_key_and_deployment(ctx: Context, named: dict[str, str]) -> None:
    everything = InstanceFilter.model_validate({})
    with ctx.database.read() as tx:
        ids = select_instance_ids(tx, everything, limit=1000)
        assert select_instance_ids(tx, everything, after_id=ids[2], limit=3) == ids[3:6]
        assert select_instance_ids(tx, everything, after_id=ids[2], limit=9, up_to_id=ids[4]) == ids[3:5]
        assert count_instances(tx, everything, up_to_id=ids[4]) == 5
        deployments = list_deployments_of_instances(tx, everything)
        assert len(deployments) == 2
        parts = [select_instance_ids(tx, everything, limit=1000, deployment_id=each) for each in deployments]
        assert sorted([*parts[0], *parts[1]]) == ids
        assert parts[1] == [named["of tenant"]]
        assert (
            list_deployments_of_instances(tx, InstanceFilter.model_validate({"definition_key": "async"}))
            == deployments[:1]
        )


@pytest.mark.parametrize("field", InstanceRow._fields)
def test_lists_are_sorted_by_every_field(ctx: Context, named: dict[str, str], field: str) -> None:
    everything = InstanceFilter.model_validate({})
    with ctx.database.read() as tx:
        up = list_instances(tx, everything, sort=field)
        down = list_instances(tx, everything, sort=field, descending=True)
        assert {each.id for each in up} == {each.id for each in down} == set(named.values())
        assert list_instances(tx, everything, sort=field, offset=3, limit=2) == up[3:5]
        with pytest.raises(FilterRejectedError):
            list_instances(tx, everything, sort="nonsense")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, 2),
        ({"ids": ("no id",)}, 0),
        ({"definition_key": "async"}, 2),
        ({"definition_key": "one"}, 0),
        ({"activity_id": "later"}, 2),
        ({"kind": "async-before"}, 2),
        ({"kind": "timer"}, 0),
        ({"kind_in": ("timer", "async-before")}, 2),
        ({"batch_id": UNKNOWN}, 0),
        ({"with_due_date": False, "without_tenant": True}, 2),
        ({"retries_left": False}, 1),
        ({"retries_left": True}, 1),
        ({"with_exception": True}, 0),
        ({"error_message_like": "%x%"}, 0),
        ({"due_before": datetime(2100, 1, 1, tzinfo=UTC)}, 0),
        ({"instance_id": UNKNOWN}, 0),
        ({"instance_id_in": (UNKNOWN, "no id")}, 0),
    ],
    ids=_named,
)
def test_jobs(ctx: Context, named: dict[str, str], wanted: dict[str, Any], expected: int) -> None:
    found = JobFilter.model_validate(wanted)
    with ctx.database.read() as tx:
        assert count_jobs(tx, found) == expected
        ids = {each.id for each in list_jobs(tx, found)}
        assert len(ids) == expected
        for field in JobRow._fields:
            assert {each.id for each in list_jobs(tx, found, sort=field)} == ids


def test_what_is_deleted_is_invisible(ctx: Context, named: dict[str, str]) -> None:
    with ctx.database.write() as tx:
        tx.execute(
            update(process_instance).where(process_instance.c.id == named["int"]).values(deleted_at=clock.now())
        )
        tx.execute(
            update(process_definition).where(process_definition.c.key == "async").values(deleted_at=clock.now())
        )
    try:
        assert _matches(ctx, named) == set(named) - {"int", "async", "failed"}
        with ctx.database.read() as tx:
            assert count_jobs(tx, JobFilter.model_validate({})) == 0
        outcome = written(ctx, lambda tx: suspend_instances(tx, [named["int"], named["async"]]))
        assert {each.code for each in outcome.skipped.values()} == {"not-found"}
    finally:
        with ctx.database.write() as tx:
            tx.execute(update(process_instance).values(deleted_at=None))
            tx.execute(update(process_definition).values(deleted_at=None))
