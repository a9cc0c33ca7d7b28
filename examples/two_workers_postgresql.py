"""Two worker processes on one PostgreSQL share a batch. Each element is done once, whoever does it.

Needs SHOAL_DATABASE_URL with an empty PostgreSQL database.
"""

# ruff: noqa: S101 - the examples check their own results
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import shoal

MODEL = Path(__file__).with_name("models") / "ship.bpmn"
INSTANCES = 2_000


def main(engine: shoal.Engine) -> None:
    engine.definitions.deploy(MODEL)
    engine.instances.start_many("shipping", INSTANCES)
    batch = engine.batches.create(
        "set-variables", {"variables": {"checked": True}}, filter={"definition_key": "shipping"}, chunk_size=100
    )
    workers = [subprocess.Popen([sys.executable, "-m", "shoal.cli", "worker", "--threads", "1"]) for _ in range(2)]
    try:
        batch.wait(timeout=100)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(timeout=20)
    sys.stdout.write(f"{batch.succeeded} elements in {batch.view.jobs_created} chunks\n")
    assert (batch.succeeded, batch.skipped, batch.failed) == (INSTANCES, 0, 0)
    checked = {"definition_key": "shipping", "variables": [{"name": "checked", "value": True}]}
    assert engine.instances.count(checked) == INSTANCES


if __name__ == "__main__":
    from _database import example

    if not os.environ.get("SHOAL_DATABASE_URL", "").startswith("postgres"):
        sys.exit("set SHOAL_DATABASE_URL to an empty PostgreSQL database")
    example(main)
