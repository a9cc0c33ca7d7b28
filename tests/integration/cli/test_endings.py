"""How the command ends: exit codes, one line on stderr, never a stack trace."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from shoal import ids

NO_ID = ids.new_id()

WRONG = {
    "unknown command": (("explode",), 2),
    "unknown option": (("start", "order", "--colour", "red"), 2),
    "no argument": (("start",), 2),
    "unknown definition": (("start", "nothing"), 3),
    "no JSON": (("start", "order", "--variables", "{"), 2),
    "no object": (("start", "order", "--variables", "[1]"), 2),
    "no number": (("start", "order", "-n", "many"), 2),
    "no file": (("deploy", "nowhere.bpmn"), 2),
    "a folder": (("deploy", "."), 2),
    "unknown batch": (("batch", "show", NO_ID), 3),
    "no id": (("batch", "show", "x"), 3),
    "no selection": (("batch", "create", "suspend-instances"), 2),
    "wrong word": (("batch", "create", "suspend-instances", "--everything", "yes"), 2),
    "missing parameter": (("batch", "create", "set-variables", "--ids", NO_ID), 2),
    "another count": (("batch", "create", "suspend-instances", "--ids", NO_ID, "--expect", "2"), 2),
    "unknown operation": (("batch", "create", "explode-instances"), 2),
    "no ids file": (("batch", "create", "suspend-instances", "--ids-file", "nowhere"), 2),
    "wrong filter": (("batch", "create", "suspend-instances", "--filter", '{"colour": 1}'), 2),
    "wrong time": (("instances", "--started-before", "yesterday"), 2),
    "wrong database": (("instances", "--database", "nonsense"), 2),
    "database away": (("instances", "--database", "postgresql://u:secret@127.0.0.1:1/x"), 7),
    "unwritable database": (("instances", "--database", "sqlite:////nowhere/at/all.db"), 7),
    "unknown module": (("worker", "--until-idle", "--load", "no.such.module"), 2),
    "open address": (("serve", "--host", "0.0.0.0"), 2),  # noqa: S104
    "open address v6": (("serve", "--host", "::"), 2),
    "unknown name": (("serve", "--host", "shoal.invalid"), 2),
    "wrong port": (("serve", "--port", "70000"), 2),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_ends_with_its_code_and_one_line(shoal: Any, name: str) -> None:
    arguments, code = WRONG[name]
    ended = shoal(*arguments)
    assert ended.returncode == code, ended.stderr
    assert ended.stdout == ""
    assert ended.stderr.startswith("error: ")
    assert ended.stderr.count("\n") == 1, ended.stderr
    assert "secret" not in ended.stderr


def test_the_program_ends_like_its_function(shoal: Any) -> None:
    ended = shoal.program("start", "nothing")
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr.startswith("error: ")
    assert shoal.program("--help").returncode == 0


@pytest.mark.parametrize("name", ["unknown definition", "unknown command", "no selection", "no JSON"])
def test_with_json_the_error_is_an_object_on_stdout(shoal: Any, name: str) -> None:
    arguments, code = WRONG[name]
    ended = shoal(*arguments, "--json")
    assert ended.returncode == code
    assert json.loads(ended.stdout).keys() >= {"type", "message", "code"}
    assert ended.stderr.count("\n") == 1


def test_a_rejected_model_is_one_line_and_with_json_every_fault(shoal: Any, model: Callable[[str], str]) -> None:
    path = Path(model("order"))
    path.write_text(path.read_text().replace('targetRef="work"', 'targetRef="gone"').replace("sourceRef", "x"))
    ended = shoal("deploy", str(path))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    problem = json.loads(shoal("deploy", str(path), "--json").stdout)
    assert problem["code"] == "model.rejected"
    assert len(problem["faults"]) > 1


def test_an_unexpected_error_is_one_line_and_with_debug_a_trace(shoal: Any) -> None:
    (shoal.folder / "broken.py").write_text("def register(engine):\n    raise RuntimeError('bang')\n")
    ended = shoal("worker", "--until-idle", "--load", "broken")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "error: RuntimeError: bang (SHOAL_DEBUG=1 shows where)\n"
    assert "Traceback" in shoal("worker", "--until-idle", "--load", "broken", SHOAL_DEBUG="1").stderr


def test_a_bad_environment_variable_is_named(shoal: Any) -> None:
    ended = shoal("instances", SHOAL_INVOCATIONS_PER_BATCH_JOB="many")
    assert ended.returncode == 2
    assert "SHOAL_INVOCATIONS_PER_BATCH_JOB" in ended.stderr


def test_a_reader_that_goes_away_is_no_error(shoal: Any, model: Callable[[str], str]) -> None:
    shoal("deploy", model("order"))
    shell = f"'{sys.executable}' -m shoal.cli start order -n 3000 | head -n 1"
    ended = subprocess.run(
        ["bash", "-o", "pipefail", "-c", shell],
        cwd=shoal.folder,
        env=shoal.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ids.is_id(ended.stdout.strip())


def first_line(process: subprocess.Popen[str], stream: str = "stderr") -> str:
    """What the program says first."""
    line: str = getattr(process, stream).readline()
    return line


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_the_server_stops_at_a_signal(shoal: Any, number: signal.Signals, code: int) -> None:
    process = shoal.begin("serve", "--port", "0")
    said = first_line(process)
    assert said.startswith("Shoal listens on http://127.0.0.1:")
    url = said.split()[3]
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            answer = httpx.get(f"{url}/ready", trust_env=False)
            break
        except httpx.TransportError:
            time.sleep(0.05)
    assert answer.status_code == 200
    process.send_signal(number)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in rest


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_a_worker_stops_at_a_signal(shoal: Any, number: signal.Signals, code: int) -> None:
    process = shoal.begin("worker")
    assert first_line(process).startswith("Shoal works")
    process.send_signal(number)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == code
    assert "Traceback" not in rest


def test_ctrl_c_while_waiting_is_130_without_a_trace(shoal: Any, model: Callable[[str], str]) -> None:
    shoal("deploy", model("order"))
    shoal("start", "order")
    process = shoal.begin("batch", "create", "suspend-instances", "--running", "--wait")
    deadline = time.monotonic() + 30
    while not shoal.json("batch", "list") and time.monotonic() < deadline:
        time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    out, rest = process.communicate(timeout=30)
    assert process.returncode == 130
    assert (out, rest) == ("", "")


def test_a_taken_port_is_a_conflict(shoal: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = shoal("serve", "--port", str(taken.getsockname()[1]))
    assert ended.returncode == 4
    assert "SHOAL_PORT" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [(), ("batch",), ("batch", "create"), ("batch", "create", "set-variables")])
def test_help_is_printed_and_no_error(shoal: Any, arguments: tuple[str, ...]) -> None:
    ended = shoal(*arguments, "--help")
    assert ended.returncode == 0
    assert "Usage: shoal" in ended.stdout
