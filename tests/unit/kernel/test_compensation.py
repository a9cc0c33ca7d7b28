"""Compensation: which handlers are begun, in which order, with which variables; transactions."""

from __future__ import annotations

from typing import Any

import pytest

from shoal.kernel import activity_tree

ENDS = '<startEvent id="s"/><endEvent id="e"/><userTask id="after"/>'


def undone(element: str, tag: str = "userTask", attributes: str = "") -> str:
    """A task with its handler ``<element>_undo``."""
    return (
        f'<{tag} id="{element}" {attributes}/>'
        + boundary(element)
        + f'<userTask id="{element}_undo" isForCompensation="true"/>'
    )


def boundary(element: str) -> str:
    return (
        f'<boundaryEvent id="{element}_event" attachedToRef="{element}">'
        "<compensateEventDefinition/></boundaryEvent>"
        f'<association id="{element}_link" associationDirection="One" '
        f'sourceRef="{element}_event" targetRef="{element}_undo"/>'
    )


def throw(attributes: str = "", tag: str = "intermediateThrowEvent") -> str:
    return f'<{tag} id="back"><compensateEventDefinition {attributes}/></{tag}>'


def test_completed_activities_are_undone_the_last_one_first(model: Any) -> None:
    body = ENDS + undone("a", "task") + undone("b", "task") + undone("c", "userTask") + throw()
    run = model(body, "s > a > b > back > after > e", "s > c > e").start()
    assert run.path.index("b_undo") < run.path.index("a_undo")
    assert run.at == ["a_undo", "b_undo", "c"]
    run.complete("a_undo")
    assert run.at == ["b_undo", "c"]
    run.complete("b_undo")
    assert run.at == ["after", "c"]
    run.complete("c").complete("after")
    assert run.ended is not None


def test_an_activity_that_was_done_twice_is_undone_twice_and_once_only(model: Any) -> None:
    body = ENDS + undone("a", "task") + throw() + '<userTask id="more"/><exclusiveGateway id="top"/>'
    body += '<exclusiveGateway id="x" default="x_top"/><exclusiveGateway id="y" default="y_after"/>'
    arrows = ("s > a > more > x > top > back > y > after > e", "x > a: ${again}", "y > top: ${again}")
    run = model(body, *arrows).start().complete("more", again=True).complete("more", again=False)
    assert run.at == ["a_undo", "a_undo"]
    run.complete("a_undo", again=True).complete("a_undo", again=False)
    assert run.at == ["after"]
    assert run.path.count("a_undo") == 2


def test_compensation_may_be_of_one_activity_only(model: Any) -> None:
    body = ENDS + undone("a", "task") + undone("b", "task") + throw('activityRef="a"')
    assert model(body, "s > a > b > back > after > e").start().at == ["a_undo"]


def test_without_anything_to_undo_the_event_passes(model: Any) -> None:
    body = ENDS + undone("a") + throw()
    run = model(body, "s > back > after > e", "after > a").start()
    assert run.at == ["after"]


def test_a_compensation_end_event_waits_for_its_handlers(model: Any) -> None:
    body = ENDS + undone("a", "task") + throw(tag="endEvent")
    run = model(body, "s > a > back").start()
    assert run.at == ["a_undo"]
    assert run.outcome("back") == "open"
    assert run.complete("a_undo").ended.end_activity_id == "back"


def sub(inside: str, extra: str = "") -> str:
    return f'<subProcess id="sub"><startEvent id="s2"/>{inside}<endEvent id="e2"/></subProcess>{extra}'


def test_a_completed_sub_process_is_undone_from_the_inside_with_its_variables(
    model: Any, arrows: Any, host: Any
) -> None:
    from shoal.kernel import writing

    def work(execution: Any) -> Any:
        writing.set_local(execution._step, execution._node.parent, "x", "inner", execution._node)

    host.callables["work"] = work
    inside = undone("a", "serviceTask", 'camunda:class="work"') + arrows("s2 > a > e2")
    inside = inside.replace('<userTask id="a_undo" isF', '<userTask id="a_undo" name="${x}" isF')
    run = model(ENDS + sub(inside) + throw(), "s > sub > back > after > e").start(x="outer")
    assert run.at == ["a_undo"]
    assert [task.name for task in run.user_tasks.values()] == ["inner"]
    run.complete("a_undo")
    assert run.at == ["after"]
    assert set(run.snapshot.variables.scopes) == {run.snapshot.instance.id}


