"""Who may talk to ``/engine-rest``: refusals in its shape, and the Modeler."""

from __future__ import annotations

import httpx
import pytest
from tests.integration.api.engine_rest.conftest import model, served

import shoal

MODELER = {"Origin": "file://"}
ASKING = MODELER | {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}


def test_refusals_have_camundas_shape(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("guarded")
    url = f"sqlite:///{folder / 'shoal.db'}"
    with shoal.open_engine(url, blob_url=folder.as_uri(), auth_token="t") as engine, served(engine) as base:
        refused = httpx.get(f"{base}/engine-rest/version", trust_env=False)
        assert refused.status_code == 401
        assert refused.json().keys() == {"type", "message", "code"}
        assert refused.json()["code"] is None
        assert "WWW-Authenticate" in refused.headers
        headers = {"Authorization": "Bearer t", **MODELER}
        assert httpx.get(f"{base}/engine-rest/version", headers=headers, trust_env=False).status_code == 200
        assert httpx.options(f"{base}/engine-rest/version", headers=ASKING, trust_env=False).status_code == 204
        refused = httpx.get(f"{base}/engine-rest/version", headers=MODELER, trust_env=False)
        assert refused.status_code == 401
        assert refused.headers["Access-Control-Allow-Origin"] == "file://"


def test_the_modeler_deploys_and_starts(rest: httpx.Client) -> None:
    assert rest.get("/version", headers=MODELER).headers["Access-Control-Allow-Origin"] == "file://"
    assert rest.get("/deployment?maxResults=0", headers=MODELER).json() == []
    made = rest.post(
        "/deployment/create",
        headers=MODELER,
        data={
            "deployment-name": "diagram",
            "deployment-source": "Camunda Modeler",
            "enable-duplicate-filtering": "true",
        },
        files={"diagram.bpmn": ("diagram.bpmn", model("diagram"))},
    ).json()
    (definition,) = made["deployedProcessDefinitions"]
    asked = rest.options(f"/process-definition/{definition}/start", headers=ASKING)
    assert asked.status_code == 204
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    body = {"businessKey": "default", "variables": None}
    assert rest.post(f"/process-definition/{definition}/start", headers=MODELER, json=body).status_code == 200


@pytest.mark.parametrize("origin", ["null", "http://other.example", "file://other", "FILE://"])
def test_other_origins_change_nothing(rest: httpx.Client, origin: str) -> None:
    before = rest.get("/deployment/count").json()
    headers = {"Origin": origin}
    refused = rest.post("/deployment/create", headers=headers, files={"x.bpmn": ("x.bpmn", model("x"))})
    assert refused.status_code == 403
    assert refused.json()["type"] == "AuthorizationException"
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert "Access-Control-Allow-Origin" not in rest.get("/version", headers=headers).headers
    assert rest.get("/deployment/count").json() == before
