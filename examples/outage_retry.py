"""A system was down and a thousand jobs used up their tries. It is back: give all of them new ones."""

# ruff: noqa: S101 - the examples check their own results
from __future__ import annotations

import sys
from pathlib import Path

import shoal

MODEL = Path(__file__).with_name("models") / "payment.bpmn"
ORDERS = 1_000


def main(engine: shoal.Engine) -> None:
    is_up = False

    @engine.register("charge")
    def charge(_execution: object) -> None:
        if not is_up:
            raise ConnectionError("the payment service does not answer")

    engine.definitions.deploy(MODEL)
    engine.instances.start_many("payment", ORDERS)
    engine.run_until_idle()
    failed = {"definition_key": "payment", "with_failed_job": True}
    sys.stdout.write(f"{engine.instances.count(failed)} orders hang: {engine.incidents.find(limit=1)[0].message}\n")
    assert engine.instances.count(failed) == ORDERS

    is_up = True
    batch = engine.batches.create("set-job-retries", {"retries": 3}, filter=failed, expected_count=ORDERS)
    with engine.workers():
        batch.wait(timeout=60)
    engine.run_until_idle()

    paid = engine.instances.count(definition_key="payment", state="completed")
    sys.stdout.write(f"{batch.succeeded} got new tries, {paid} are paid\n")
    assert (batch.succeeded, paid) == (ORDERS, ORDERS)
    assert engine.incidents.find() == []


if __name__ == "__main__":
    from _database import example

    example(main)
