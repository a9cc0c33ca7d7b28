"""What is kept to be undone, and undone by the target."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.kernel_migration.conftest import plan, process, sub

THROW = '<intermediateThrowEvent id="back"><compensateEventDefinition/></intermediateThrowEvent>'
CANNOT = "Cannot migrate subscription for compensation handler"
MISSING = "There is no migration instruction for the compensation"


def undone(element: str, tag: str = "task") -> str:
    """An activity with its handler ``<element>_undo``."""
    return (
        f'<{tag} id="{element}"/><boundaryEvent id="{element}_event" attachedToRef="{element}">'
        f'<compensateEventDefinition/></boundaryEvent><userTask id="{element}_undo" isForCompensation="true"/>'
        f'<association id="{element}_link" associationDirection="One" sourceRef="{element}_event" '
        f'targetRef="{element}_undo"/>'
    )


def line(*names: str) -> Any:
    """Activities that can be undone, a wait, and the event that undoes them."""
    body = "".join(undone(name) for name in names) + '<userTask id="w"/>' + THROW
    return process(body, " > ".join(["s", *names, "w", "back", "e"]))


def finish(run: Any, *handlers: str) -> None:
    assert run.at == sorted(handlers)
    for handler in handlers:
        run.complete(handler)
    assert run.ended is not None


def test_what_is_done_is_undone_by_the_handler_of_the_target(begin: Any) -> None:
    run = begin(line("a"))
    run.migrate(line("b"), "w", ("a_event", "b_event"))
    assert run.at == ["w"]
    assert not run.last.activities_changed
    run.complete("w")
    finish(run, "b_undo")


def test_the_order_of_completion_is_kept(begin: Any) -> None:
    run = begin(line("a", "b", "c"))
    run.migrate(line("a", "b", "c"))
    run.complete("w")
    assert run.path[-3:] == ["c_undo", "b_undo", "a_undo"]
    finish(run, "a_undo", "b_undo", "c_undo")


def test_generation_maps_what_compensation_needs() -> None:
    instructions = plan(line("a"), line("a")).instructions
    assert [each.source_activity_id for each in instructions] == ["a_event", "w"]


def test_without_an_instruction_for_its_event_nothing_that_is_done_gets_lost(begin: Any) -> None:
    run = begin(line("a"))
    (found,) = run.refused(line("a"), "w").activity_reports
    assert found.failures == (f"{CANNOT} 'a_undo'. {MISSING} boundary event",)
    assert (found.instance_id, found.source_scope_id) == (run.snapshot.instance.id, "p")


def nested(name: str, inner: str = "a") -> Any:
    io = '<extensionElements><camunda:inputOutput><camunda:inputParameter name="l">7</camunda:inputParameter>'
    io += "</camunda:inputOutput></extensionElements>"
    body = sub(name, io + undone(inner), f"{name}_s > {inner}") + '<userTask id="w"/>' + THROW
    return process(body, f"s > {name} > w > back > e")


def test_a_completed_sub_process_is_kept_with_its_variables(begin: Any) -> None:
    run = begin(nested("x"))
    (scope,) = (node.id for node in run.snapshot.state.nodes.values() if node.element == "x")
    run.migrate(nested("y", "b"), ("x", "y"), ("a_event", "b_event"), "w")
    assert run.snapshot.variables.local(scope)["l"].value == "7"
    run.complete("w")
    finish(run, "b_undo")


def test_a_completed_sub_process_without_instruction_leaves_what_is_inside_behind(begin: Any) -> None:
    run = begin(nested("x"))
    (scope,) = (node.id for node in run.snapshot.state.nodes.values() if node.element == "x")
    run.migrate(line("a"), "w", "a_event")
    assert run.last.scopes_ended == {scope}
    assert not run.last.activities_ended
    run.complete("w")
    finish(run, "a_undo")


def test_what_is_kept_gets_into_a_new_scope_together_with_what_is_active(begin: Any) -> None:
    run = begin(line("a"))
    body = sub("x", undone("a") + '<userTask id="w"/>' + THROW, "x_s > a > w > back")
    run.migrate(process(body, "s > x > e"), "w", "a_event")
    run.complete("w")
    finish(run, "a_undo")


def test_no_scope_begins_only_for_what_is_kept(begin: Any) -> None:
    run = begin(line("a"))
    (found,) = run.refused(nested("x"), "w", "a_event").activity_reports
    assert found.failures == (
        (f"{CANNOT} 'a_undo'. Nothing active migrates to the scope 'x' of 'a' together with it"),
    )


def by_itself(name: str) -> Any:
    """A sub-process that is undone by an event sub-process in it."""
    handler = (
        f'<subProcess id="{name}_h" triggeredByEvent="true"><startEvent id="{name}_c"><compensateEventDefinition/>'
        f'</startEvent><userTask id="{name}_undo"/><sequenceFlow id="{name}_f" sourceRef="{name}_c" '
        f'targetRef="{name}_undo"/></subProcess>'
    )
    body = sub(name, f'<task id="{name}_t"/>' + handler, f"{name}_s > {name}_t") + '<userTask id="w"/>' + THROW
    return process(body, f"s > {name} > w > back > e")


def test_a_sub_process_that_undoes_itself_goes_by_its_start_event(begin: Any) -> None:
    run = begin(by_itself("x"))
    (found,) = run.refused(by_itself("y"), "w").activity_reports
    assert found.failures == (f"{CANNOT} 'x_h'. {MISSING} start event",)
    run.migrate(by_itself("y"), "w", ("x", "y"), ("x_c", "y_c"))
    run.complete("w")
    finish(run, "y_undo")


def test_while_something_is_being_undone_nothing_migrates(begin: Any) -> None:
    run = begin(line("a"))
    run.complete("w")
    report = run.refused(line("a"), "a_undo", "a_event")
    said = "The type of the source activity is not supported for activity instance migration"
    assert said in [each for found in report.activity_reports for each in found.failures]


@pytest.mark.parametrize("sequential", ["false", "true"])
def test_instances_that_are_done_stay_in_their_body(begin: Any, sequential: str) -> None:
    loop = f'<multiInstanceLoopCharacteristics isSequential="{sequential}"><loopCardinality>2</loopCardinality>'
    loop += "</multiInstanceLoopCharacteristics>"
    model = line("a")
    body = undone("a", "userTask").replace('<userTask id="a"/>', f'<userTask id="a">{loop}</userTask>') + THROW
    model = process(body, "s > a > back > e")
    run = begin(model)
    run.complete("a")
    run.migrate(process(body, "s > a > back > e"))
    run.complete("a")
    finish(run, "a_undo", "a_undo")
