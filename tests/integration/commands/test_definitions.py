"""Definitions after their deployment: suspended, listed, deleted."""

from __future__ import annotations

import pytest
from tests.integration.commands.models import (
    END,
    LISTENING,
    MESSAGE_START,
    ONE_TASK,
    SERVICE,
    START,
    TASK,
    chain,
    model,
)
from tests.integration.commands.scene import count, header, open_tasks, rows, typed
from tests.integrity import check_every_row

from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.correlate_messages import Message, correlate_message
from shoal.commands.delete_definitions import Removal, delete_definition, delete_deployment
from shoal.commands.deploy import deploy
from shoal.commands.set_history_time_to_live import set_history_time_to_live
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_definitions import resume_definitions, suspend_definitions
from shoal.errors import (
    ConflictError,
    ExecutionError,
    FilterRejectedError,
    InputError,
    NotFoundError,
    RevisionConflictError,
    SuspendedError,
)
from shoal.filters.definitions import DefinitionFilter
from shoal.store.queries.definition_filters import DefinitionRow, count_definitions, list_definition_rows
from shoal.store.tables.definitions import deployment, deployment_resource, process_definition
from shoal.store.tables.instances import process_instance
from shoal.store.tables.variables import variable
from shoal.store.tables.waits import event_subscription

UNKNOWN = "00000000-0000-7000-8000-000000000000"


def _keyed(key: str, content: bytes, was: str) -> bytes:
    return content.replace(f'process id="{was}"'.encode(), f'process id="{key}"'.encode())


def _find(ctx: Context, **conditions: object) -> list[DefinitionRow]:
    with ctx.database.read() as tx:
        return list_definition_rows(tx, DefinitionFilter.model_validate(conditions))


def test_a_suspended_definition_starts_nothing(ctx: Context) -> None:
    made = deploy(ctx, {"s.bpmn": _keyed("suspended", ONE_TASK, "one")}).definitions[0]
    running, ended = start_instances(ctx, key="suspended", count=2)
    complete_user_task(ctx, open_tasks(ctx, ended)[0])
    assert suspend_definitions(ctx, definition_id=made.id) == 0
    assert suspend_definitions(ctx, definition_id=made.id) == 0
    with pytest.raises(SuspendedError):
        start_instances(ctx, key="suspended")
    assert not header(ctx, running).suspended
    assert suspend_definitions(ctx, key="suspended", include_instances=True) == 1
    assert header(ctx, running).suspended
    assert _find(ctx, key="suspended", suspended=True)
    assert resume_definitions(ctx, key="suspended", include_instances=True) == 1
    assert not header(ctx, running).suspended
    start_instances(ctx, key="suspended")
    for wrong in ({"key": "unknown"}, {"definition_id": "no id"}, {"definition_id": UNKNOWN}):
        with pytest.raises(NotFoundError):
            suspend_definitions(ctx, **wrong)
    with pytest.raises(InputError):
        suspend_definitions(ctx)


def test_thousands_of_instances_are_suspended_with_their_definition(ctx: Context) -> None:
    deploy(ctx, {"m.bpmn": _keyed("many", ONE_TASK, "one")})
    ids = start_instances(ctx, key="many", count=1100)
    assert suspend_definitions(ctx, key="many", include_instances=True) == 1100
    assert all(each.suspended for each in rows(ctx, process_instance, *ids))
    assert resume_definitions(ctx, key="many", include_instances=True) == 1100


def test_versions_tags_and_tenants(ctx: Context) -> None:
    body = '<bpmn:startEvent id="start"/>'
    for tag, startable in (("a", "true"), ("b", "false")):
        attributes = f'camunda:versionTag="{tag}" camunda:isStartableInTasklist="{startable}"'
        deploy(ctx, {"v.bpmn": model("tagged", body, attributes=attributes)})
    deploy(ctx, {"v.bpmn": model("tagged", body)}, tenant_id="acme")
    assert [each.version for each in _find(ctx, key="tagged", without_tenant=True)] == [1, 2]
    assert [each.version_tag for each in _find(ctx, key="tagged", startable=True, without_tenant=True)] == ["a"]
    assert [each.version for each in _find(ctx, version_tag="b")] == [2]
    assert [each.version for each in _find(ctx, version_tag_like="a%")] == [1]
    newest = _find(ctx, key_in=("tagged",), latest_only=True)
    assert {(each.version, each.tenant_id) for each in newest} == {(2, None), (1, "acme")}
    assert [each.version for each in _find(ctx, key="tagged", tenant_id_in=("acme",))] == [1]
    both = _find(ctx, key="tagged", tenant_id_in=("acme",), include_without_tenant=True)
    assert len(both) == 3
    assert _find(ctx, deployment_id=newest[0].deployment_id, resource_name="v.bpmn", name_like="%") == []
    with ctx.database.read() as tx:
        assert count_definitions(tx, DefinitionFilter(key_like="tagg%", without_version_tag=True)) == 1
        with pytest.raises(FilterRejectedError):
            list_definition_rows(tx, DefinitionFilter(), sort="colour")
    [of_acme] = start_instances(ctx, key="tagged", tenant_id="acme")
    assert header(ctx, of_acme).tenant_id == "acme"
    [of_none] = start_instances(ctx, key="tagged")
    assert header(ctx, of_none).tenant_id is None
    with pytest.raises(NotFoundError, match="'other'"):
        start_instances(ctx, key="tagged", tenant_id="other")
    suspend_definitions(ctx, key="tagged", tenant_id="acme")
    assert [each.tenant_id for each in _find(ctx, key="tagged", suspended=True)] == ["acme"]
    suspend_definitions(ctx, key="tagged", without_tenant=True)
    assert len(_find(ctx, key="tagged", suspended=True)) == 3


