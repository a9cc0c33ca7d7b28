"""The scene, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.databases import Backend
from tests.integration.people.scene import Scene, opened


@pytest.fixture(scope="module")
def scene(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One for the module; tests that change something make a new user or instance for it."""
    url = backend.create()
    blobs: Path = tmp_path_factory.mktemp("blobs")
    with opened(url, blobs) as engine:
        yield Scene(engine)
    backend.drop(url)
