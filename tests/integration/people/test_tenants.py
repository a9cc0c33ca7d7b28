"""Who belongs to tenants sees and changes what is theirs or nobody's; the rest is like unknown."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from tests.integration.commands.models import END, START, TASK, chain, model
from tests.integration.people.scene import MODELS, TENANTS, Scene
from tests.integration.people.test_access import returns_a_builder

from shoal.engine import Engine
from shoal.errors import NotFoundError, ShoalError
from shoal.ids import new_id
from shoal.store.tables import metadata
from shoal.store.tables.columns import SHARED
from shoal.store.tenancy import owner_columns

SEEN = ("north", None)


@pytest.fixture
def north(scene: Scene) -> Engine:
    """The engine in the hands of somebody of the north who may do everything but manage people."""
    return scene.acting("north-all")


def test_every_table_says_whose_its_rows_are() -> None:
    unsaid = [each.name for each in metadata.sorted_tables if each.info != SHARED and not owner_columns(each)]
    # one row of the engine itself, or of nobody's
    assert unsaid == []


def test_lists_show_what_is_theirs_or_nobodys(scene: Scene, north: Engine) -> None:
    seen = {scene.instances[tenant][key] for tenant in SEEN for key in MODELS}
    hidden = {scene.instances["south"][key] for key in MODELS}
    found = {each.id for each in north.instances.list()}
    assert seen <= found
    assert not hidden & found
    assert not hidden & {each.id for each in north.instances.list(ids=sorted(hidden))}
    everything = scene.engine.instances.count()
    assert north.instances.count() < everything == scene.acting("root").instances.count()
    assert {each.tenant_id for each in north.definitions.find()} == set(SEEN)
    assert {each.tenant_id for each in north.definitions.list()} == set(SEEN)
    of = {each.instance_id for each in north.tasks.find()}
    assert scene.instances["north"]["review"] in of
    assert scene.instances["south"]["review"] not in of
    work = {
        each.task.instance_id if hasattr(each, "task") else each.instance_id for each in north.external_tasks.find()
    }
    assert work == {scene.instances[tenant]["ship"] for tenant in SEEN}
    assert {each.instance_id for each in north.jobs.list()} == {scene.instances[each]["defer"] for each in SEEN}
    assert {
        each.value.value if hasattr(each.value, "value") else each.value for each in north.variables.find(name="of")
    } == {
        "north",
        "none",
    }


def test_somebody_without_tenants_sees_what_is_nobodys(scene: Scene) -> None:
    """Camunda 7: a user without tenants sees what belongs to none."""
    user = scene.user("of-no-tenant", "operator")
    assert {each.tenant_id for each in user.instances.list()} == {None}


def test_a_tenant_of_a_group_is_one_of_its_members(scene: Scene) -> None:
    user = scene.user("southerner", "viewer")
    scene.engine.groups.create("southerners")
    scene.engine.tenants.add("south", group_id="southerners")
    scene.engine.groups.add("southerners", "southerner")
    user = scene.acting("southerner")
    assert {each.tenant_id for each in user.instances.list()} == {"south", None}


def _ids(scene: Scene, tenant: str | None) -> dict[str, str]:
    """Something of a tenant for every kind of argument."""
    engine, instances = scene.engine, scene.instances[tenant]
    (task,) = engine.tasks.find(instance_id=instances["review"], open=True)
    (job,) = engine.jobs.list(instance_id=instances["defer"])
    (work,) = [each for each in engine.external_tasks.find() if each.instance_id == instances["ship"]]
    definition = scene.definitions[tenant]["defer"]
    (job_definition,) = engine.jobs.definitions(definition)
    return {
        "instance_id": instances["review"],
        "scope_id": instances["review"],
        "task_id": task.id,
        "external_task_id": work.id,
        "job_id": job.id,
        "definition_id": definition,
        "source_definition_id": definition,
        "target_definition_id": definition,
        "deployment_id": scene.deployments[tenant],
        "job_definition_id": job_definition.id,
    }


REST: dict[str, Any] = {
    "variables": {"x": 1},
    "values": {"x": 1},
    "names": ["x"],
    "removed": ["x"],
    "name": "of",
    "user_id": "mary",
    "worker_id": "w",
    "lock_seconds": 1.0,
    "retries": 1,
    "priority": 1,
    "due_at": None,
    "days": 5,
    "message": "m",
    "code": "c",
    "error_code": "c",
    "kind": "candidate",
    "content": b"x",
    "state": "failed",
    "target_ids": (),
}
_ID_NAMES = (
    "instance_id",
    "scope_id",
    "task_id",
    "job_id",
    "definition_id",
    "deployment_id",
    "job_definition_id",
    "source_definition_id",
)


def _cases() -> list[tuple[str, str, str]]:
    """Every method of every facade that takes the id of something of an instance or a definition."""
    from shoal.engine import engine as module

    kinds = {
        "instances": module.Instances,
        "definitions": module.Definitions,
        "tasks": module.Tasks,
        "external_tasks": module.ExternalTasks,
        "variables": module.VariableWork,
        "jobs": module.Jobs,
        "migration": module.Migration,
    }
    if hasattr(module, "Deployments"):
        kinds["deployments"] = module.Deployments
    found: list[tuple[str, str, str]] = []
    for facade, kind in kinds.items():
        for name in dir(kind):
            method = inspect.getattr_static(kind, name)
            if name.startswith("_") or not inspect.isfunction(method):
                continue
            if (facade, name) in (("tasks", "create"), ("migration", "execute_one")):
                continue  # the id of what does not exist yet; tested by itself
            parameters = inspect.signature(method).parameters
            found += [(facade, name, each) for each in _ID_NAMES if each in parameters][:1]
    return found


SILENT = {
    # lists of what belongs to it: empty, as for one that does not exist
    ("tasks", "comments"),
    ("tasks", "attachments"),
    ("deployments", "resources"),
}
QUIET = {
    # there is nothing to do, which is logged
    ("tasks", "delete_comments"),
}


@pytest.mark.parametrize(("facade", "name", "argument"), _cases(), ids=lambda each: str(each))
def test_ids_of_others_are_like_unknown_ones(
    scene: Scene, north: Engine, facade: str, name: str, argument: str
) -> None:
    kind = type(getattr(scene.engine, facade))
    of_south = _ids(scene, "south")
    key = "external_task_id" if facade == "external_tasks" and argument == "task_id" else argument
    foreign, unknown = of_south[key], new_id()
    if argument == "job_definition_id":
        unknown = "~".join([new_id(), *of_south[key].split("~")[1:]])
    before = scene.dump()
    answers = [
        _said(getattr(getattr(north, facade), name), kind, name, argument, each) for each in (foreign, unknown)
    ]
    after = scene.dump()
    if (facade, name) in QUIET:
        del before["user_operation"], after["user_operation"]
    assert after == before
    shown = [
        text.replace(each, "ID").replace(each[:36], "ID")
        for text, each in zip(answers, (foreign, unknown), strict=True)
    ]
    assert shown[0] == shown[1]
    if (facade, name) not in SILENT and not returns_a_builder(getattr(kind, name)):
        assert answers[0].startswith(("NotFoundError", "[]", "0", "InputError", "None")), answers[0]


def _said(method: Callable[..., Any], kind: type, name: str, argument: str, value: str) -> str:
    """What came of it, as text."""
    said: dict[str, Any] = {argument: value}
    for parameter in list(inspect.signature(getattr(kind, name)).parameters.values())[1:]:
        if (
            parameter.name not in said
            and parameter.default is inspect.Parameter.empty
            and parameter.kind
            in (
                inspect.Parameter.POSITIONAL_OR_KEYWORD,
                inspect.Parameter.KEYWORD_ONLY,
            )
        ):
            said[parameter.name] = value if parameter.name.endswith("definition_id") else REST[parameter.name]
    if name in ("comment", "attach"):
        said = {"name": "n", "url": "u"} | said if name == "attach" else said
    try:
        return repr(method(**said))
    except ShoalError as error:
        return f"{type(error).__name__}: {error.message}"


def test_many_at_once_leave_those_of_others_alone(scene: Scene, north: Engine) -> None:
    mine = north.instances.start("review", tenant_id="north")
    foreign = scene.instances["south"]["review"]
    for outcome in (
        north.instances.suspend_many([mine, foreign]),
        north.instances.resume_many([mine, foreign]),
        north.instances.set_variables_many([mine, foreign], {"of": "me"}),
        north.instances.cancel_many([mine, foreign]),
        north.instances.delete_history_many([mine, foreign]),
    ):
        assert outcome.succeeded == [mine]
        assert outcome.skipped[foreign].code == "not-found"
    assert scene.engine.instances.variables(foreign) == {"of": "south"}
    assert scene.engine.instances.get(foreign).state == "active"


def test_keys_names_and_topics_reach_nobody_else(scene: Scene, north: Engine) -> None:
    with pytest.raises(NotFoundError):
        north.instances.start("review", tenant_id="south")
    assert north.messages.correlate_all("go", business_key="hold of south") == []
    topics = {each.task.instance_id for each in north.external_tasks.fetch_and_lock("w", ["work"], max_tasks=100)}
    assert topics == {scene.instances[each]["ship"] for each in SEEN}
    north.definitions.suspend("hold")
    suspended = {each.tenant_id for each in scene.engine.definitions.find(key="hold") if each.suspended}
    scene.engine.definitions.resume("hold")
    assert suspended == set(SEEN)


def test_nothing_is_made_for_other_tenants(scene: Scene, north: Engine) -> None:
    scene.user("north-deployer", "deployer", "north")
    deployer = scene.acting("north-deployer")
    before = scene.dump()
    with pytest.raises(NotFoundError, match="there is no tenant 'south'"):
        deployer.definitions.deploy(contents={"t.bpmn": MODELS["review"]}, tenant_id="south")
    with pytest.raises(NotFoundError, match="there is no tenant 'south'"):
        north.batches.create("suspend-instances", ids=[scene.instances["north"]["review"]], tenant_id="south")
    assert scene.dump() == before
    made = deployer.definitions.deploy(contents={"own.bpmn": chain("own", START, TASK, END)}, tenant_id="north")
    deployer.definitions.delete_deployment(made.id)


def test_a_batch_works_for_the_tenants_of_who_made_it(scene: Scene, north: Engine) -> None:
    ids = [scene.instances[each]["review"] for each in TENANTS]
    by_ids = north.batches.create("set-variables", {"variables": {"touched": "ids"}}, ids=ids)
    by_filter = north.batches.create(
        "set-variables", {"variables": {"found": "filter"}}, filter={"definition_key": "review", "running": True}
    )
    scene.engine.run_until_idle()
    assert by_ids.refresh().view.statistics.succeeded == 2
    assert by_ids.view.statistics.skipped == 1
    (outcome,) = north.batches.outcomes(by_ids.id, [scene.instances["south"]["review"]])
    assert outcome.reason == "not-found"
    assert by_filter.refresh().failed == 0
    for tenant in SEEN:
        found = scene.engine.instances.variables(scene.instances[tenant]["review"])
        assert (found["touched"], found["found"]) == ("ids", "filter")
    assert scene.engine.instances.variables(scene.instances["south"]["review"]) == {"of": "south"}


def test_batches_of_others_are_like_unknown_ones(scene: Scene, north: Engine) -> None:
    south = scene.acting("south-operator")
    batch = south.batches.create("suspend-instances", ids=[scene.instances["south"]["review"]], suspended=True)
    tagged = scene.engine.batches.create(
        "suspend-instances", ids=[scene.instances["south"]["review"]], suspended=True, tenant_id="south"
    )
    before = scene.dump()
    for each in (batch, tagged):
        assert each.id not in {found.id for found in north.batches.list()}
        for act in (
            north.batches.get,
            north.batches.suspend,
            north.batches.resume,
            north.batches.cancel,
            north.batches.retry_failed,
            north.batches.delete,
            north.batches.failures,
            north.batches.elements,
        ):
            with pytest.raises(NotFoundError):
                act(each.id)
    assert scene.dump() == before
    assert batch.id in {found.id for found in south.batches.list()}
    for each in (batch, tagged):
        scene.engine.batches.delete(each.id)


def test_a_call_goes_back_to_its_caller_of_another_tenant(scene: Scene) -> None:
    """Whoever completes the called one cannot see its caller, which goes on all the same."""
    engine = scene.engine
    engine.definitions.deploy(contents={"inner.bpmn": chain("inner", START, TASK, END)}, tenant_id="north")
    call = (
        '<bpmn:startEvent id="s"><bpmn:outgoing>a</bpmn:outgoing></bpmn:startEvent>'
        '<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="c"/>'
        '<bpmn:callActivity id="c" calledElement="inner" camunda:calledElementTenantId="north">'
        "<bpmn:incoming>a</bpmn:incoming><bpmn:outgoing>b</bpmn:outgoing></bpmn:callActivity>"
        '<bpmn:sequenceFlow id="b" sourceRef="c" targetRef="e"/>'
        '<bpmn:endEvent id="e"><bpmn:incoming>b</bpmn:incoming></bpmn:endEvent>'
    )
    engine.definitions.deploy(contents={"outer.bpmn": model("outer", call)}, tenant_id="south")
    outer = engine.instances.start("outer", tenant_id="south")
    (task,) = engine.tasks.find(definition_key="inner", open=True)
    north = scene.acting("north-operator")
    with pytest.raises(NotFoundError):
        north.instances.get(outer)
    north.tasks.complete(task.id)
    assert engine.instances.get(outer).state == "completed"


def test_who_cancels_a_called_one_cancels_its_caller_of_another_tenant(scene: Scene) -> None:
    engine = scene.engine
    outer = engine.instances.start("outer", tenant_id="south")
    (inner,) = engine.instances.list(definition_key="inner", running=True)
    scene.acting("north-operator").instances.cancel(inner.id)
    assert engine.instances.get(outer).state != "active"
    outer = engine.instances.start("outer", tenant_id="south")
    scene.acting("south-operator").instances.cancel(outer)
    assert engine.instances.count(definition_key="inner", running=True) == 0


def test_builders_look_when_they_are_carried_out(scene: Scene, north: Engine) -> None:
    foreign, definition = scene.instances["south"]["review"], scene.definitions["south"]["review"]
    plan = scene.engine.migration.generate(definition, definition)
    mine = north.migration.generate(scene.definitions["north"]["review"], scene.definitions["north"]["review"])
    before = scene.dump()
    acts: list[Callable[[], Any]] = [
        north.instances.modify(foreign).cancel_all("task").execute,
        north.instances.start_at(definition_id=definition).start_before("task").execute,
        lambda: north.instances.restart(definition).start_before("task").execute([foreign]),
        lambda: north.migration.execute_one(plan, foreign),
        lambda: north.migration.execute_one(mine, foreign),
    ]
    for act in acts:
        with pytest.raises(NotFoundError):
            act()
    assert scene.dump() == before
