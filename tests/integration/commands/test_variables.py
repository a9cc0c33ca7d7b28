"""Single variables of instances and scopes: exact values, scopes, conditions, finding them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from tests.integration.commands.models import ASYNC_TASK, CATCH, END, MESSAGE, ONE_TASK, START, TASK, chain
from tests.integration.commands.scene import header, open_tasks, rows, run_jobs, typed, written
from tests.integrity import check_every_row

from shoal.commands.change_variables import change_variables
from shoal.commands.complete_user_tasks import complete_user_task
from shoal.commands.context import Context
from shoal.commands.correlate_messages import Message, correlate_message
from shoal.commands.deploy import deploy
from shoal.commands.read_variables import read_variable, read_variables
from shoal.commands.start_instances import start_instances
from shoal.commands.suspend_instances import suspend_instances
from shoal.engine.variables import typed as from_json
from shoal.errors import ConflictError, FilterRejectedError, NotFoundError, VariableTypeError
from shoal.filters.variables import VariableFilter
from shoal.store.queries.variable_filters import VariableInstance, count_variables, list_variables
from shoal.store.tables.jobs import job
from shoal.store.tables.variables import blob, variable
from shoal.store.tables.waits import user_task
from shoal.values import TypedValue, ValueType

UNKNOWN = "00000000-0000-7000-8000-000000000000"
TEN_MEGABYTES = 10 * 1024 * 1024
SERVICE = ("service", '<bpmn:serviceTask id="service" camunda:class="look">{}</bpmn:serviceTask>')
AGAIN = ("again", '<bpmn:serviceTask id="again" camunda:class="look">{}</bpmn:serviceTask>')
LOOKING = chain("looking", START, SERVICE, TASK, CATCH, AGAIN, END, roots=MESSAGE)
WATCHING = chain(
    "watching",
    START,
    (
        "wait",
        (
            '<bpmn:intermediateCatchEvent id="wait">{}<bpmn:conditionalEventDefinition><bpmn:condition>'
            "${{ready}}</bpmn:condition></bpmn:conditionalEventDefinition></bpmn:intermediateCatchEvent>"
        ),
    ),
    END,
)
EXACT = {
    "beyond": TypedValue(ValueType.LONG, 2**53 + 1),
    "most": TypedValue(ValueType.LONG, 2**63 - 1),
    "least": TypedValue(ValueType.LONG, -(2**63)),
    "short": TypedValue(ValueType.SHORT, -(2**15)),
    "integer": TypedValue(ValueType.INTEGER, 2**31 - 1),
    "double": TypedValue(ValueType.DOUBLE, 0.1 + 0.2),
    "tiny": TypedValue(ValueType.DOUBLE, 5e-324),
    "yes": TypedValue(ValueType.BOOLEAN, True),
    "text": TypedValue(ValueType.STRING, "Größe \U0001f600 \u202e مرحبا\n\t'\"\\ \0 e\u0301"),
    "empty": TypedValue(ValueType.STRING, ""),
    "nothing": TypedValue(ValueType.NULL, None),
    "no_text": TypedValue(ValueType.STRING, None),
    "no_date": TypedValue(ValueType.DATE, None),
    "date": TypedValue(
        ValueType.DATE, datetime(2026, 1, 31, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    ),
    "old": TypedValue(ValueType.DATE, datetime(1, 1, 1, tzinfo=UTC)),
    "bytes": TypedValue(ValueType.BYTES, bytes(range(256))),
    "file": TypedValue(ValueType.FILE, b"%PDF", {"filename": "ä.pdf", "mimeType": "a/b", "encoding": "x"}),
    "json": TypedValue(ValueType.JSON, {"a": [1, 2**70, None, {"ü": 1.5}], "type": "x", "value": 1}),
    "object": TypedValue(
        ValueType.OBJECT,
        [1, 2],
        {"objectTypeName": "java.util.List", "serializationDataFormat": "json"},
    ),
    "xml": TypedValue(ValueType.XML, "<a>ü</a>"),
}


@pytest.fixture(scope="module", autouse=True)
def _deployed(ctx: Context) -> None:
    ctx.host.register("look", lambda _execution: None)
    files = {"one": ONE_TASK, "looking": LOOKING, "watching": WATCHING, "later": ASYNC_TASK}
    deploy(ctx, {f"{name}.bpmn": content for name, content in files.items()})


def _one(ctx: Context, key: str = "one", **variables: Any) -> str:
    return start_instances(ctx, key=key, variables=typed(**variables))[0]


def _node(ctx: Context, instance_id: str) -> str:
    return str(rows(ctx, user_task, instance_id)[0].node_id)


def _plain(found: dict[str, TypedValue]) -> dict[str, Any]:
    return {name: value.value for name, value in found.items()}


def _same(one: TypedValue, other: TypedValue) -> bool:
    if isinstance(one.value, datetime):
        return one == other and one.value.utcoffset() == other.value.utcoffset()
    return one == other and type(one.value) is type(other.value)


@pytest.mark.parametrize("way", ["set", "set again", "start", "complete"])
def test_every_value_comes_back_as_it_was(ctx: Context, way: str) -> None:
    if way == "start":
        [instance_id] = start_instances(ctx, key="one", variables=EXACT)
    else:
        instance_id = _one(ctx, **(dict.fromkeys(EXACT, "before") if way == "set again" else {}))
        if way == "complete":
            complete_user_task(ctx, open_tasks(ctx, instance_id)[0], EXACT)
        else:
            change_variables(ctx, instance_id, EXACT)
    found = read_variables(ctx, instance_id)
    assert sorted(found) == sorted(EXACT)
    wrong = [name for name, value in EXACT.items() if not _same(found[name], value)]
    assert not wrong
    with ctx.database.read() as tx:
        listed = list_variables(tx, VariableFilter(instance_id=instance_id), ctx.blobs.get, sort="name")
    assert [each.name for each in listed] == sorted(EXACT)
    assert all(_same(each.value, EXACT[each.name]) for each in listed)


def test_values_of_ten_megabytes(ctx: Context) -> None:
    instance_id = _one(ctx)
    large = {
        "text": TypedValue(ValueType.STRING, "ü" * (TEN_MEGABYTES // 2)),
        "bytes": TypedValue(ValueType.BYTES, bytes(range(256)) * (TEN_MEGABYTES // 256)),
        "json": TypedValue(ValueType.JSON, ["x" * 1000] * (TEN_MEGABYTES // 1000)),
    }
    change_variables(ctx, instance_id, large)
    assert len(rows(ctx, blob, instance_id)) == 3
    assert read_variables(ctx, instance_id) == large
    change_variables(ctx, instance_id, typed(text="small"), ["json"])
    assert read_variable(ctx, instance_id, "text").value == "small"
    assert read_variable(ctx, instance_id, "bytes") == large["bytes"]
    check_every_row(ctx.database, ctx.blobs)


def test_scopes_hide_what_is_around_them(ctx: Context) -> None:
    instance_id = _one(ctx, a=1, b=1)
    node_id = _node(ctx, instance_id)
    change_variables(ctx, node_id, typed(a=2, own="x"), local=True)
    assert _plain(read_variables(ctx, instance_id)) == {"a": 1, "b": 1}
    assert _plain(read_variables(ctx, node_id)) == {"a": 2, "b": 1, "own": "x"}
    assert _plain(read_variables(ctx, node_id, local=True)) == {"a": 2, "own": "x"}
    change_variables(ctx, node_id, typed(a=3, b=3, new=3))
    assert _plain(read_variables(ctx, instance_id)) == {"a": 1, "b": 3, "new": 3}
    assert _plain(read_variables(ctx, node_id, local=True)) == {"a": 3, "own": "x"}
    change_variables(ctx, node_id, removed=["b"], local=True)
    assert read_variable(ctx, node_id, "b").value == 3
    change_variables(ctx, node_id, typed(c=1), ["a", "b", "unknown"])
    assert _plain(read_variables(ctx, node_id)) == {"a": 1, "own": "x", "new": 3, "c": 1}
    with pytest.raises(NotFoundError, match="'own'"):
        read_variable(ctx, instance_id, "own")
    complete_user_task(ctx, open_tasks(ctx, instance_id)[0])
    assert _plain(read_variables(ctx, instance_id)) == {"a": 1, "new": 3, "c": 1}
    for act in (lambda: read_variables(ctx, node_id), lambda: change_variables(ctx, node_id, typed(a=1))):
        with pytest.raises(NotFoundError):
            act()
    with pytest.raises(ConflictError):
        change_variables(ctx, instance_id, typed(a=1))


def test_what_has_no_variables(ctx: Context) -> None:
    for scope_id in (UNKNOWN, "no id"):
        with pytest.raises(NotFoundError):
            read_variables(ctx, scope_id)
        with pytest.raises(NotFoundError):
            change_variables(ctx, scope_id, typed(a=1))


def test_a_token_before_a_job_is_a_scope_too(ctx: Context) -> None:
    instance_id = _one(ctx, "async")
    [continuation] = rows(ctx, job, instance_id)
    change_variables(ctx, continuation.node_id, typed(own=1), local=True)
    assert _plain(read_variables(ctx, continuation.node_id)) == {"own": 1}
    run_jobs(ctx, instance_id)
    check_every_row(ctx.database, ctx.blobs)


def test_a_suspended_instance_may_be_corrected(ctx: Context) -> None:
    instance_id = _one(ctx, a=1)
    written(ctx, lambda tx: suspend_instances(tx, [instance_id]))
    change_variables(ctx, instance_id, typed(a=2))
    assert read_variable(ctx, instance_id, "a").value == 2


def test_conditions_look_at_the_new_values(ctx: Context) -> None:
    instance_id = _one(ctx, "watching", ready=False)
    change_variables(ctx, instance_id, typed(other=1))
    assert header(ctx, instance_id).state == "active"
    change_variables(ctx, instance_id, typed(ready=True))
    assert header(ctx, instance_id).state == "completed"


def test_transient_values_are_seen_and_not_kept(ctx: Context) -> None:
    seen: list[Any] = []
    ctx.host.register("look", lambda execution: seen.append(execution.get_variable("secret")))
    secret = from_json({"secret": {"type": "String", "value": "s", "valueInfo": {"transient": True}}})
    assert secret["secret"].transient
    [instance_id] = start_instances(ctx, key="looking", variables=secret)
    complete_user_task(ctx, open_tasks(ctx, instance_id)[0], secret)
    correlate_message(ctx, Message("paid", instance_ids=(instance_id,), variables=secret))
    assert seen == ["s", "s"]
    assert not rows(ctx, variable, instance_id)
    other = _one(ctx)
    with pytest.raises(VariableTypeError, match="transient"):
        change_variables(ctx, other, secret)
    with pytest.raises(VariableTypeError):
        change_variables(
            ctx, other, {"a": TypedValue(ValueType.INTEGER, 1), "b": TypedValue(ValueType.SHORT, 2**15)}
        )
    assert not rows(ctx, variable, other)


def test_variables_are_found(ctx: Context) -> None:
    instance_id = _one(ctx, found_n=5, found_s="x", other=1)
    second = _one(ctx, found_n=7)
    node_id = _node(ctx, instance_id)
    change_variables(ctx, node_id, typed(found_n=6), local=True)

    def find(**conditions: Any) -> list[Any]:
        wanted = VariableFilter.model_validate(conditions)
        with ctx.database.read() as tx:
            found: list[VariableInstance] = list_variables(tx, wanted, ctx.blobs.get)
            assert count_variables(tx, wanted) == len(found)
        return [each.value.value for each in found]

    assert find(name="found_n") == [5, 7, 6]
    assert find(name="found_n", instance_id=instance_id) == [5, 6]
    assert find(scope_id=node_id) == find(scope_id_in=(node_id,)) == [6]
    assert find(name_like="found\\_%", instance_id_in=(instance_id, second)) == [5, "x", 7, 6]
    assert find(name_in=("found_s",), definition_key="one", type_in=("String",)) == ["x"]
    assert find(values=({"name": "found_n", "operator": "gt", "value": 5},)) == [7, 6]
    assert find(name="found_n", without_tenant=False) == []
    complete_user_task(ctx, open_tasks(ctx, instance_id)[0])
    assert find(name="found_n", live=False) == [6]
    assert find(name="found_n", running=True) == [7]
    with ctx.database.read() as tx, pytest.raises(FilterRejectedError):
        list_variables(tx, VariableFilter(), ctx.blobs.get, sort="value")


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database, ctx.blobs)
