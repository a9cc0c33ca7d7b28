"""Some instances carry a warehouse that does not exist. Find them by that value, and correct it."""

# ruff: noqa: S101 - the examples check their own results
from __future__ import annotations

import sys
from pathlib import Path

import shoal

MODEL = Path(__file__).with_name("models") / "ship.bpmn"


def main(engine: shoal.Engine) -> None:
    engine.definitions.deploy(MODEL)
    engine.instances.start_many("shipping", 700, variables={"warehouse": "hamburg"})
    wrong = engine.instances.start_many("shipping", 300, variables={"warehouse": "atlantis"})

    misled = {"definition_key": "shipping", "variables": [{"name": "warehouse", "value": "atlantis"}]}
    batch = engine.batches.create(
        "set-variables",
        {"variables": {"warehouse": "leipzig"}},
        # ids and filter are united: an instance that both name is one element
        ids=wrong[:10],
        filter=misled,
        idempotency_key="warehouse-of-shipping",
    )
    with engine.workers():
        batch.wait(timeout=60)
    sys.stdout.write(f"{batch.succeeded} corrected\n")
    assert batch.succeeded == 300
    assert engine.instances.count(misled) == 0
    assert engine.instances.variables(wrong[0])["warehouse"] == "leipzig"

    # the same request once more is the same batch, not a second one
    again = engine.batches.create(
        "set-variables",
        {"variables": {"warehouse": "leipzig"}},
        ids=wrong[:10],
        filter=misled,
        idempotency_key="warehouse-of-shipping",
    )
    assert again.id == batch.id


if __name__ == "__main__":
    from _database import example

    example(main)
