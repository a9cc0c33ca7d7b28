"""The batches of the tour, in order, each with the outcome that it must have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Orders:
    """How many orders come in through which channel. The imported ones name a warehouse that does not exist."""

    web: int
    store: int
    imported: int

    @classmethod
    def of(cls, total: int) -> Orders:
        """A tenth is imported, three tenths come from the store, the rest from the web."""
        imported, store = total // 10, total * 3 // 10
        return cls(total - imported - store, store, imported)

    @property
    def total(self) -> int:
        """All orders."""
        return self.web + self.store + self.imported

    def starts(self) -> list[tuple[int, str, dict[str, Any]]]:
        """Count, business key and variables of each channel."""
        return [
            (self.web, "web", {"amount": 249.9, "warehouse": "hamburg"}),
            (self.store, "store", {"amount": 1890.0, "warehouse": "leipzig"}),
            (self.imported, "import", {"amount": 79.0, "warehouse": "atlantis"}),
        ]


@dataclass(frozen=True, slots=True)
class Step:
    """One batch: what is asked for, and what must come of it."""

    title: str
    operation: str
    succeeded: int
    skipped: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    selection: dict[str, Any] = field(default_factory=dict)
    settles: bool = False
    """The jobs that the batch set free are waited for."""

    @property
    def elements(self) -> int:
        """Targets of the batch."""
        return self.succeeded + self.skipped

    def request(self) -> dict[str, Any]:
        """The body of the request."""
        return {"params": self.params, "filter": self.selection, "expected_count": self.elements}


def tour(orders: Orders) -> list[Step]:
    """Everything the demo does to the orders."""
    running = {"definition_key": "order", "running": True}
    return [
        Step("suspend every order", "suspend-instances", orders.total, selection=running),
        Step("resume every order", "resume-instances", orders.total, selection=running),
        Step(
            "correct the warehouse",
            "set-variables",
            orders.total,
            params={"variables": {"warehouse": "hamburg"}},
            selection=running,
        ),
        Step(
            "tell that payment came",
            "correlate-message",
            orders.total - orders.imported,
            # the imported orders hang in a failed job and do not wait for a payment yet
            skipped=orders.imported,
            params={"message_name": "payment-received", "variables": {"paid": True}},
            selection=running,
            settles=True,
        ),
        Step(
            "retry the failed jobs",
            "set-job-retries",
            orders.imported,
            params={"retries": 1},
            selection=running | {"with_failed_job": True},
            settles=True,
        ),
        Step(
            "cancel the rest",
            "cancel-instances",
            orders.total,
            params={"reason": "end of the demo"},
            selection=running,
        ),
        Step(
            "delete the web orders' history",
            "delete-history",
            orders.web,
            selection={"definition_key": "order", "running": False, "business_key": "web"},
        ),
    ]