def test_what_is_kept_ends_with_the_instance(model: Any, arrows: Any) -> None:
    inside = undone("a", "task") + arrows("s2 > a > e2")
    run = model(ENDS + sub(inside), "s > sub > after > e").start()
    assert len(run.snapshot.state.nodes) == 3
    assert run.complete("after").ended is not None


def test_nothing_is_kept_of_a_cancelled_sub_process(model: Any, arrows: Any) -> None:
    inside = undone("a", "task") + '<userTask id="w"/>' + arrows("s2 > a > w > e2")
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    extra = f'<boundaryEvent id="late" attachedToRef="sub">{timer}</boundaryEvent>'
    run = model(ENDS + sub(inside, extra) + throw(), "s > sub > e", "late > back > after > e").start().fire("late")
    assert run.at == ["after"]


@pytest.mark.parametrize(
    ("reference", "begun"),
    [("", ["a_undo", "sub_undo"]), ('activityRef="sub"', ["sub_undo"])],
    ids=["scope", "named"],
)
def test_a_handler_of_the_sub_process_itself_is_begun_with_those_inside_unless_it_is_named(
    model: Any, arrows: Any, reference: str, begun: list[str]
) -> None:
    inside = undone("a", "task") + arrows("s2 > a > e2")
    extra = boundary("sub") + '<userTask id="sub_undo" isForCompensation="true"/>'
    run = model(ENDS + sub(inside, extra) + throw(reference), "s > sub > back > after > e").start()
    assert run.at == begun
    for element in begun:
        assert "after" not in run.at
        run.complete(element)
    assert run.at == ["after"]
    run.complete("after")
    assert run.ended is not None


def test_a_sub_process_counts_as_undone_from_when_it_was_done(model: Any, arrows: Any) -> None:
    inside = undone("a", "task") + '<userTask id="w"/>' + arrows("s2 > a > w > e2")
    body = ENDS + sub(inside) + undone("b") + throw()
    body += '<parallelGateway id="fork"/><parallelGateway id="join"/>'
    run = model(body, "s > fork > sub > join > back > after > e", "fork > b > join").start()
    run.complete("b").complete("w")
    begun = run.path[run.path.index("back") :]
    assert begun == ["back", "a_undo", "b_undo"], "the sub-process was done last"


def test_a_compensation_event_sub_process_undoes_its_sub_process(model: Any, arrows: Any) -> None:
    start = '<startEvent id="u_s"><compensateEventDefinition/></startEvent>'
    undo = f'<subProcess id="u" triggeredByEvent="true">{start}<userTask id="u_t"/>'
    undo += throw(tag="intermediateThrowEvent").replace('"back"', '"u_back"')
    undo += arrows("u_s > u_t > u_back") + "</subProcess>"
    inside = undone("a", "task") + undo + arrows("s2 > a > e2")
    run = model(ENDS + sub(inside) + throw(), "s > sub > back > after > e").start()
    assert run.at == ["u_t"]
    run.complete("u_t")
    assert run.at == ["a_undo"]
    assert run.complete("a_undo").at == ["after"]


def test_every_instance_of_a_repeated_activity_is_undone(model: Any) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    body = ENDS + undone("a", "task").replace('<task id="a" />', f'<task id="a">{loop}</task>') + throw()
    run = model(body, "s > a > back > after > e").start()
    assert run.at == ["a_undo"] * 3


def test_an_error_handler_in_an_event_sub_process_may_undo_what_was_done_around_it(model: Any, arrows: Any) -> None:
    start = '<startEvent id="es_s"><errorEventDefinition/></startEvent>'
    event = f'<subProcess id="es" triggeredByEvent="true">{start}{throw()}{arrows("es_s > back")}</subProcess>'
    body = ENDS + undone("a", "task") + '<userTask id="w"/>' + event
    run = model(body, "s > a > w > e").start().fail("w", "E")
    assert run.at == ["a_undo"]
    assert run.complete("a_undo").ended is not None


CANCEL = '<endEvent id="stop"><cancelEventDefinition/></endEvent>'


def transaction(arrows: Any, more: str = "") -> str:
    inside = '<startEvent id="s2"/><endEvent id="e2"/><userTask id="w"/><userTask id="other"/>' + undone(
        "a", "task"
    )
    inside += (
        CANCEL
        + '<exclusiveGateway id="x" default="x_e2"/>'
        + arrows("s2 > a > w > x > e2", "x > stop: ${bad}", "s2 > other > e2")
    )
    return f'{ENDS}<transaction id="tx">{inside}</transaction>{more}'


