"""Service, send, business rule and script tasks; throwing messages."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.errors import ConflictError, ExecutionError, NotFoundError
from shoal.kernel import stimulus
from shoal.values import infer

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'


def service(attributes: str, content: str = "", element: str = "serviceTask") -> str:
    return ENDS + f'<{element} id="t" {attributes}>{content}</{element}>'


LINE = "s > t > after > e"


def test_a_registered_function_gets_the_execution(model: Any, host: Any) -> None:
    def charge(execution: Any) -> Any:
        assert execution.current_activity_id == "t"
        assert execution.business_key == "order-1"
        execution.set_variable("total", execution.get_variable("price") * 2)

    host.callables["app.Charge"] = charge
    run = model(service('camunda:class="app.Charge"'), LINE).start(price=21)
    assert run.value("total") == 42
    assert run.at == ["after"]


def test_a_registered_class_is_instantiated_and_gets_its_fields(model: Any, host: Any) -> None:
    class Greet:
        text: str

        def execute(self, execution: Any) -> Any:
            execution.set_variable("greeting", self.text)

    host.callables["Greet"] = Greet
    field = '<extensionElements><camunda:field name="text"><camunda:expression>Hello ${name}'
    field += "</camunda:expression></camunda:field></extensionElements>"
    run = model(service('camunda:class="Greet"', field), LINE).start(name="Ada")
    assert run.value("greeting") == "Hello Ada"


def test_a_delegate_expression_leads_to_a_registered_callable(model: Any, host: Any) -> None:
    host.callables["charge"] = lambda execution: execution.set_variable("done", True)
    assert model(service('camunda:delegateExpression="${charge}"'), LINE).start().value("done") is True


def test_an_expression_may_call_a_bean_and_its_value_goes_to_the_result_variable(model: Any, host: Any) -> None:
    class Prices:
        def total(self, count: Any) -> Any:
            return count * 3

    host.callables["prices"] = Prices()
    attributes = 'camunda:expression="${prices.total(n)}" camunda:resultVariable="sum"'
    assert model(service(attributes), LINE).start(n=4).value("sum") == 12


@pytest.mark.parametrize("attributes", ['camunda:class="nobody"', 'camunda:delegateExpression="${nobody}"'])
def test_a_callable_that_is_not_registered_is_named(model: Any, attributes: Any) -> None:
    with pytest.raises(ExecutionError, match=r"^'t': no callable registered under 'nobody'") as caught:
        model(service(attributes), LINE).start()
    assert caught.value.element_id == "t"


def test_an_exception_of_a_callable_is_the_cause_of_the_failure(model: Any, host: Any) -> None:
    def fail(execution: Any) -> Any:
        raise RuntimeError("no money")

    host.callables["fail"] = fail
    with pytest.raises(ExecutionError, match=r"^'t': RuntimeError: no money$") as caught:
        model(service('camunda:class="fail"'), LINE).start()
    assert caught.value.element_id == "t"
    assert isinstance(caught.value.__cause__, RuntimeError)


def test_an_external_task_waits_for_its_worker(model: Any) -> None:
    body = service('camunda:type="external" camunda:topic="pay-${n}" camunda:taskPriority="${n + 1}"')
    run = model(body, LINE).start(n=1)
    (task,) = run.external_tasks.values()
    assert (task.topic, task.priority, task.activity_id) == ("pay-1", 2, "t")
    run.complete("t", {"mine": 1}, paid=True)
    assert run.at == ["after"]
    assert run.value("paid") is True
    assert not run.external_tasks


def test_the_process_can_give_the_priority_of_its_external_tasks(model: Any) -> None:
    body = service('camunda:type="external" camunda:topic="pay"')
    run = model(body, LINE, attributes='camunda:taskPriority="7"').start()
    assert [task.priority for task in run.external_tasks.values()] == [7]


@pytest.mark.parametrize("element", ["sendTask", "businessRuleTask"])
def test_send_and_business_rule_tasks_work_like_service_tasks(model: Any, host: Any, element: Any) -> None:
    host.callables["work"] = lambda execution: execution.set_variable("done", 1)
    run = model(service('camunda:class="work"', element=element), LINE).start()
    assert run.value("done") == 1
    assert run.history[1].activity_type == element


def test_a_script_task_sets_variables_and_its_result(model: Any) -> None:
    script = "<script>execution.setVariable('a', n + 1); n * 10</script>"
    body = ENDS + f'<scriptTask id="t" scriptFormat="javascript" camunda:resultVariable="r">{script}</scriptTask>'
    run = model(body, LINE).start(n=4)
    assert (run.value("a"), run.value("r")) == (5, 40)


def test_what_a_script_does_to_a_map_changes_no_variable(model: Any) -> None:
    script = "<script>order.total = 1; order.total</script>"
    body = ENDS + f'<scriptTask id="t" scriptFormat="javascript" camunda:resultVariable="r">{script}</scriptTask>'
    run = model(body, LINE).start(order={"total": 5})
    assert run.value("order") == {"total": 5}
    assert run.value("r") == 1


def test_what_a_callable_does_to_a_map_changes_no_variable_until_it_sets_it(model: Any, host: Any) -> None:
    seen = []

    def work(execution: Any) -> Any:
        order = execution.get_variable("order")
        order["total"] = 1
        seen.append(execution.get_variable("order")["total"])
        execution.set_variable("copy", order)
        order["total"] = 2

    host.callables["work"] = work
    run = model(service('camunda:class="work"'), LINE).start(order={"total": 5})
    assert seen == [5]
    assert run.value("order") == {"total": 5}
    assert run.value("copy") == {"total": 1}


def message(content: str = "", attributes: str = "") -> str:
    definition = f'<messageEventDefinition messageRef="m" {attributes}>{content}</messageEventDefinition>'
    return ENDS + f'<intermediateThrowEvent id="t">{definition}</intermediateThrowEvent>'


def test_a_thrown_message_without_implementation_leaves_the_instance(model: Any) -> None:
    run = model(message(), LINE, outside='<message id="m" name="sold-${n}"/>').start(n=3)
    assert [(event.kind, event.name) for event in run.last.thrown] == [("message", "sold-3")]
    assert run.at == ["after"]


def test_a_thrown_message_with_a_topic_waits_for_a_worker(model: Any) -> None:
    body = message(attributes='camunda:type="external" camunda:topic="mail"')
    run = model(body, LINE, outside='<message id="m" name="sold"/>').start()
    assert [task.topic for task in run.external_tasks.values()] == ["mail"]
    assert run.complete("t").at == ["after"]


def test_a_thrown_message_with_code_runs_it(model: Any, host: Any) -> None:
    host.callables["send"] = lambda execution: execution.set_variable("sent", True)
    run = model(message(attributes='camunda:class="send"'), LINE, outside='<message id="m" name="x"/>')
    assert run.start().value("sent") is True


def test_a_user_task_takes_its_properties_from_expressions(model: Any) -> None:
    attributes = (
        'name="Check ${n}" camunda:assignee="${who}" camunda:candidateUsers="a, ${who}" '
        'camunda:candidateGroups="${groups}" camunda:priority="${n}" camunda:dueDate="2031-01-01T00:00:00Z" '
        'camunda:followUpDate="${n > 5 ? \'PT1H\' : null}" camunda:formKey="f-${n}"'
    )
    body = f'<startEvent id="s"/><userTask id="t" {attributes}/><endEvent id="e"/>'
    run = model(body, "s > t > e").start(n=7, who="ada", groups=["x", "y"])
    (task,) = run.user_tasks.values()
    assert (task.name, task.assignee, task.priority, task.form_key) == ("Check 7", "ada", 7, "f-7")
    assert (task.candidate_users, task.candidate_groups) == (("a", "ada"), ("x", "y"))
    assert task.due_at.isoformat() == "2031-01-01T00:00:00+00:00"
    assert task.follow_up_at.isoformat() == "2030-01-01T01:00:00+00:00"


def test_a_task_priority_that_is_no_number_fails(model: Any) -> None:
    body = '<startEvent id="s"/><userTask id="t" camunda:priority="${n}"/>'
    with pytest.raises(ExecutionError, match="no whole number"):
        model(body, "s > t").start(n="high")


def test_a_receive_task_waits_for_its_message(model: Any) -> None:
    body = ENDS + '<receiveTask id="t" messageRef="m"/>'
    run = model(body, LINE, outside='<message id="m" name="mail"/>').start()
    assert [wait.name for wait in run.subscriptions.values()] == ["mail"]
    assert run.receive("t", {"local": 1}, answer=1).at == ["after"]
    assert run.value("answer") == 1


def test_a_receive_task_can_be_completed_without_its_message(model: Any) -> None:
    body = ENDS + '<receiveTask id="t" messageRef="m"/>'
    run = model(body, LINE, outside='<message id="m" name="mail"/>').start()
    assert run.complete("t").at == ["after"]
    assert not run.subscriptions


def test_a_gateway_cannot_be_completed(model: Any) -> None:
    body = ENDS + '<eventBasedGateway id="t"/>'
    for event, ref in (("r", "m"), ("x", "m2")):
        definition = f'<messageEventDefinition messageRef="{ref}"/>'
        body += f'<intermediateCatchEvent id="{event}">{definition}</intermediateCatchEvent>'
    outside = '<message id="m" name="mail"/><message id="m2" name="mail2"/>'
    run = model(body, "s > t > r > e", "t > x > e", outside=outside).start()
    with pytest.raises(ConflictError, match="cannot be completed"):
        run.do(stimulus.Complete(run.node("t")))


def erroneous(expression: str) -> str:
    definition = f'<camunda:errorEventDefinition id="d" errorRef="err" expression="{expression}"/>'
    body = f'<serviceTask id="t" camunda:type="external" camunda:topic="x"><extensionElements>{definition}'
    body += "</extensionElements></serviceTask>"
    return ENDS + body + '<boundaryEvent id="b" attachedToRef="t"><errorEventDefinition/></boundaryEvent>'


ERROR = '<error id="err" name="x" errorCode="E"/>'


def test_the_completion_of_an_external_task_may_be_an_error(model: Any) -> None:
    run = model(erroneous("${bad}"), "s > t > e", "b > after", outside=ERROR).start()
    assert run.complete("t", bad=True).at == ["after"]
    run = model(erroneous("${bad}"), "s > t > e", "b > after", outside=ERROR).start()
    assert run.complete("t", bad=False).ended is not None


def test_the_failure_of_an_external_task_may_be_an_error(model: Any) -> None:
    expression = "${externalTask.getErrorMessage() == 'lost'}"
    run = model(erroneous(expression), "s > t > e", "b > after", outside=ERROR).start()
    run.do(stimulus.FailExternal(run.node("t"), "slow"))
    assert run.at == ["t"]
    run.do(stimulus.FailExternal(run.node("t"), "lost"))
    assert run.at == ["after"]
    assert run.last.external_tasks_deleted


def test_the_initiator_is_a_variable_if_the_start_event_wants_it(model: Any) -> None:
    body = '<startEvent id="s" camunda:initiator="who"/><userTask id="t"/>'
    run = model(body, "s > t").do(stimulus.Start(initiator="ada"))
    assert run.value("who") == "ada"


def test_what_is_registered_has_to_be_callable(model: Any, host: Any) -> None:
    host.callables["thing"] = 42
    with pytest.raises(ExecutionError, match="neither a callable nor an object"):
        model(service('camunda:class="thing"'), LINE).start()


def test_a_delegate_expression_may_yield_a_name_or_an_object(model: Any, host: Any) -> None:
    class Work:
        def execute(self, execution: Any) -> Any:
            execution.set_variables({"done": execution.has_variable("how")})

    host.callables["work"] = Work()
    run = model(service('camunda:delegateExpression="${how}"'), LINE).start(how="work")
    assert run.value("done") is True
    with pytest.raises(ExecutionError, match="no callable registered under"):
        model(service('camunda:delegateExpression="${how}"'), LINE).start(how=None)


def test_fields_are_keyword_arguments_of_a_function(model: Any, host: Any) -> None:
    host.callables["work"] = lambda execution, text: execution.set_variable("seen", text)
    field = '<extensionElements><camunda:field name="text" stringValue="hello"/></extensionElements>'
    assert model(service('camunda:class="work"', field), LINE).start().value("seen") == "hello"


def test_the_implementation_of_a_message_may_have_a_result(model: Any, host: Any) -> None:
    body = message(attributes='camunda:expression="${1 + 1}" camunda:resultVariable="r"')
    assert model(body, LINE, outside='<message id="m" name="x"/>').start().value("r") == 2


def test_an_error_event_definition_has_to_be_a_boolean(model: Any) -> None:
    run = model(erroneous("${bad}"), "s > t > e", "b > after", outside=ERROR).start()
    with pytest.raises(ExecutionError, match="instead of true or false"):
        run.complete("t", bad="yes")


def test_a_task_whose_expressions_yield_null_has_no_such_properties(model: Any) -> None:
    attributes = 'camunda:assignee="${x}" camunda:candidateUsers="${x}" camunda:dueDate="${x}" name="fix"'
    run = model(f'<startEvent id="s"/><userTask id="t" {attributes}/>', "s > t").start(x=None)
    (task,) = run.user_tasks.values()
    assert (task.assignee, task.candidate_users, task.due_at, task.name) == (None, (), None, "fix")
    with pytest.raises(ExecutionError, match="due date"):
        model(f'<startEvent id="s"/><userTask id="t" {attributes}/>', "s > t").start(x="soon")


def test_a_worker_cannot_complete_what_was_not_handed_out(model: Any, host: Any) -> None:
    run = model(ENDS, "s > after > e").start()
    with pytest.raises(ConflictError):
        run.do(stimulus.ChildFailed(run.snapshot.instance.id, "E"))
    with pytest.raises(NotFoundError):
        run.do(stimulus.Trigger(run.node("after"), "gone", "after"))
    with pytest.raises(ConflictError):
        run.do(stimulus.Trigger(run.node("after"), run.node("after"), "after"))
    with pytest.raises(ConflictError, match="not supported"):
        run.do(stimulus.Stimulus())


def test_a_variable_that_is_given_wins_over_the_initiator(model: Any) -> None:
    body = '<startEvent id="s" camunda:initiator="who"/><userTask id="t"/>'
    run = model(body, "s > t").do(stimulus.Start({"who": infer("who", "bob")}, initiator="ada"))
    assert run.value("who") == "bob"


def test_the_initiator_is_noted_at_whatever_start_event(model: Any) -> None:
    message = '<startEvent id="m"><messageEventDefinition messageRef="m1"/></startEvent>'
    body = f'<startEvent id="s" camunda:initiator="who"/>{message}<userTask id="t"/>'
    run = model(body, "s > t", "m > t", outside='<message id="m1" name="mail"/>')
    run.do(stimulus.Start(start_event_id="m", initiator="ada"))
    assert run.value("who") == "ada"
