"""``make demo`` in small: the whole program, over HTTP, with every batch operation."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys

import pytest

OPERATIONS = {
    "suspend-instances": (200, 200, 0, 0),
    "resume-instances": (200, 200, 0, 0),
    "set-variables": (200, 200, 0, 0),
    "correlate-message": (200, 180, 20, 0),
    "set-job-retries": (20, 20, 0, 0),
    "cancel-instances": (200, 200, 0, 0),
    "delete-history": (120, 120, 0, 0),
}
"""Elements, succeeded, skipped, failed."""


def demo(**environment: str) -> subprocess.CompletedProcess[str]:
    """The demo run as a program of its own."""
    return subprocess.run(
        [sys.executable, "-m", "shoal.demo"],
        env={**os.environ, "DEMO_EXIT": "1", "COLUMNS": "160", **environment},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


def free_port() -> str:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def test_the_demo_ends_with_a_table_of_what_every_batch_did() -> None:
    ended = demo(DEMO_INSTANCES="200", DEMO_PORT=free_port())
    assert ended.returncode == 0, ended.stderr + ended.stdout
    for operation, counts in OPERATIONS.items():
        row = re.search(rf"^\W*{operation}\b(.*)$", ended.stdout, re.MULTILINE)
        assert row is not None, ended.stdout
        found = tuple(int(number.replace(",", "")) for number in re.findall(r"[\d,.]+", row[1])[:4])
        assert found == counts, row[0]


def test_a_taken_port_is_said_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = demo(DEMO_PORT=str(taken.getsockname()[1]))
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: port ")
    assert "DEMO_PORT=" in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("wrong", [{"DEMO_INSTANCES": "many"}, {"DEMO_INSTANCES": "3"}, {"DEMO_PORT": "99999"}])
def test_a_wrong_number_is_said_in_one_line(wrong: dict[str, str]) -> None:
    ended = demo(**wrong)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: {next(iter(wrong))}: ")
    assert ended.stderr.count("\n") == 1
