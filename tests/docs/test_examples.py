"""Every example runs as it is; each checks its own result."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import Postgres
from tests.docs.pages import ROOT

EXAMPLES = sorted(path for path in (ROOT / "examples").glob("*.py") if not path.name.startswith("_"))
ON_POSTGRESQL = [path for path in EXAMPLES if path.stem.endswith("postgresql")]


def run(path: Path, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("SHOAL_")}
    return subprocess.run(
        [sys.executable, str(path)],
        cwd=folder,
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    url = postgres.create()
    yield url
    postgres.drop(url)


@pytest.mark.parametrize(
    "path", [each for each in EXAMPLES if each not in ON_POSTGRESQL], ids=lambda each: each.stem
)
def test_an_example_runs(path: Path, tmp_path: Path) -> None:
    ended = run(path, tmp_path)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
@pytest.mark.parametrize("path", ON_POSTGRESQL, ids=lambda each: each.stem)
def test_an_example_for_postgresql_runs(path: Path, tmp_path: Path, database_url: str) -> None:
    ended = run(path, tmp_path, SHOAL_DATABASE_URL=database_url)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("path", ON_POSTGRESQL, ids=lambda each: each.stem)
def test_without_postgresql_it_says_what_it_needs(path: Path, tmp_path: Path) -> None:
    ended = run(path, tmp_path)
    assert ended.returncode == 1
    assert "SHOAL_DATABASE_URL" in ended.stderr


def test_every_example_is_in_the_list() -> None:
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in EXAMPLES if f"[{path.name}]({path.name})" not in text] == []
