"""Every route of the server, attacked: by strangers, by those of another role, by those of another tenant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from tests.integration.api.engine_rest.conftest import served
from tests.integration.commands.models import END, START, TASK, WORK, chain
from tests.integration.people.every_route import Sent, requests_for
from tests.integration.people.scene import Scene

from shoal.api.access import OPEN_PATHS
from shoal.api.app import create_app
from shoal.ids import new_id
from shoal.store.tables import metadata
from shoal.store.tenancy import for_tenants

SECRET = "south"
"""In everything that belongs to the south, and in nothing else."""
PARTS = 12
"""Every sixth of them is sent; all of them take minutes."""
FAR = datetime(2099, 1, 1, tzinfo=UTC)
QUESTIONS = ("query", "process-instance", "task", "job", "external-task", "execution", "variable-instance")
"""Lists that are asked for by POST."""
LISTEN = (
    '<bpmn:startEvent id="by_signal"><bpmn:signalEventDefinition signalRef="s1"/></bpmn:startEvent>'
    '<bpmn:sequenceFlow id="fs" sourceRef="by_signal" targetRef="task"/>'
)
ONLY = chain(
    "southonly",
    START,
    TASK,
    END,
    roots='<bpmn:message id="m1" name="southgo"/><bpmn:signal id="s1" name="southstorm"/>',
    more=LISTEN,
)
WORKING = chain("southwork", START, (WORK[0], WORK[1].replace('topic="work"', 'topic="southtopic"')), END)


@pytest.fixture(scope="module")
def south(scene: Scene) -> dict[str, str]:
    """Something of every kind that belongs to the south."""
    engine = scene.engine
    found = engine.definitions.deploy(
        contents={"southonly.bpmn": ONLY, "southwork.bpmn": WORKING}, tenant_id="south", name="south"
    )
    definition = next(each.id for each in found.definitions if each.key == "southonly")
    instance = engine.instances.start(
        definition_id=definition, business_key="southkey", variables={"of": "south", "file": b"south"}
    )
    engine.instances.start("southwork", tenant_id="south")
    (task,) = engine.tasks.find(instance_id=instance, open=True)
    (work,) = engine.external_tasks.find(topic="southtopic")
    (defer,) = engine.jobs.list(instance_id=scene.instances["south"]["defer"])
    comment = engine.tasks.comment(task_id=task.id, message="south")
    attachment = engine.tasks.attach(task_id=task.id, name="south", content=b"south")
    incident = engine.executions.create_incident(task.node_id, "southtype", message="south")
    batch = scene.acting("south-all").batches.create(
        "set-variables", {"variables": {"of": "south2"}}, ids=[instance]
    )
    for tenant in ("south", "north"):
        # it runs when nobody is here any more
        (job,) = engine.jobs.list(instance_id=scene.instances[tenant]["defer"])
        engine.jobs.set_due_date(job.id, FAR)
    engine.run_until_idle()
    (job_definition, *_) = engine.jobs.definitions(scene.definitions["south"]["defer"])
    (resource, *_) = engine.deployments.resources(found.id)
    variable = next(each for each in engine.variables.find(instance_id=instance, name="of"))
    detail = engine.history.details(instance_id=instance)[0]
    return {
        "instance": instance,
        "definition": definition,
        "key": "southonly",
        "tenant": "south",
        "task": task.id,
        "job": defer.id,
        "job_definition": job_definition.id,
        "external_task": work.id,
        "deployment": found.id,
        "resource": resource.id,
        "batch": batch.id,
        "incident": incident,
        "variable": variable.id,
        "comment": comment.id,
        "attachment": attachment.id,
        "detail": detail.id,
        "operation": new_id(),
        "external_task_log": new_id(),
        "job_log": new_id(),
        "activity_instance": task.node_id,
        "message": "southgo",
        "signal": "southstorm",
        "topic": "southtopic",
        "business_key": "southkey",
        "user": "south-operator",
    }


@pytest.fixture(scope="module")
def unknown(south: dict[str, str]) -> dict[str, str]:
    """The same of nobody."""
    made = {kind: new_id() for kind in south}
    made |= {
        "key": "nowhereky",
        "tenant": "nowhr",
        "message": "nowhere",
        "signal": "nowherestm",
        "topic": "nowheretop",
        "business_key": "nowherek",
        "user": "nobody-at-all",
    }
    _head, *rest = south["job_definition"].split("~")
    return made | {"job_definition": "~".join([new_id(), *rest])} if rest else made


@pytest.fixture(scope="module")
def document(scene: Scene) -> dict[str, Any]:
    """The OpenAPI document."""
    return create_app(scene.engine).openapi()


@pytest.fixture(scope="module")
def url(scene: Scene, south: dict[str, str]) -> Iterator[str]:
    """A server on the scene."""
    for each in ("viewer", "deployer"):
        scene.user(f"north-{each}", each, "north")
    scene.user("north-nobody", None, "north")
    with served(scene.engine) as found:
        yield found


def _client(scene: Scene, url: str, user: str) -> httpx.Client:
    token = scene.engine.users.issue_token(user, new_id())
    return httpx.Client(
        base_url=url, timeout=30, trust_env=False, headers={"Authorization": f"Bearer {token.secret}"}
    )


def _send(client: httpx.Client, sent: Sent) -> httpx.Response:
    return client.request(sent.method, sent.path, params=sent.query, json=sent.json)


def _of_south(scene: Scene) -> dict[str, Counter[str]]:
    """Every row that belongs to the south."""
    found: dict[str, Counter[str]] = {}
    with scene.engine._context.database.read() as tx:
        for table in metadata.sorted_tables:
            theirs, nobodys = (
                Counter(map(repr, tx.execute(for_tenants(select(table), frozenset(tenants))).all()))
                for tenants in (["south"], [])
            )
            found[table.name] = theirs - nobodys
    return found


def _alone(template: str) -> bool:
    return template in OPEN_PATHS


def test_the_south_has_something_everywhere(scene: Scene, south: dict[str, str]) -> None:
    found = _of_south(scene)
    assert {name for name, rows in found.items() if rows} >= {
        "attachment",
        "batch",
        "task_comment",
        "deployment",
        "external_task",
        "incident",
        "job",
        "process_definition",
        "process_instance",
        "user_task",
        "variable",
    }


@pytest.mark.timeout(300)
def test_strangers_get_nowhere(scene: Scene, url: str, document: dict[str, Any], south: dict[str, str]) -> None:
    revoked = scene.engine.users.issue_token("root", "revoked").secret
    scene.engine.users.revoke_token("root", "revoked")
    expired = scene.engine.users.issue_token("root", "expired", lifetime=timedelta(microseconds=1)).secret
    before = scene.dump()
    wrong = [{}, *({"Authorization": f"Bearer {each}"} for each in ("x", revoked, expired))]
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as client:
        for headers in wrong:
            client.headers = httpx.Headers(headers)
            seen: set[str] = set()
            for label, sent in requests_for(document, south):
                if label in seen or _alone(label.split()[1]):
                    continue
                seen.add(label)
                answer = _send(client, sent)
                assert answer.status_code == 401, f"{sent}: {answer.status_code} {answer.text}"
                assert SECRET not in answer.text
        assert client.get("/openapi.json").status_code == 401
    assert scene.dump() == before


@pytest.mark.timeout(300)
@pytest.mark.parametrize("user", ["north-nobody", "north-viewer"])
def test_who_may_not_changes_nothing(
    scene: Scene, url: str, document: dict[str, Any], unknown: dict[str, str], user: str
) -> None:
    values = _of_north(scene, unknown)
    broken: list[str] = []
    with _client(scene, url, user) as client:
        before = scene.dump()
        for _label, sent in requests_for(document, values):
            answer = _send(client, sent)
            if answer.status_code >= 500:
                broken.append(f"{sent}: {answer.status_code} {answer.text[:200]}")
            if sent.method != "GET" and answer.is_success and _changes(sent.path):
                after = scene.dump()
                if after != before:
                    names = [name for name in after if after[name] != before[name]]
                    broken.append(f"{sent}: {answer.status_code} changed {names}")
                    before = after
    assert scene.dump() == before
    assert not broken, "\n".join(broken)


def _changes(path: str) -> bool:
    """Whether it may do more than answer a question."""
    return not path.endswith("/count") and path.rpartition("/")[2] not in QUESTIONS


def _of_north(scene: Scene, unknown: dict[str, str]) -> dict[str, str]:
    """What a user of the north sees."""
    engine, instances = scene.engine, scene.instances["north"]
    (task,) = engine.tasks.find(instance_id=instances["review"], open=True)
    (job,) = engine.jobs.list(instance_id=instances["defer"])
    (work,) = [each for each in engine.external_tasks.find() if each.instance_id == instances["ship"]]
    return unknown | {
        "instance": instances["review"],
        "definition": scene.definitions["north"]["review"],
        "key": "review",
        "tenant": "north",
        "task": task.id,
        "job": job.id,
        "external_task": work.id,
        "deployment": scene.deployments["north"],
        "activity_instance": task.node_id,
        "message": "go",
        "topic": "work",
        "business_key": "review of north",
    }


@pytest.mark.timeout(300)
@pytest.mark.parametrize("part", range(0, PARTS, 6))
def test_what_belongs_to_others_is_like_unknown(
    scene: Scene, url: str, document: dict[str, Any], south: dict[str, str], unknown: dict[str, str], part: int
) -> None:
    """The answer does not tell whether something exists elsewhere, and nothing of it changes."""
    broken: list[str] = []
    before = _of_south(scene)
    with _client(scene, url, "north-all") as client:
        pairs = zip(requests_for(document, south), requests_for(document, unknown), strict=True)
        for number, ((_, foreign), (_, nobodys)) in enumerate(pairs):
            if number % PARTS != part:
                continue
            answers = [_send(client, each) for each in (foreign, nobodys)]
            said = [sent.plain(answer) for sent, answer in zip((foreign, nobodys), answers, strict=True)]
            if answers[0].status_code >= 500:
                broken.append(f"{foreign}: {answers[0].status_code} {answers[0].text[:300]}")
            elif said[0][0] != said[1][0] or (foreign.values and said[0] != said[1]):
                broken.append(f"{foreign}:\n    {said[0]!s:.300}\n    {said[1]!s:.300}")
            elif SECRET in said[0][1]:
                at = said[0][1].index(SECRET)
                broken.append(f"{foreign}: tells of the south: ...{said[0][1][max(0, at - 100) : at + 60]}")
            if foreign.method != "GET" and answers[0].is_success and _changes(foreign.path):
                after = _of_south(scene)
                if after != before:
                    names = [name for name in after if after[name] != before[name]]
                    broken.append(f"{foreign}: {answers[0].status_code} changed {names}")
                    before = after
    scene.engine.run_until_idle()
    assert _of_south(scene) == before
    assert not broken, "\n".join(broken)
