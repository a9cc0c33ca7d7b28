"""A service task in Python: it succeeds, it fails and is tried again, it throws an error that the model catches."""

# ruff: noqa: S101 - the examples check their own results
from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import shoal

MODEL = Path(__file__).with_name("models") / "payment.bpmn"


class Charge:
    """Charges a card. Made anew for each call."""

    calls: dict[str, int] = {}  # noqa: RUF012 - shared on purpose

    def execute(self, execution: Any) -> None:
        """Succeed, fail once, or decline, as the order says."""
        key = execution.business_key
        self.calls[key] = self.calls.get(key, 0) + 1
        if key == "flaky" and self.calls[key] == 1:
            raise TimeoutError("no answer within 10 seconds")
        if execution.get_variable("amount") > 1_000:
            raise shoal.BpmnError("declined", "the limit of the card is 1,000")
        execution.set_variable("receipt", f"R-{key}")


def main(engine: shoal.Engine) -> None:
    engine.register("charge", Charge)
    engine.definitions.deploy(MODEL)
    orders = {
        key: engine.instances.start("payment", business_key=key, variables={"amount": amount})
        for key, amount in {"plain": 250, "flaky": 250, "large": 2_500}.items()
    }
    engine.run_until_idle()

    for key, order in orders.items():
        sys.stdout.write(f"{key}: {engine.instances.get(order).state}, {Charge.calls[key]} call(s)\n")
    assert engine.instances.variables(orders["plain"])["receipt"] == "R-plain"
    assert Charge.calls == {"plain": 1, "flaky": 2, "large": 1}
    assert engine.instances.get(orders["flaky"]).state == "completed"

    # the error event leads to a person
    [task] = engine.tasks.find(open=True, instance_id=orders["large"])
    assert task.activity_id == "call"
    engine.tasks.claim(task.id, "mary")
    engine.tasks.complete(task.id)
    assert engine.instances.get(orders["large"]).end_activity_id == "given_up"


if __name__ == "__main__":
    from _database import example

    example(main)
