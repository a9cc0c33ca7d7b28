"""``pycamunda`` deploys, finds, starts, suspends and deletes, and migrates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pycamunda
import pycamunda.deployment
import pycamunda.migration
import pycamunda.processdef
import pycamunda.version
import pytest
from tests.integration.api.engine_rest.conftest import model, served

import shoal
from shoal.engine import Engine


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine on a fresh file."""
    folder = tmp_path_factory.mktemp("engine")
    with shoal.open_engine(f"sqlite:///{folder / 'shoal.db'}", blob_url=(folder / "blobs").as_uri()) as opened:
        yield opened


@pytest.fixture(scope="module")
def url(engine: Engine) -> Iterator[str]:
    """What the client is pointed at."""
    with served(engine) as base:
        yield f"{base}/engine-rest"


def deployed(url: str, key: str, **options: str) -> pycamunda.processdef.ProcessDefinition:
    """The definition of a new deployment."""
    create = pycamunda.deployment.Create(url, name=key, **options)
    create.add_resource(io.BytesIO(model(key)))
    (definition,) = create().deployed_process_definitions.values()
    return definition


def test_a_file_is_deployed_and_found(url: str, tmp_path: Path) -> None:
    path = tmp_path / "file.bpmn"
    path.write_bytes(model("file"))
    create = pycamunda.deployment.Create(url, name="file", source="test", enable_duplicate_filtering=True)
    with path.open("rb") as content:
        create.add_resource(content)
        made = create()
    assert isinstance(made.deployment_time, datetime)
    assert (made.name, made.source, made.tenant_id) == ("file", "test", None)
    (definition,) = made.deployed_process_definitions.values()
    assert (definition.key, definition.resource) == ("file", "file.bpmn")
    with path.open("rb") as content:
        again = pycamunda.deployment.Create(url, name="file", enable_duplicate_filtering=True)
        again.add_resource(content)
        found = again()
    assert (found.id_, found.deployed_process_definitions) == (made.id_, None)
    (listed,) = pycamunda.deployment.GetList(url, name="file", sort_by="name")()
    assert listed.id_ == made.id_
    (resource,) = pycamunda.deployment.GetResources(url, made.id_)()
    data = pycamunda.deployment.GetResource(url, made.id_, resource.id_, binary=True)()
    assert data == model("file")
    pycamunda.deployment.Delete(url, made.id_, cascade=True)()
    with pytest.raises(pycamunda.NotFound):
        pycamunda.deployment.Get(url, made.id_)()


def test_a_wrong_model_is_a_bad_request(url: str) -> None:
    create = pycamunda.deployment.Create(url, name="wrong")
    create.add_resource(("wrong.bpmn", b"<nothing/>"))
    with pytest.raises(pycamunda.BadRequest):
        create()


def test_definitions_are_found(url: str) -> None:
    definition = deployed(url, "found")
    assert pycamunda.processdef.Count(url, key="found", latest_version=True)() == 1
    (listed,) = pycamunda.processdef.GetList(url, key_like="fou%", active=True, sort_by="key", ascending=False)()
    assert listed == definition
    assert pycamunda.processdef.Get(url, key="found")() == definition
    assert "targetNamespace" in pycamunda.processdef.GetXML(url, id_=definition.id_)()
    with pytest.raises(pycamunda.NotFound):
        pycamunda.processdef.Get(url, key="none")()


def test_an_instance_is_started(url: str, engine: Engine) -> None:
    definition = deployed(url, "started")
    start = pycamunda.processdef.StartInstance(
        url, key="started", business_key="A-1", with_variables_in_return=True
    )
    start.add_variable("amount", 30)
    start.add_variable("note", "x", type_="String")
    instance = start()
    assert (instance.business_key, instance.definition_id) == ("A-1", definition.id_)
    assert instance.variables["amount"].value == 30
    plain = pycamunda.processdef.StartInstance(url, id_=definition.id_)
    plain.add_start_after_activity_instruction("check")
    assert engine.instances.get(plain().id_).ended_at is not None
    (stats,) = pycamunda.processdef.GetActivityInstanceStats(url, key="started", incidents=True)()
    assert (stats.id_, stats.instances, stats.incidents) == ("check", 1, ())
    numbers = pycamunda.processdef.GetProcessInstanceStats(url, failed_jobs=True)()
    assert {each.id_: each.instances for each in numbers}[definition.id_] == 1


def test_a_definition_is_suspended_kept_and_deleted(url: str) -> None:
    definition = deployed(url, "control")
    pycamunda.processdef.Suspend(url, id_=definition.id_, include_process_instances=True)()
    assert pycamunda.processdef.Get(url, id_=definition.id_)().suspended
    with pytest.raises(pycamunda.BadRequest):
        pycamunda.processdef.StartInstance(url, key="control")()
    pycamunda.processdef.Activate(url, key="control")()
    pycamunda.processdef.UpdateHistoryTimeToLive(url, key="control", history_time_to_live=9)()
    assert pycamunda.processdef.Get(url, key="control")().history_time_to_live == 9
    pycamunda.processdef.Delete(url, id_=definition.id_, cascade=True)()
    assert pycamunda.processdef.Count(url, key="control")() == 0


def test_instances_are_migrated(url: str, engine: Engine) -> None:
    source, target = deployed(url, "migrated"), deployed(url, "migrated")
    ids = engine.instances.start_many(definition_id=source.id_, count=2)
    plan = pycamunda.migration.Generate(url, source.id_, target.id_)()
    assert [each.source_activity_ids for each in plan.instructions] == [["check"]]
    assert pycamunda.migration.Validate.from_migration_plan(url, plan)() == ()
    execute = pycamunda.migration.Execute(url, source.id_, target.id_, ids)
    execute.add_instruction(["check"], ["check"])
    execute()
    assert {engine.instances.get(each).definition_id for each in ids} == {target.id_}
    back = pycamunda.migration.Execute(url, target.id_, source.id_, ids, async_=True)
    back.add_instruction(["check"], ["check"])
    batch = back()
    assert batch.type_ == "instance-migration"
    engine.run_until_idle()
    assert {engine.instances.get(each).definition_id for each in ids} == {source.id_}


def test_the_version(url: str) -> None:
    assert pycamunda.version.Get(url)()


def test_instances_are_restarted(url: str, engine: Engine) -> None:
    definition = deployed(url, "restarted")
    first, second = engine.instances.start_many(definition_id=definition.id_, count=2)
    engine.instances.start(definition_id=definition.id_)
    for each in (first, second):
        engine.instances.cancel(each, "test")
    for instance, in_batch in ((first, False), (second, True)):
        restart = pycamunda.processdef.RestartProcessInstance(url, definition.id_, [instance], async_=in_batch)
        restart.add_before_activity_instruction("check")
        restart()
    engine.run_until_idle()
    rows = engine.instances.list(definition_id=definition.id_, running=True)
    assert {row.restarted_from_id for row in rows} == {first, second, None}
