"""``/deployment``: parts of a form in, files and definitions out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.integration.api.engine_rest.conftest import model

from shoal import clock
from shoal.camunda.dates import read_date, write_date
from shoal.engine import Engine

MEMBERS = {
    "links",
    "id",
    "name",
    "source",
    "deploymentTime",
    "tenantId",
    "deployedProcessDefinitions",
    "deployedCaseDefinitions",
    "deployedDecisionDefinitions",
    "deployedDecisionRequirementsDefinitions",
}


def create(rest: httpx.Client, files: dict[str, bytes], **fields: str) -> httpx.Response:
    """The answer to a deployment; underscores in ``fields`` are hyphens."""
    parts = {f"part-{number}": each for number, each in enumerate(files.items())}
    return rest.post(
        "/deployment/create",
        data={name.replace("_", "-"): value for name, value in fields.items()},
        files=parts,
    )


def created(rest: httpx.Client, files: dict[str, bytes], **fields: str) -> dict[str, Any]:
    """A deployment that was made."""
    answer = create(rest, files, **fields)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


def test_a_deployment_has_its_definitions(rest: httpx.Client) -> None:
    files = {"a.bpmn": model("a"), "b.bpmn20.xml": model("b"), "a.png": b"\x89PNG"}
    made = created(rest, files, deployment_name="two", deployment_source="modeler", tenant_id="north")
    assert made.keys() == MEMBERS
    assert (made["name"], made["source"], made["tenantId"]) == ("two", "modeler", "north")
    assert made["links"] == [{"method": "GET", "rel": "self", "href": f"{rest.base_url}deployment/{made['id']}"}]
    assert len(made["deploymentTime"]) == len("2013-01-23T14:42:45.000+0200")
    definitions = made["deployedProcessDefinitions"]
    assert {each["key"]: each["diagram"] for each in definitions.values()} == {"a": "a.png", "b": None}
    assert all(each["id"] == name and each["tenantId"] == "north" for name, each in definitions.items())
    assert made["deployedDecisionDefinitions"] is None
    shown = rest.get(f"/deployment/{made['id']}").json()
    assert shown == {name: made[name] for name in ("id", "name", "source", "deploymentTime", "tenantId")} | {
        "links": []
    }


def test_a_picture_is_the_diagram_of_its_model(rest: httpx.Client) -> None:
    files = {"pic.bpmn": model("pic"), "pic.png": b"\x89PNG"}
    (definition,) = created(rest, files, deployment_name="pic")["deployedProcessDefinitions"].values()
    answer = rest.get(f"/process-definition/{definition['id']}/diagram")
    assert answer.content == b"\x89PNG"
    assert answer.headers["content-type"] == "image/png"
    assert "pic.png" in answer.headers["content-disposition"]


def test_files_are_listed_and_read(rest: httpx.Client) -> None:
    made = created(rest, {"f.bpmn": model("f"), "form.html": b"<form/>"}, deployment_name="f")
    resources = rest.get(f"/deployment/{made['id']}/resources").json()
    assert [each["name"] for each in resources] == ["f.bpmn", "form.html"]
    assert all(each.keys() == {"id", "name", "deploymentId"} for each in resources)
    form = resources[1]
    path = f"/deployment/{made['id']}/resources/{form['id']}"
    assert rest.get(path).json() == form
    data = rest.get(f"{path}/data")
    assert data.content == b"<form/>"
    assert data.headers["content-disposition"].startswith("attachment")
    for wrong in (f"/deployment/{made['id']}/resources/none", f"/deployment/{made['id']}/resources/none/data"):
        assert rest.get(wrong).status_code == 404
    assert rest.get("/deployment/none/resources").status_code == 404


def test_duplicates_are_not_deployed(rest: httpx.Client) -> None:
    files = {"d.bpmn": model("d"), "e.bpmn": model("e")}
    first = created(rest, files, deployment_name="twice")
    again = created(rest, files, deployment_name="twice", enable_duplicate_filtering="True")
    assert again["id"] == first["id"]
    assert again["deployedProcessDefinitions"] is None
    changed = {**files, "e.bpmn": model("e", name="Other")}
    third = created(rest, changed, deployment_name="twice", deploy_changed_only="true")
    assert [each["key"] for each in third["deployedProcessDefinitions"].values()] == ["e"]
    fourth = created(rest, files, deployment_name="twice")
    assert len(fourth["deployedProcessDefinitions"]) == 2


def test_a_stream_without_a_suffix_is_a_model_by_its_content(rest: httpx.Client) -> None:
    made = created(rest, {"resource-0": model("stream")}, deployment_name="stream")
    assert len(made["deployedProcessDefinitions"]) == 1


def test_definitions_may_begin_later(rest: httpx.Client, engine: Engine) -> None:
    soon = clock.now() + timedelta(hours=1)
    made = created(rest, {"g.bpmn": model("g")}, deployment_name="g", deployment_activation_time=write_date(soon))
    (definition,) = made["deployedProcessDefinitions"].values()
    assert definition["suspended"] is True
    try:
        clock.use(lambda: soon + timedelta(seconds=1))
        engine.run_until_idle()
    finally:
        clock.use(None)
    assert rest.get(f"/process-definition/{definition['id']}").json()["suspended"] is False


@pytest.mark.parametrize(
    ("files", "fields", "kind", "said"),
    [
        ({}, {}, "InvalidRequestException", "No deployment resources contained in the form upload."),
        ({"x.bpmn": b"<nothing/>"}, {}, "ParseException", "ENGINE-09005 Could not parse BPMN process."),
        ({"x.dmn": b"<definitions/>"}, {}, "ParseException", "decisions are not executed"),
        (
            {"x.bpmn": model("x")},
            {"deployment_activation_time": "soon"},
            "InvalidRequestException",
            "deployment-activation-time",
        ),
    ],
    ids=["nothing", "no model", "decision", "time"],
)
def test_what_is_refused_leaves_nothing(
    rest: httpx.Client, files: dict[str, bytes], fields: dict[str, str], kind: str, said: str
) -> None:
    before = rest.get("/deployment/count").json()
    answer = create(rest, files, deployment_name="refused", **fields)
    assert answer.status_code == 400
    assert answer.json()["type"] == kind
    assert said in answer.json()["message"]
    assert rest.get("/deployment/count").json() == before


def test_a_part_without_a_file_name_is_refused(rest: httpx.Client) -> None:
    answer = rest.post("/deployment/create", data={"model": "text"}, files={"deployment-name": (None, "n")})
    assert answer.status_code == 400
    assert "form parameter 'model'" in answer.json()["message"]


def test_a_wrong_model_names_its_elements(rest: httpx.Client) -> None:
    body = '<startEvent id="start"/><sequenceFlow id="f" sourceRef="start" targetRef="gone"/>'
    answer = create(rest, {"wrong.bpmn": model("wrong", body)}).json()
    problems = answer["details"]["wrong.bpmn"]["errors"]
    assert problems[0].keys() == {"message", "line", "column", "mainElementId", "elementIds"}
    assert answer["details"]["wrong.bpmn"]["warnings"] == []
    assert "f" in [each["mainElementId"] for each in problems]


def test_lists(rest: httpx.Client) -> None:
    for name, source in (("list1", "here"), ("list2", None), ("list3", "there")):
        fields = {"deployment_name": name} | ({"deployment_source": source} if source else {})
        created(rest, {f"{name}.bpmn": model(name)}, **fields)
    assert names(rest, nameLike="list%", sortBy="name", sortOrder="desc") == ["list3", "list2", "list1"]
    assert names(rest, nameLike="list%", withoutSource="true") == ["list2"]
    assert names(rest, source="here") == ["list1"]
    assert names(rest, name="list3") == ["list3"]
    assert names(rest, nameLike="list%", tenantIdIn="north") == []
    assert names(rest, nameLike="list%", before="2019-01-01T00:00:00.000+0000") == []
    assert len(names(rest, nameLike="list%", after="2019-01-01T00:00:00.000+0000")) == 3
    assert names(rest, maxResults=0) == []
    assert rest.get("/deployment/count", params={"nameLike": "list%"}).json() == {"count": 3}
    assert len(rest.get("/deployment/registered").json()) == rest.get("/deployment/count").json()["count"]


def names(rest: httpx.Client, **conditions: str | int) -> list[str]:
    """The names of the deployments that match."""
    answer = rest.get("/deployment", params=conditions)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()]


def test_times_are_milliseconds(rest: httpx.Client) -> None:
    made = created(rest, {"t.bpmn": model("t")}, deployment_name="t")
    at = read_date(made["deploymentTime"])
    found = rest.get("/process-definition", params={"deployedAt": write_date(at), "key": "t"}).json()
    assert [each["deploymentId"] for each in found] == [made["id"]]


def test_redeployment(rest: httpx.Client) -> None:
    made = created(rest, {"r.bpmn": model("r"), "s.bpmn": model("s")}, deployment_name="again")
    whole = rest.post(f"/deployment/{made['id']}/redeploy", json={}).json()
    assert whole["name"] == "again"
    assert {each["version"] for each in whole["deployedProcessDefinitions"].values()} == {2}
    some = rest.post(f"/deployment/{made['id']}/redeploy", json={"resourceNames": ["s.bpmn"], "source": "x"})
    assert [each["key"] for each in some.json()["deployedProcessDefinitions"].values()] == ["s"]
    assert some.json()["source"] == "x"
    wrong = rest.post(f"/deployment/{made['id']}/redeploy", json={"resourceNames": ["none"]})
    assert wrong.status_code == 404
    assert wrong.json()["message"].startswith(f"Cannot redeploy deployment '{made['id']}': ")
    assert rest.post("/deployment/none/redeploy").status_code == 404


def test_deletion(rest: httpx.Client, engine: Engine) -> None:
    made = created(rest, {"del.bpmn": model("del")}, deployment_name="del")
    engine.instances.start("del")
    assert rest.delete(f"/deployment/{made['id']}").status_code == 400
    assert rest.request("DELETE", f"/deployment/{made['id']}?cascade=true", json={}).status_code == 204
    assert rest.get(f"/deployment/{made['id']}").status_code == 404
    gone = rest.delete(f"/deployment/{made['id']}")
    assert gone.status_code == 404
    assert gone.json()["type"] == "InvalidRequestException"


def test_links_keep_the_prefix_of_the_engine(rest: httpx.Client) -> None:
    answer = rest.post(
        "/engine/default/deployment/create", files={"data": ("p.bpmn", model("p"))}, data={"deployment-name": "p"}
    )
    assert "/engine-rest/engine/default/deployment/" in answer.json()["links"][0]["href"]