CANCELLED = (
    '<boundaryEvent id="c" attachedToRef="tx"><cancelEventDefinition/></boundaryEvent><userTask id="sorry"/>'
)


def test_a_cancelled_transaction_is_undone_and_left_by_its_cancel_event(model: Any, arrows: Any) -> None:
    run = model(transaction(arrows, CANCELLED), "s > tx > after > e", "c > sorry > e").start()
    assert run.history[1].activity_type == "transaction"
    run.complete("w", bad=True)
    assert run.at == ["a_undo"]
    assert run.outcome("other") == "cancelled"
    run.complete("a_undo")
    assert run.at == ["sorry"]
    assert run.outcome("tx") == "cancelled"
    assert run.outcome("stop") == "cancelled"


def test_a_transaction_that_is_not_cancelled_ends_like_a_sub_process(model: Any, arrows: Any) -> None:
    run = model(transaction(arrows, CANCELLED), "s > tx > after > e", "c > sorry > e").start()
    run.complete("w", bad=False).complete("other")
    assert run.at == ["after"]


def test_an_instance_can_be_cancelled_while_it_undoes(model: Any, arrows: Any) -> None:
    from shoal.kernel import stimulus

    inside = undone("a", "task") + arrows("s2 > a > e2")
    run = model(ENDS + sub(inside) + throw(), "s > sub > back > after > e").start()
    run.do(stimulus.Cancel())
    assert run.ended.state.value == "cancelled"
    assert run.outcome("sub") == "ended"


def tree(run: Any) -> Any:
    """The elements of the activity instances: scopes as pairs of an element and what is inside of it."""

    def inside(at: Any) -> list[Any]:
        found = [(each.activity_id, inside(each)) if each.children else each.activity_id for each in at.children]
        return sorted(found, key=lambda each: each if isinstance(each, str) else each[0])

    return inside(activity_tree(run.process, run.snapshot.instance.id, run.snapshot.state))


def parents(run: Any, element: str) -> list[str]:
    """The elements around the activity instances of the element, as history tells."""
    ids = {record.id: record.activity_id for record in run.history}
    return [ids.get(record.parent_id, "") for record in run.history if record.activity_id == element]


def test_a_handler_is_beside_the_event_that_undoes_in_the_scope_of_its_activity(model: Any) -> None:
    run = model(ENDS + undone("a", "task") + throw(), "s > a > back > after > e").start()
    assert tree(run) == ["a_undo", "back"]
    assert parents(run, "a_undo") == [""]
    assert run.complete("a_undo").at == ["after"]


def test_a_sub_process_that_is_undone_is_beside_the_event(model: Any, arrows: Any) -> None:
    inside = undone("a", "task") + arrows("s2 > a > e2")
    run = model(ENDS + sub(inside) + throw(), "s > sub > back > after > e").start()
    assert tree(run) == ["back", ("sub", ["a_undo"])]
    assert parents(run, "a_undo") == ["sub"]


def test_handlers_of_a_repeated_activity_are_in_its_body(model: Any) -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>2</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    body = ENDS + undone("a", "task").replace('<task id="a" />', f'<task id="a">{loop}</task>') + throw()
    run = model(body, "s > a > back > after > e").start()
    assert tree(run) == [("a#multiInstanceBody", ["a_undo", "a_undo"]), "back"]
    assert parents(run, "a_undo") == ["a#multiInstanceBody"] * 2


def test_what_an_event_sub_process_undoes_is_in_the_sub_process_around_it(model: Any, arrows: Any) -> None:
    again = '<intermediateThrowEvent id="again"><compensateEventDefinition/></intermediateThrowEvent>'
    undoing = (
        '<subProcess id="undoing" triggeredByEvent="true">'
        f'<startEvent id="s3"><compensateEventDefinition/></startEvent>{again}'
        f'<endEvent id="e3"/>{arrows("s3 > again > e3")}</subProcess>'
    )
    inside = undone("a", "task") + undoing + arrows("s2 > a > e2")
    run = model(ENDS + sub(inside) + throw(), "s > sub > back > after > e").start()
    assert tree(run) == ["back", ("sub", ["a_undo", ("undoing", ["again"])])]
    assert parents(run, "a_undo") == parents(run, "undoing") == ["sub"]
    assert run.complete("a_undo").at == ["after"]
