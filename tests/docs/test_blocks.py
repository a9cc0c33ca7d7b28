"""What the pages tell the reader to type is right: Python runs, command lines fit the command, JSON is JSON."""

from __future__ import annotations

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docs.generation import http
from lxml import etree
from tests.docs.pages import ROOT, Block, blocks, name_of, pages
from typer.main import get_command

from shoal.cli.tree import app
from shoal.settings import Settings, variable_name

SETTINGS = {variable_name(name) for name in Settings.__dataclass_fields__}
OTHER_VARIABLES = {"SHOAL_DEBUG"}


def with_code(*languages: str) -> list[Path]:
    return [page for page in pages() if any(blocks(page, *languages))]


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """An empty folder with the files that the page tells the reader to save."""
    page: Path = request.getfixturevalue("page")
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    for name in re.findall(r"<!-- with: (\S+) -->", page.read_text(encoding="utf-8")):
        source = (page.parent / name).resolve()
        (tmp_path / source.name).write_bytes(source.read_bytes())
    return tmp_path


@pytest.mark.parametrize("page", with_code("python"), ids=name_of)
def test_the_python_of_a_page_runs(page: Path, folder: Path) -> None:
    source = "".join(padded(block) for block in blocks(page, "python") if not block.file)
    script = folder / "page.py"
    script.write_text(source, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOAL_")}
    environment |= {
        "SHOAL_DATABASE_URL": f"sqlite:///{folder / 'shoal.db'}",
        "SHOAL_BLOB_URL": (folder / "blobs").as_uri(),
    }
    ended = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, f"{name_of(page)}\n{ended.stdout}{ended.stderr}"


def padded(block: Block) -> str:
    """The block with a remark that says where it stands; the error then names the line of the page."""
    return f"# {name_of(block.page)}, line {block.line}\n{block.text}\n"


def command_lines(page: Path) -> Iterator[str]:
    for block in blocks(page, "shell"):
        text = re.sub(r"\\\n\s*", " ", block.text)
        for line in text.splitlines():
            for part in re.split(r"\s(?:\||&&|>|2>|&)(?:\s|$)", line):
                found = re.search(r"(?:^|\s|\()shoal (?!\.)(.*?)\)?$", part.strip())
                if found and not part.strip().startswith("#"):
                    yield found[1]


LINES = [(name_of(page), line) for page in pages() for line in command_lines(page)]


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_command_line_fits_the_command(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)
    command: Any = get_command(app)
    while getattr(command, "commands", None):
        name = words.pop(0)
        assert name in command.commands, f"{page}: there is no command {name}"
        command = command.commands[name]
    command.make_context(line, words)


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_setting_that_a_page_names_exists(page: Path) -> None:
    named = set(re.findall(r"\bSHOAL_[A-Z_]+\b", page.read_text(encoding="utf-8")))
    assert named - SETTINGS - OTHER_VARIABLES == set()


@pytest.mark.parametrize("page", with_code("json", "http"), ids=name_of)
def test_the_json_of_a_page_is_json(page: Path) -> None:
    for block in blocks(page, "json"):
        json.loads(block.text)
    for block in blocks(page, "http"):
        body = block.text.partition("\n\n")[2].strip()
        if body:
            json.loads(body)


@pytest.mark.parametrize("page", with_code("http"), ids=name_of)
def test_the_requests_of_a_page_fit_the_routes(page: Path) -> None:
    document = http.openapi()
    shapes = document["components"]["schemas"]
    for block in blocks(page, "http"):
        head, _, body = block.text.partition("\n\n")
        method, path = head.split()[:2]
        operation = document["paths"][path][method.lower()]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        known = shapes[schema["$ref"].rpartition("/")[2]]["properties"]
        assert json.loads(body).keys() <= known.keys(), block.text


@pytest.mark.parametrize("page", with_code("xml"), ids=name_of)
def test_the_xml_of_a_page_is_well_formed(page: Path) -> None:
    for block in blocks(page, "xml"):
        text = block.text
        if "xmlns" not in text:
            text = f'<x xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:xsi="x">{text}</x>'
        etree.fromstring(text.encode())


def test_the_tutorial_is_found() -> None:
    assert ROOT / "docs" / "tutorial" / "README.md" in with_code("python")


def parts(page: Path) -> list[tuple[str, str]]:
    """The shell blocks that the page marks with ``run`` or ``server``, in order."""
    found = re.findall(
        r"^<!-- (run|server) -->\n```shell\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    return [(kind, text) for kind, text in found]


@pytest.mark.parametrize("page", [page for page in pages() if parts(page)], ids=name_of)
def test_the_commands_of_a_page_run(page: Path, folder: Path) -> None:
    """All marked blocks in order, on one database, with the server that the page starts."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SHOAL_")}
    environment |= {"SHOAL_PORT": port, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    server: subprocess.Popen[bytes] | None = None
    try:
        for kind, text in parts(page):
            if kind == "server":
                server = subprocess.Popen(shlex.split(text), cwd=folder, env=environment, stderr=subprocess.DEVNULL)
                wait_for(port)
                continue
            script = "set -eu -o pipefail\n" + text.replace(":8080", f":{port}").replace("curl -s", "curl -sSf")
            ended = subprocess.run(
                ["bash", "-c", script],
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert ended.returncode == 0, f"{text}\n{ended.stdout}{ended.stderr}"
    finally:
        if server is not None:
            server.terminate()
            server.wait(20)


def free_port() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def wait_for(port: str) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", int(port)), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server of the page does not listen")
