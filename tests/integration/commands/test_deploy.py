"""Deploying models."""

from __future__ import annotations

import threading

import pytest
from tests.integration.commands.models import END, MESSAGE_START, START, chain, model
from tests.integration.commands.scene import count, rows

from shoal.commands.context import Context
from shoal.commands.deploy import Deployment, deploy
from shoal.commands.start_instances import start_instances
from shoal.errors import InputError, ModelRejectedError
from shoal.store.tables.definitions import deployment, process_definition
from shoal.store.tables.waits import event_subscription


def test_versions_count_per_key_and_tenant(ctx: Context) -> None:
    file = chain("versions", START, END)
    made = [deploy(ctx, {"a.bpmn": file}) for _ in range(3)]
    assert [each.definitions[0].version for each in made] == [1, 2, 3]
    assert deploy(ctx, {"a.bpmn": file}, tenant_id="t").definitions[0].version == 1
    assert made[0].definitions[0].resource_name == "a.bpmn"


def test_every_fault_of_every_file_is_listed_and_nothing_is_deployed(ctx: Context) -> None:
    before = count(ctx, deployment)
    bad = model("bad", '<bpmn:adHocSubProcess id="adhoc"/>')
    with pytest.raises(ModelRejectedError) as caught:
        deploy(ctx, {"good.bpmn": chain("good", START, END), "bad.bpmn": bad, "broken.bpmn": b"<xml"})
    assert "bad.bpmn" in str(caught.value)
    assert "broken.bpmn" in str(caught.value)
    assert len(caught.value.faults) >= 2
    assert count(ctx, deployment) == before


def test_two_files_cannot_have_the_same_process(ctx: Context) -> None:
    file = chain("twice", START, END)
    with pytest.raises(ModelRejectedError, match="another file"):
        deploy(ctx, {"a.bpmn": file, "b.bpmn": file})


def test_a_deployment_needs_files_with_possible_names(ctx: Context) -> None:
    with pytest.raises(InputError):
        deploy(ctx, {})
    with pytest.raises(InputError):
        deploy(ctx, {"nul\0.bpmn": chain("x", START, END)})
    with pytest.raises(InputError):
        deploy(ctx, {"a.bpmn": chain("x", START, END)}, name="x" * 256)


def test_duplicates_are_found_by_name_and_content(ctx: Context) -> None:
    files = {"a.bpmn": chain("dup-a", START, END), "b.bpmn": chain("dup-b", START, END)}
    first = deploy(ctx, files, name="duplicates", source="tests")
    again = deploy(ctx, files, name="duplicates", filter_duplicates=True)
    assert (again.id, again.is_new, again.source) == (first.id, False, "tests")
    assert [each.id for each in again.definitions] == [each.id for each in first.definitions]
    changed = files | {"b.bpmn": chain("dup-b", START, ("end2", '<bpmn:endEvent id="end2">{}</bpmn:endEvent>'))}
    some = deploy(ctx, changed, name="duplicates", filter_duplicates=True, changed_only=True)
    assert [(each.key, each.version) for each in some.definitions] == [("dup-b", 2)]
    everything = deploy(ctx, files, name="other", filter_duplicates=True)
    assert [(each.key, each.version) for each in everything.definitions] == [("dup-a", 2), ("dup-b", 3)]


def test_only_the_newest_version_is_started_by_messages(ctx: Context) -> None:
    for _ in range(2):
        newest = deploy(ctx, {"m.bpmn": MESSAGE_START})
    subscriptions = [each for each in rows(ctx, event_subscription) if each.name == "ordered"]
    assert [each.definition_id for each in subscriptions] == [newest.definitions[0].id]
    # a version without the message is started by it no more
    deploy(ctx, {"m.bpmn": chain("message-start", START, END)})
    assert not [each for each in rows(ctx, event_subscription) if each.name == "ordered"]


def test_a_message_starts_one_definition_of_a_tenant(ctx: Context) -> None:
    def starting(key: str, message: str) -> bytes:
        event = '<bpmn:messageEventDefinition messageRef="m1"/>'
        begin = ("begin", f'<bpmn:startEvent id="begin">{{}}{event}</bpmn:startEvent>')
        return chain(key, begin, END, roots=f'<bpmn:message id="m1" name="{message}"/>')

    for _ in range(2):
        deploy(ctx, {"a.bpmn": starting("taker", "taken")})
    with pytest.raises(ModelRejectedError, match="there already is a message event subscription") as raised:
        deploy(ctx, {"b.bpmn": starting("other", "taken"), "c.bpmn": starting("third", "free")})
    assert raised.value.resource == "b.bpmn"
    with pytest.raises(ModelRejectedError, match="there already is a message event subscription"):
        deploy(ctx, {"b.bpmn": starting("other", "free"), "c.bpmn": starting("third", "free")})
    deploy(ctx, {"b.bpmn": starting("other", "taken")}, tenant_id="elsewhere")
    deploy(ctx, {"a.bpmn": starting("taker", "left")})
    deploy(ctx, {"b.bpmn": starting("other", "taken")})


def test_timer_starts_deploy(ctx: Context) -> None:
    timer = (
        "start",
        (
            '<bpmn:startEvent id="start">{}<bpmn:timerEventDefinition><bpmn:timeCycle>R/PT1H</bpmn:timeCycle>'
            "</bpmn:timerEventDefinition></bpmn:startEvent>"
        ),
    )
    assert deploy(ctx, {"t.bpmn": chain("timed", timer, END)}).definitions[0].version == 1


def test_concurrent_deployments_get_different_versions(ctx: Context) -> None:
    made: list[Deployment] = []
    file = chain("racing", START, END)
    threads = [threading.Thread(target=lambda: made.append(deploy(ctx, {"r.bpmn": file}))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.definitions[0].version for each in made) == [1, 2, 3, 4, 5, 6]
    assert len(rows(ctx, process_definition, key="racing")) == 6


def test_a_new_context_reads_models_from_the_database(ctx: Context) -> None:
    deploy(ctx, {"again.bpmn": chain("again", START, END)})
    with_empty_catalog = Context(ctx.database, ctx.settings)
    assert len(start_instances(with_empty_catalog, key="again", count=3)) == 3
