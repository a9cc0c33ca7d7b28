"""Look first, then cancel exactly what was seen; and ask what became of single instances."""

# ruff: noqa: S101 - the examples check their own results
from __future__ import annotations

import sys
from pathlib import Path

import shoal
from shoal.errors import ExpectedCountError

MODEL = Path(__file__).with_name("models") / "ship.bpmn"


def main(engine: shoal.Engine) -> None:
    engine.definitions.deploy(MODEL)
    test_orders = engine.instances.start_many("shipping", 200, business_key="test")
    real_order = engine.instances.start("shipping", business_key="4711")

    preview = engine.batches.preview("cancel-instances", filter={"business_key": "test"})
    sys.stdout.write(f"{preview.count} instances, for example {preview.sample[0]}\n")
    assert preview.count == 200

    # one more came in: nothing is cancelled before somebody has looked again
    engine.instances.start("shipping", business_key="test")
    try:
        engine.batches.create("cancel-instances", filter={"business_key": "test"}, expected_count=preview.count)
    except ExpectedCountError as error:
        sys.stdout.write(f"refused: {error}\n")
    else:
        raise AssertionError("the number was not checked")

    batch = engine.batches.create(
        "cancel-instances", {"reason": "test data"}, ids=[*test_orders, "no-such-id"], expected_count=201
    )
    with engine.workers():
        batch.wait(timeout=60)
    assert (batch.succeeded, batch.skipped, batch.failed) == (200, 1, 0)
    [skipped] = engine.batches.elements(batch.id, state="skipped")
    sys.stdout.write(f"skipped: {skipped.message}\n")
    [outcome] = engine.batches.outcomes(batch.id, test_orders[:1])
    assert outcome.state == "succeeded"

    assert engine.instances.get(test_orders[0]).end_reason == "test data"
    assert engine.instances.get(real_order).state == "active"


if __name__ == "__main__":
    from _database import example

    example(main)
