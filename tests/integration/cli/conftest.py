"""The ``shoal`` command on a database of its own; as a program of its own where that matters."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shoal.cli.app import run

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
             xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="test">
  <process id="{key}" isExecutable="true">
    <startEvent id="start" />
    <userTask id="work" />
    <endEvent id="end" />
    <sequenceFlow id="a" sourceRef="start" targetRef="work" />
    <sequenceFlow id="b" sourceRef="work" targetRef="end" />
  </process>
</definitions>
"""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


class Shoal:
    """Runs ``shoal`` in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOAL_")}
        self.environment = {
            **inherited,
            "SHOAL_DATABASE_URL": f"sqlite:///{folder / 'shoal.db'}",
            "SHOAL_BLOB_URL": (folder / "blobs").as_uri(),
            "COLUMNS": "200",
        }

    def __call__(self, *arguments: str, given: str = "", **environment: str) -> Ended:
        """Run to the end, in this process: loading everything anew for each call would take most of the time."""
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setattr("sys.stdin", io.StringIO(given))
            for name in [name for name in os.environ if name.startswith("SHOAL_")]:
                patch.delenv(name)
            for name, value in (self.environment | environment).items():
                patch.setenv(name, value)
            code = run(list(arguments))
        return Ended(code, out.getvalue(), err.getvalue())

    def program(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run to the end, as a program of its own."""
        process = self.begin(*arguments)
        out, err = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def begin(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start and leave running."""
        return subprocess.Popen(
            [sys.executable, "-m", "shoal.cli", *arguments],
            cwd=self.folder,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def json(self, *arguments: str) -> Any:
        """What the command prints with --json; it must succeed."""
        ended = self(*arguments, "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)


@pytest.fixture
def shoal(tmp_path: Path) -> Shoal:
    """The command in an empty folder."""
    return Shoal(tmp_path)


@pytest.fixture
def model(tmp_path: Path) -> Callable[[str], str]:
    """Writes a model with one user task; its path."""

    def write(key: str) -> str:
        path = tmp_path / f"{key}.bpmn"
        path.write_text(MODEL.format(key=key))
        return str(path)

    return write
