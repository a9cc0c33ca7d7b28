"""Every method of the engine asks for a permission, and does nothing without it."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

import pytest
from tests.integration.people.scene import Scene

from shoal.engine import Engine
from shoal.engine.access import Access, access_of, allowed
from shoal.engine.starting import Starting
from shoal.errors import ForbiddenError
from shoal.people.permissions import PERMITTED, Permission, Role


def _facades(engine: Engine) -> dict[str, type]:
    named = {name: type(value) for name, value in vars(engine).items() if hasattr(value, "_context")}
    inner = {
        f"{name}.{each}": type(value)
        for name in named
        for each, value in vars(getattr(engine, name)).items()
        if hasattr(value, "_context")
    }
    return {**named, **inner, **{each.__name__: each for each in builders()}, "": type(engine)}


def builders() -> set[type]:
    """What methods return to be carried out later."""
    found: set[type] = {Starting}
    while more := {each for kind in found for each in kind.__subclasses__()} - found:
        found |= more
    return found


def returns_a_builder(method: Any) -> bool:
    """Whether a method only begins something."""
    if not inspect.isfunction(method):
        return False
    kinds = {each.__name__ for each in builders()}
    return str(inspect.signature(method).return_annotation) in kinds


def _methods(engine: Engine) -> Iterator[tuple[str, str, Access | None]]:
    for facade, kind in _facades(engine).items():
        for name in dir(kind):
            if not name.startswith("_"):
                yield facade, name, access_of(inspect.getattr_static(kind, name))


def test_every_method_says_what_it_asks_for(scene: Scene) -> None:
    silent = [f"{facade}.{name}" for facade, name, access in _methods(scene.engine) if access is None]
    assert silent == []


def test_a_method_says_it_once() -> None:
    with pytest.raises(TypeError, match="says twice what it asks for"):

        @allowed(Permission.READ_INSTANCES)
        @allowed(Permission.UPDATE_INSTANCES)
        def change() -> None:
            """Change something."""


def test_what_changes_something_is_logged_and_what_reads_is_not(scene: Scene) -> None:
    """Reading permissions are those of viewers, and reading of people and of the log."""
    reading = {each for each in Permission if each.name.startswith("READ_")}
    for facade, name, access in _methods(scene.engine):
        if access is not None and access.logged is not None:
            assert access.permission not in reading, (facade, name)


UNLOGGED = {
    # what workers do with external tasks that they hold; Camunda 7 does not log it either
    "external_tasks": {
        "fetch_and_lock",
        "wait_and_lock",
        "lock",
        "complete",
        "fail",
        "throw_error",
        "extend_lock",
        "arrivals",
        "any_free",
        "stop_waiting",
    },
    "batches": {"preview"},
    # whoever may do this has the process in their hands
    "deployments": {"register", "unregister"},
    "": {"acting_as", "close", "run_until_idle", "run_workers", "workers"},
}


def test_only_a_few_changes_are_not_logged(scene: Scene) -> None:
    reading = {each for each in Permission if each.name.startswith("READ_")} | {Permission.ANYBODY}
    unlogged: dict[str, set[str]] = {}
    for facade, name, access in _methods(scene.engine):
        if access is not None and access.logged is None and access.permission not in reading:
            kind = _facades(scene.engine)[facade]
            if not returns_a_builder(inspect.getattr_static(kind, name)):
                unlogged.setdefault(facade, set()).add(name)
    assert unlogged == UNLOGGED


def test_somebody_without_rights_can_do_nothing(scene: Scene) -> None:
    """Every method of every facade refuses, before it looks at its arguments."""
    nobody: Any = scene.user("nobody")
    before = scene.dump()
    refused = 0
    for facade, name, access in _methods(scene.engine):
        if access is None or access.permission is Permission.ANYBODY or facade[:1] in ("", *ascii_uppercase):
            continue
        target: Any = nobody
        for part in facade.split("."):
            target = getattr(target, part)
        with pytest.raises(ForbiddenError) as error:
            _call(target, type(_of(scene.engine, facade)), name)
        assert error.value.http_status == 403
        assert error.value.details["user_id"] == "nobody"
        assert error.value.details["missing_authorizations"], (facade, name)
        refused += 1
    assert refused > 100
    assert scene.dump() == before


def _of(engine: Engine, facade: str) -> Any:
    target: Any = engine
    for part in facade.split("."):
        target = getattr(target, part)
    return target


def _call(target: Any, kind: type, name: str) -> None:
    declared = inspect.getattr_static(kind, name)
    found = getattr(target, name)
    if isinstance(declared, property):
        return
    said: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in list(inspect.signature(getattr(kind, name)).parameters.values())[1:]:
        if parameter.default is inspect.Parameter.empty and parameter.kind in (
            inspect.Parameter.POSITIONAL_ONLY,
            inspect.Parameter.POSITIONAL_OR_KEYWORD,
        ):
            said.append("suspend-instances" if parameter.name == "operation" else "x")
        elif parameter.default is inspect.Parameter.empty and parameter.kind is inspect.Parameter.KEYWORD_ONLY:
            named[parameter.name] = "x"
    found(*said, **named)


def test_the_process_itself_is_for_admins(scene: Scene) -> None:
    operator: Any = scene.acting("north-operator")
    for name in ("workers", "run_until_idle", "close", "register", "schema", "credentials", "acting_as"):
        with pytest.raises(ForbiddenError):
            getattr(operator, name)
    with pytest.raises(AttributeError):
        _ = operator._context
    with pytest.raises(AttributeError):
        _ = operator.instances._context
    assert scene.acting("root").schema.current == scene.engine.schema.needed


def test_what_is_not_declared_is_refused(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(scene.engine.instances), "undeclared", lambda _self: 1, raising=False)
    root: Any = scene.acting("root")
    with pytest.raises(ForbiddenError, match="not offered"):
        root.instances.undeclared()


def test_roles(scene: Scene) -> None:
    viewer, deployer = scene.user("a-viewer", "viewer"), scene.user("a-deployer", "deployer")
    instance = scene.instances[None]["review"]
    for each in (viewer, deployer):
        assert each.instances.get(instance).id == instance
        with pytest.raises(ForbiddenError):
            each.instances.suspend(instance)
        with pytest.raises(ForbiddenError):
            each.batches.create("suspend-instances", ids=[instance])
        with pytest.raises(ForbiddenError):
            each.users.list()
    with pytest.raises(ForbiddenError):
        viewer.definitions.suspend("review")
    deployer.definitions.suspend("defer")
    deployer.definitions.resume("defer")
    assert PERMITTED[Role.VIEWER] < PERMITTED[Role.OPERATOR] < PERMITTED[Role.ADMIN]


def test_a_role_of_a_group_is_one_of_its_members(scene: Scene) -> None:
    user = scene.user("in-a-group")
    with pytest.raises(ForbiddenError):
        user.instances.count()
    scene.engine.groups.create("viewers")
    scene.engine.users.give_role("viewer", group_id="viewers")
    scene.engine.groups.add("viewers", "in-a-group")
    assert scene.acting("in-a-group").instances.count() > 0
    scene.engine.groups.remove("viewers", "in-a-group")
    with pytest.raises(ForbiddenError):
        scene.acting("in-a-group").instances.count()


def test_members_of_camundas_group_are_admins(scene: Scene) -> None:
    scene.user("camunda")
    scene.engine.groups.create("camunda-admin")
    scene.engine.groups.add("camunda-admin", "camunda")
    assert scene.acting("camunda").users.get("camunda").id == "camunda"


def test_a_permission_to_create_one_kind_of_batch(scene: Scene) -> None:
    user = scene.user("batcher")
    grant = scene.engine.authorizations.create(
        kind=1,
        permissions=["CREATE_BATCH_UPDATE_PROCESS_INSTANCES_SUSPEND"],
        resource_type=13,
        resource_id="*",
        user_id="batcher",
    )
    user = scene.acting("batcher")
    ids = [scene.instances[None]["review"]]
    assert user.batches.preview("suspend-instances", ids=ids).count == 1
    batch = user.batches.create("suspend-instances", ids=ids, suspended=True)
    with pytest.raises(ForbiddenError) as refused:
        user.batches.create("cancel-instances", ids=ids)
    assert refused.value.details["missing_authorizations"] == [
        {"permissionName": "CREATE", "resourceName": "Batch", "resourceId": None},
        {
            "permissionName": "CREATE_BATCH_DELETE_RUNNING_PROCESS_INSTANCES",
            "resourceName": "Batch",
            "resourceId": None,
        },
    ]
    with pytest.raises(ForbiddenError):
        batch.cancel_anyway() if hasattr(batch, "cancel_anyway") else user.batches.cancel(batch.id)
    with pytest.raises(ForbiddenError):
        batch.refresh()
    scene.engine.authorizations.delete(grant.id)
    with pytest.raises(ForbiddenError):
        scene.acting("batcher").batches.create("suspend-instances", ids=ids)
    scene.engine.batches.delete(batch.id)


def test_a_revoke_takes_away_what_a_role_gives(scene: Scene) -> None:
    scene.user("restricted", "operator")
    for resource_type, name in ((8, "DELETE"), (6, "DELETE_INSTANCE")):
        scene.engine.authorizations.create(
            kind=2, permissions=[name], resource_type=resource_type, resource_id="*", user_id="restricted"
        )
    user = scene.acting("restricted")
    with pytest.raises(ForbiddenError):
        user.instances.cancel(scene.instances[None]["review"])
    assert user.instances.get(scene.instances[None]["review"]).state == "active"


def test_builders_and_handles_stay_in_the_hands_of_the_user(scene: Scene) -> None:
    operator = scene.acting("north-operator")
    instance = operator.instances.start("review", tenant_id="north")
    modification = operator.instances.modify(instance).cancel_all("task").start_before("task")
    assert type(modification) is type(operator.instances.modify(instance))
    modification.execute(annotation="because")
    (entry,) = scene.engine.audit.list(operation_type="ModifyProcessInstance", instance_id=instance)
    assert (entry.annotation, entry.user_id) == ("because", "north-operator")
    batch = operator.batches.create("suspend-instances", ids=[instance], suspended=True)
    assert batch.refresh().view.created_by == "north-operator"
    assert operator.instances.get(instance).started_by == "north-operator"
