"""Where the examples run: the database of SHOAL_DATABASE_URL, else one in a temporary folder."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import shoal


def example(main: Callable[[shoal.Engine], None]) -> None:
    """Run the example with an engine of its own."""
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("SHOAL_DATABASE_URL") or f"sqlite:///{folder}/example.db"
        with shoal.open_engine(url, blob_url=(Path(folder) / "blobs").as_uri()) as engine:
            main(engine)
