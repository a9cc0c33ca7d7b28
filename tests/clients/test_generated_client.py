"""``generic-camunda-client``, generated from Camunda's OpenAPI document: it refuses answers of another shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import generic_camunda_client as camunda
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
def client(engine: Engine) -> Iterator[camunda.ApiClient]:
    """What all its interfaces go through."""
    with served(engine) as url, camunda.ApiClient(camunda.Configuration(host=f"{url}/engine-rest")) as opened:
        yield opened


def test_an_instance_from_its_model_to_its_history(client: camunda.ApiClient, tmp_path: Path) -> None:
    path = tmp_path / "generated.bpmn"
    path.write_bytes(model("generated"))
    deployed = camunda.DeploymentApi(client).create_deployment(deployment_name="generated", data=str(path))
    (definition,) = deployed.deployed_process_definitions.values()
    assert (definition.key, definition.version) == ("generated", 1)
    body = camunda.StartProcessInstanceDto(
        business_key="order-7",
        variables={"amount": camunda.VariableValueDto(value=5, type="Integer")},
        with_variables_in_return=True,
    )
    started = camunda.ProcessDefinitionApi(client).start_process_instance(
        definition.id, start_process_instance_dto=body
    )
    assert (started.business_key, started.ended, started.variables["amount"].value) == ("order-7", False, 5)
    tasks = camunda.TaskApi(client)
    (task,) = tasks.get_tasks(process_instance_id=started.id)
    assert isinstance(task.created, datetime)
    tasks.complete(task.id, complete_task_dto=camunda.CompleteTaskDto(with_variables_in_return=True))
    ended = camunda.HistoricProcessInstanceApi(client).get_historic_process_instance(started.id)
    assert (ended.state, ended.process_definition_key) == ("COMPLETED", "generated")
    assert camunda.MetricsApi(client).get_metrics("root-process-instance-start").result == 1


def test_errors_have_their_status_and_their_body(client: camunda.ApiClient) -> None:
    with pytest.raises(camunda.ApiException) as refused:
        camunda.TaskApi(client).get_task("unheard-of")
    assert refused.value.status == 404
    assert '"type":"InvalidRequestException"' in refused.value.body