def test_the_time_to_live_of_history(ctx: Context) -> None:
    made = deploy(ctx, {"t.bpmn": _keyed("ttl", ONE_TASK, "one")}).definitions[0]
    assert _find(ctx, key="ttl")[0].history_ttl_days == 30
    set_history_time_to_live(ctx, made.id, 5)
    assert _find(ctx, key="ttl")[0].history_ttl_days == 5
    set_history_time_to_live(ctx, made.id, None)
    assert _find(ctx, key="ttl")[0].history_ttl_days is None
    with pytest.raises(InputError):
        set_history_time_to_live(ctx, made.id, -1)
    with pytest.raises(NotFoundError):
        set_history_time_to_live(ctx, UNKNOWN, 1)


def test_a_deployment_with_instances_goes_only_with_them(ctx: Context) -> None:
    made = deploy(ctx, {"d.bpmn": _keyed("doomed", ONE_TASK, "one")})
    ids = start_instances(ctx, key="doomed", count=600, variables=typed(large="x" * 100_000, n=1))
    complete_user_task(ctx, open_tasks(ctx, ids[0])[0])
    with pytest.raises(ConflictError, match="599 running and 1 ended") as refused:
        delete_deployment(ctx, made.id)
    assert refused.value.details == {"running": 599, "ended": 1}
    assert not _find(ctx, key="doomed")[0].suspended
    delete_deployment(ctx, made.id, Removal(cascade=True))
    assert not rows(ctx, process_instance, *ids)
    assert not rows(ctx, variable, *ids)
    for table, column in ((deployment, "id"), (deployment_resource, "deployment_id")):
        assert not rows(ctx, table, **{column: made.id})
    assert not rows(ctx, process_definition, key="doomed")
    with pytest.raises(NotFoundError):
        delete_deployment(ctx, made.id)
    with pytest.raises(NotFoundError):
        start_instances(ctx, key="doomed")
    check_every_row(ctx.database, ctx.blobs)


def test_the_version_before_is_started_again(ctx: Context) -> None:
    content = MESSAGE_START.replace(b'name="ordered"', b'name="again"')
    content = _keyed("again", content, "message-start")
    first = deploy(ctx, {"f.bpmn": content}).definitions[0]
    middle = deploy(ctx, {"f.bpmn": content}).definitions[0]
    last = deploy(ctx, {"f.bpmn": content})
    assert correlate_message(ctx, Message("again")).definition_id == last.definitions[0].id
    delete_definition(ctx, middle.id)
    assert correlate_message(ctx, Message("again")).definition_id == last.definitions[0].id
    delete_deployment(ctx, last.id, Removal(cascade=True))
    assert correlate_message(ctx, Message("again")).definition_id == first.id
    delete_definition(ctx, first.id, Removal(cascade=True))
    with pytest.raises(ConflictError):
        correlate_message(ctx, Message("again"))
    assert not rows(ctx, event_subscription, name="again")
    assert count(ctx, deployment) > 0
    with pytest.raises(NotFoundError):
        delete_definition(ctx, first.id)


def test_a_listener_that_fails_stops_the_deletion(ctx: Context) -> None:
    def code(execution: object) -> None:
        raise ValueError("not now")

    ctx.host.register("code", code)
    made = deploy(ctx, {"l.bpmn": LISTENING})
    [instance_id] = start_instances(ctx, key="listening")
    with pytest.raises(ExecutionError, match="not now"):
        delete_deployment(ctx, made.id, Removal(cascade=True))
    assert header(ctx, instance_id).state == "active"
    delete_deployment(ctx, made.id, Removal(cascade=True, skip_custom_listeners=True))
    assert not rows(ctx, process_instance, instance_id)


def test_what_was_deleted_while_it_started_leaves_nothing(ctx: Context) -> None:
    made = deploy(ctx, {"r.bpmn": chain("racing", START, SERVICE, TASK, END)})
    ctx.host.register("code", lambda _execution: delete_deployment(ctx, made.id))
    with pytest.raises(RevisionConflictError, match="deleted while"):
        start_instances(ctx, key="racing", variables=typed(large="x" * 100_000))
    with pytest.raises(NotFoundError):
        start_instances(ctx, key="racing")
    check_every_row(ctx.database, ctx.blobs)


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database, ctx.blobs)
