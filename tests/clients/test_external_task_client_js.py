"""``camunda-external-task-client-js`` works instances of loans to their end, where Node and its registry are."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

PACKAGE = "camunda-external-task-client-js@3"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the client and the worker."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no Node")
    made = tmp_path_factory.mktemp("node")
    installed = subprocess.run(
        [npm, "install", PACKAGE, "--prefix", str(made), "--no-audit", "--no-fund", "--ignore-scripts"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if installed.returncode:
        pytest.skip(f"{PACKAGE} cannot be installed here: {installed.stderr[-300:]}")
    shutil.copy(Path(__file__).with_name("worker.mjs"), made)
    return made


@pytest.fixture
def worker(folder: Path, server: str) -> Iterator[subprocess.Popen[bytes]]:
    """The worker, at work."""
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            ["node", "worker.mjs", server],
            cwd=folder,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    yield process
    process.terminate()
    process.wait(10)


def test_loans_are_granted_and_rejected(
    rest: httpx.Client,
    worker: subprocess.Popen[bytes],
    loans: Callable[..., str],
    ended: Callable[[list[str]], None],
    activities: Callable[[str], list[str]],
) -> None:
    letter = {
        "value": "UGxlYXNl",
        "type": "File",
        "valueInfo": {"filename": "letter.txt", "mimeType": "text/plain"},
    }
    asked = [loans(amount={"value": amount}, letter=letter) for amount in (100, 5000)]
    ended(asked)
    assert worker.poll() is None
    small, large = map(activities, asked)
    assert small.count("grant") == small.count("reject") == 1
    assert {"grant", "refused", "reject"} <= {*large}
    found = rest.get("/history/variable-instance", params={"processInstanceId": asked[0]}).json()
    values = {each["name"]: each for each in found}
    assert values["read"]["value"] == "Please"
    assert (values["checkedAt"]["type"], values["checkedAt"]["value"]) == ("Date", "2024-01-02T03:04:05.000+0000")
    assert values["granted"]["value"] == 9
    assert rest.get("/incident/count").json() == {"count": 0}
