"""A worker that takes tasks by topic: most it completes, one it reports as failed, one ends in a BPMN error."""

# ruff: noqa: S101 - the examples check their own results
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import shoal

MODEL = Path(__file__).with_name("models") / "ship.bpmn"
WORKER = "packer-1"


def work(engine: shoal.Engine) -> int:
    """Take what there is, and do it; how many tasks that were."""
    taken = engine.external_tasks.fetch_and_lock(WORKER, ["ship-order"], max_tasks=20, lock_seconds=60)
    for each in taken:
        pack(engine, each)
    return len(taken)


def pack(engine: shoal.Engine, locked: Any) -> None:
    address = locked.variables["address"].value
    if address == "":
        engine.external_tasks.throw_error(locked.task.id, WORKER, "unknown-address")
    elif address == "Fish Lane 13":
        engine.external_tasks.fail(locked.task.id, WORKER, "the label printer is out of paper", retries=0)
    else:
        engine.external_tasks.complete(locked.task.id, WORKER, {"parcel": f"parcel to {address}"})


def main(engine: shoal.Engine) -> None:
    engine.definitions.deploy(MODEL)
    orders = engine.instances.start_each(
        "shipping", [(str(number), {"address": f"Fish Lane {number}" if number else ""}) for number in range(50)]
    )
    while work(engine):
        pass

    done = engine.instances.count(definition_key="shipping", state="completed")
    sys.stdout.write(f"{done} orders are done; {engine.incidents.find()[0].message}\n")
    assert done == 49
    assert engine.instances.get(orders[0]).end_activity_id == "sent_back"
    assert engine.instances.variables(orders[1])["parcel"] == "parcel to Fish Lane 1"
    assert engine.instances.get(orders[13]).state == "active"


if __name__ == "__main__":
    from _database import example

    example(main)
