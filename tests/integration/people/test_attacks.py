"""What attackers try: guessed passwords, stored pages, expressions that never end, origins that are none."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from tests.integration.api.engine_rest.conftest import served
from tests.integration.people.scene import Scene

from shoal.people import passwords
from shoal.people.passwords import PasswordCheck


@pytest.fixture(scope="module")
def url(scene: Scene) -> Iterator[str]:
    """A server on the scene."""
    scene.user("north-viewer", "viewer", "north")
    with served(scene.engine) as found:
        yield found


@pytest.fixture
def root(url: str) -> Iterator[httpx.Client]:
    """A client of an admin."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False, auth=("root", "pass of root")) as made:
        yield made


def test_a_password_takes_as_long_whoever_it_is_of(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody learns from the time who exists, also not after a wrong password."""
    scene.user("timed")
    compared: list[str] = []
    verify = PasswordCheck._verify
    monkeypatch.setattr(
        PasswordCheck,
        "_verify",
        lambda self, password, hashed: compared.append(hashed) or verify(self, password, hashed),
    )
    for number, user in enumerate(("timed", "timed", "nobody-at-all"), 1):
        assert scene.engine.credentials.by_password(user, "wrong") is None
        assert len(compared) == number


def test_guesses_at_the_same_time_are_one_guess(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.user("guessed")
    verify = PasswordCheck._verify

    def slow_if_right(self: PasswordCheck, password: str, hashed: str) -> bool:
        found = verify(self, password, hashed)
        time.sleep(0.5 * found)
        return found

    monkeypatch.setattr(PasswordCheck, "_verify", slow_if_right)
    with ThreadPoolExecutor(2) as pool:
        guesses = ["pass of guessed", "wrong"]
        answers = list(pool.map(lambda each: scene.engine.credentials.by_password("guessed", each), guesses))
    assert answers == [None, None]
    assert scene.engine.users.get("guessed").failed_logins == 1


def test_guesses_keep_no_thread_from_others(
    scene: Scene, url: str, root: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert root.get("/engine-rest/version").status_code == 200
    verify = passwords.PasswordCheck._verify
    monkeypatch.setattr(PasswordCheck, "_verify", lambda *given: bool(time.sleep(0.1)) or verify(*given))
    with ThreadPoolExecutor(60) as pool:
        for _ in range(60):
            pool.submit(
                httpx.get, f"{url}/engine-rest/version", auth=("nobody-at-all", "x"), trust_env=False, timeout=30
            )
        time.sleep(0.2)
        begun = time.monotonic()
        assert root.get("/engine-rest/process-instance/count").status_code == 200
        assert time.monotonic() - begun < 0.8


@pytest.mark.parametrize(
    "expression",
    [
        "${'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab'.matches('(a+)+c')}",
        "${'x'.replace('', 'xxxxxxxxxxxxxxxxxxxxxxxxxxx')}",
        "${'x' . replaceAll ('', 'y')}",
        "${'a'.concat('b')}",
        "${" + "1+" * 1500 + "1}",
        "${nothing.known}",
        "${currentUser().__class__}",
        "${execution.getVariable('x')}",
    ],
    ids=["matches", "replace", "replaceAll", "concat", "long", "unknown", "insides", "execution"],
)
def test_expressions_of_clients_can_do_little(url: str, expression: str) -> None:
    begun = time.monotonic()
    answer = httpx.post(
        f"{url}/engine-rest/task",
        json={"assigneeExpression": expression},
        auth=("north-viewer", "pass of north-viewer"),
        trust_env=False,
    )
    assert (answer.status_code, time.monotonic() - begun < 5) == (400, True), answer.text


def test_a_stored_page_is_never_run(scene: Scene, root: httpx.Client) -> None:
    instance = scene.instances["north"]["review"]
    (task,) = scene.engine.tasks.find(instance_id=instance, open=True)
    page = b"<script>alert(1)</script>"
    sent = {"data": ('pa"ge\u2028.html', page, "text/html")}
    base = f"/engine-rest/process-instance/{instance}/variables/page/data"
    assert root.post(base, files=sent, data={"valueType": "File"}).status_code == 204
    made = root.post(
        f"/engine-rest/task/{task.id}/attachment/create",
        data={"attachment-name": "a\r\nX-Evil: 1.html"},
        files={"content": ("x.html", page, "text/html")},
    )
    assert made.status_code in (200, 400), made.text
    paths = [base]
    if made.status_code == 200:
        paths.append(f"/engine-rest/task/{task.id}/attachment/{made.json()['id']}/data")
    paths += [
        f"/engine-rest/history/detail/{each.id}/data"
        for each in scene.engine.history.details(instance_id=instance, name="page")
    ]
    assert len(paths) > 1
    for path in paths:
        answer = root.get(path)
        assert (answer.status_code, answer.content) == (200, page), path
        assert answer.headers["content-disposition"].startswith("attachment;"), path
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "x-evil" not in answer.headers


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://[", "https://127.0.0.1:1"])
def test_pages_of_other_origins_change_nothing(scene: Scene, root: httpx.Client, origin: str) -> None:
    before = scene.dump()
    answer = root.post("/engine-rest/process-definition/key/review/start", json={}, headers={"Origin": origin})
    assert answer.status_code == 403
    assert scene.dump() == before


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 10_000 + b"]" * 10_000,
        b'{"variables": {"x": {"value": ' + b"[" * 10_000 + b"]" * 10_000 + b"}}}",
        b'{"variables": {"x": {"value": ' + b"[" * 600 + b"]" * 600 + b"}}}",
        b'{"variables": {"x": {"value": ' + b'{"a":' * 900 + b"1" + b"}" * 900 + b'}}, "businessKey": "\\u00e9"}',
        b'{"variables": {"x": {"value": NaN}}}',
        b'{"variables": {"x": {"value": 1' + b"0" * 5000 + b', "type": "Long"}}}',
        b'{"variables": {"x": {"value": 1e999, "type": "Double"}}}',
        b'{"businessKey": "\\ud800"}',
        b'{"businessKey": "a\\u0000b"}',
        b'{"businessKey": "' + b"k" * 100_000 + b'"}',
        b"\xff\xfe{}",
    ],
    ids=["deep", "deep value", "600", "900", "NaN", "long number", "infinite", "surrogate", "NUL", "key", "UTF-16"],
)
def test_malformed_bodies_change_nothing(scene: Scene, root: httpx.Client, body: bytes) -> None:
    before = scene.dump()
    answer = root.post(
        "/engine-rest/process-definition/key/review/tenant-id/north/start",
        content=body,
        headers={"Content-Type": "application/json"},
    )
    assert 400 <= answer.status_code < 500, answer.text[:300]
    assert scene.dump() == before
