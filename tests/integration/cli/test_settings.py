"""Settings on the command line: where things are stored, and what is mistyped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import shoal
from shoal.cli.app import run


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("SHOAL_DATABASE_URL", "SHOAL_BLOB_URL"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_status_shows_where_large_values_are(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db", "upgrade"]) == 0
    capsys.readouterr()
    assert run(["db", "status", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["blobs"] == f"file://{here}/shoal.db-blobs"


def test_processes_in_other_folders_find_the_same_large_values(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Path(shoal.__file__).with_name("demo") / "order.bpmn"
    large = "x" * 100_000
    with shoal.open_engine("sqlite:///shoal.db") as engine:
        engine.definitions.deploy(model)
        order = engine.instances.start("order", variables={"note": large, "amount": 1, "warehouse": "hamburg"})
    (here / "elsewhere").mkdir()
    monkeypatch.chdir(here / "elsewhere")
    with shoal.open_engine("sqlite:///../shoal.db") as engine:
        assert engine.instances.variables(order)["note"] == large


def test_a_mistyped_variable_is_said_and_a_worker_needs_a_thread(
    here: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SHOAL_WORKER_THREDS", "4")
    monkeypatch.setenv("SHOAL_WORKER_THREADS", "0")
    assert run(["worker"]) == 2
    said = capsys.readouterr().err
    assert "a worker needs at least one thread, not 0" in said
    assert "SHOAL_WORKER_THREDS is not a setting and is ignored; is SHOAL_WORKER_THREADS meant?" in caplog.text
    assert run(["worker", "--until-idle"]) == 0
