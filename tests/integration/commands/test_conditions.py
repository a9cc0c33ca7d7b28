"""Conditional start events of processes."""

from __future__ import annotations

import pytest
from tests.integration.commands.models import ONE_TASK, TASK, model
from tests.integration.commands.scene import header, rows, typed, values
from tests.integrity import check_every_row

from shoal.commands.context import Context
from shoal.commands.delete_definitions import Removal, delete_deployment
from shoal.commands.deploy import deploy
from shoal.commands.evaluate_conditions import Evaluation, evaluate_conditions
from shoal.commands.suspend_definitions import resume_definitions, suspend_definitions
from shoal.errors import ConflictError, ExecutionError, NotFoundError
from shoal.store.tables.waits import event_subscription

UNKNOWN = "00000000-0000-7000-8000-000000000000"


def _conditional(key: str, **conditions: str) -> bytes:
    """A process with one start event for each condition; ``name@condition`` is about one variable."""
    body = TASK[1].format("")
    for place, condition in conditions.items():
        name, _, text = condition.rpartition("@")
        about = f' camunda:variableName="{name}"' if name else ""
        body += (
            f'<bpmn:startEvent id="{place}"><bpmn:conditionalEventDefinition{about}><bpmn:condition '
            f'xsi:type="bpmn:tFormalExpression">{text}</bpmn:condition></bpmn:conditionalEventDefinition>'
            f'</bpmn:startEvent><bpmn:sequenceFlow id="f-{place}" sourceRef="{place}" targetRef="task"/>'
        )
    return model(key, body)


STOCK = _conditional("stock", low="${stock &lt; 3}", none="${stock == 0}", named="price@${stock == 0 || true}")


def _evaluate(ctx: Context, **said: object) -> list[str | None]:
    variables = {name: value for name, value in said.items() if name in ("stock", "price")}
    rest = {name: value for name, value in said.items() if name not in variables}
    found = evaluate_conditions(ctx, Evaluation(typed(**variables), **rest))  # type: ignore[arg-type]
    assert all(each.started for each in found)
    return sorted(header(ctx, each.instance_id).start_activity_id for each in found)


def test_nobody_has_such_an_event(ctx: Context) -> None:
    [plain] = deploy(ctx, {"one.bpmn": ONE_TASK}).definitions
    with pytest.raises(ConflictError, match="No subscriptions were found"):
        _evaluate(ctx)
    with pytest.raises(ConflictError, match="does not declare conditional start event"):
        _evaluate(ctx, definition_id=plain.id)
    with pytest.raises(NotFoundError):
        _evaluate(ctx, definition_id=UNKNOWN)


def test_an_instance_starts_at_each_event_that_holds(ctx: Context) -> None:
    deploy(ctx, {"stock.bpmn": STOCK})
    assert len(rows(ctx, event_subscription)) == 3
    assert _evaluate(ctx, stock=5) == []
    assert _evaluate(ctx) == []
    assert _evaluate(ctx, stock=2) == ["low"]
    assert _evaluate(ctx, stock=0) == ["low", "none"]
    assert _evaluate(ctx, price=1) == []
    assert _evaluate(ctx, stock=5, price=1) == ["named"]
    found = evaluate_conditions(ctx, Evaluation(typed(stock=1), business_key="order"))
    assert header(ctx, found[0].instance_id).business_key == "order"
    assert values(ctx, found[0].instance_id) == {"stock": 1}


def test_the_newest_version_is_asked_or_the_one_that_is_named(ctx: Context) -> None:
    [first] = deploy(ctx, {"v.bpmn": _conditional("versions", old="${stock == 77}")}).definitions
    second = deploy(ctx, {"v.bpmn": _conditional("versions", new="${stock == 77}")})
    assert _evaluate(ctx, stock=77) == ["new"]
    assert _evaluate(ctx, stock=77, definition_id=first.id) == ["old"]
    delete_deployment(ctx, second.id, Removal(cascade=True))
    assert _evaluate(ctx, stock=77) == ["old"]
    suspend_definitions(ctx, key="versions")
    assert _evaluate(ctx, stock=77) == []
    assert _evaluate(ctx, stock=77, definition_id=first.id) == []
    resume_definitions(ctx, key="versions")


def test_tenants_are_asked_alone(ctx: Context) -> None:
    for tenant_id in (None, "a"):
        deploy(ctx, {"t.bpmn": _conditional("tenants", here="${stock == 88}")}, tenant_id=tenant_id)
    assert _evaluate(ctx, stock=88) == ["here", "here"]
    of_a = evaluate_conditions(ctx, Evaluation(typed(stock=88), tenant_id="a"))
    assert [header(ctx, each.instance_id).tenant_id for each in of_a] == ["a"]
    of_none = evaluate_conditions(ctx, Evaluation(typed(stock=88), without_tenant=True))
    assert [header(ctx, each.instance_id).tenant_id for each in of_none] == [None]


def test_a_condition_that_is_neither_true_nor_false_starts_nothing(ctx: Context) -> None:
    deployment = deploy(ctx, {"b.bpmn": _conditional("broken", fine="${stock == 99}", wrong="${stock + 1}")})
    with pytest.raises(ExecutionError, match="instead of true or false"):
        _evaluate(ctx, stock=99)
    delete_deployment(ctx, deployment.id)  # refused if there were instances


def test_every_row_is_in_order(ctx: Context) -> None:
    check_every_row(ctx.database)
