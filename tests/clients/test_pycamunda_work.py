"""``pycamunda`` works on user tasks and external tasks, and looks after incidents and batches."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pycamunda
import pycamunda.batch
import pycamunda.deployment
import pycamunda.externaltask
import pycamunda.incident
import pycamunda.processdef
import pycamunda.task
import pytest
from tests.integration.api.engine_rest.conftest import model, served

import shoal
from shoal.engine import Engine

SERVICE = (
    '<startEvent id="start"/><sequenceFlow id="f1" sourceRef="start" targetRef="work"/>'
    '<serviceTask id="work" camunda:type="external" camunda:topic="pack"/>'
)


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


def started(url: str, key: str, body: str = "") -> str:
    """A new instance of a new definition; its id."""
    create = pycamunda.deployment.Create(url, name=key)
    create.add_resource(io.BytesIO(model(key, body)))
    create()
    start = pycamunda.processdef.StartInstance(url, key=key)
    start.add_variable(name="amount", value=7)
    return str(start().id_)


def test_a_task_is_found_claimed_and_completed(url: str) -> None:
    instance_id = started(url, "tasks")
    (task,) = pycamunda.task.GetList(url, process_instance_id=instance_id)()
    assert (task.name, task.assignee, task.process_instance_id) == ("Check", None, instance_id)
    pycamunda.task.Claim(url, id_=task.id_, user_id="ann")()
    assert pycamunda.task.Get(url, id_=task.id_)().assignee == "ann"
    pycamunda.task.IdentityLinksAdd(url, task_id=task.id_, type_="reviewer", user_id="eve")()
    (link,) = pycamunda.task.IdentityLinksGetList(url, task_id=task.id_, type_="reviewer")()
    assert (link.user_id, link.type_) == ("eve", "reviewer")
    complete = pycamunda.task.Complete(url, id_=task.id_)
    complete.add_variable(name="checked", value=True)
    complete()
    with pytest.raises(pycamunda.NotFound):
        pycamunda.task.Get(url, id_=task.id_)()


def test_external_tasks_fail_and_get_tries(url: str, engine: Engine) -> None:
    instance_id = started(url, "services", SERVICE)
    fetch = pycamunda.externaltask.FetchAndLock(url, worker_id="w", max_tasks=5)
    fetch.add_topic(name="pack", lock_duration=10_000)
    (task,) = fetch()
    assert (task.process_instance_id, task.topic_name) == (instance_id, "pack")
    pycamunda.externaltask.HandleFailure(
        url, id_=task.id_, worker_id="w", error_message="no tape", error_details="", retries=0, retry_timeout=0
    )()
    (incident,) = pycamunda.incident.GetList(url, process_instance_id=instance_id)()
    assert incident.incident_type is pycamunda.incident.IncidentType.failed_external_task
    assert incident.configuration == task.id_
    batch = pycamunda.externaltask.SetRetriesAsync(url, retries=2, external_task_ids=[task.id_])()
    assert batch.total_jobs == 1
    assert [each.id_ for each in pycamunda.batch.GetList(url)()] == [batch.id_]
    pycamunda.batch.Suspend(url, id_=batch.id_)()
    assert pycamunda.batch.Get(url, id_=batch.id_)().suspended
    pycamunda.batch.Activate(url, id_=batch.id_)()
    (statistics,) = pycamunda.batch.GetStats(url)()
    assert (statistics.remaining_jobs, statistics.failed_jobs) == (1, 0)
    engine.run_until_idle()
    assert pycamunda.batch.Count(url)() == 0
    assert pycamunda.incident.GetList(url, process_instance_id=instance_id)() == ()
    (task,) = fetch()
    pycamunda.externaltask.ExtendLock(url, id_=task.id_, new_duration=20_000, worker_id="w")()
    pycamunda.externaltask.Complete(url, id_=task.id_, worker_id="w")()
    assert pycamunda.externaltask.Count(url, process_instance_id=instance_id)() == 0
