"""What the service tasks of the order process call. ``shoal serve --load shoal.demo.callables`` registers it."""

from __future__ import annotations

from typing import Any

from shoal.engine import Engine

WAREHOUSES = frozenset({"hamburg", "leipzig", "rotterdam"})


class UnknownWarehouseError(Exception):
    """The order names a warehouse that does not exist: bad data, which somebody has to correct."""


class ReserveStock:
    """Reserves the goods of one order; fails as long as the order's data is wrong."""

    def execute(self, execution: Any) -> None:
        """Fail for an unknown warehouse; otherwise note where the goods are."""
        warehouse = execution.get_variable("warehouse")
        if warehouse not in WAREHOUSES:
            raise UnknownWarehouseError(f"there is no warehouse '{warehouse}'")
        execution.set_variable("reserved_in", warehouse)


class Orders:
    """The bean ``orders`` of the model's expressions."""

    def invoice(self, business_key: str | None, amount: float) -> str:
        """The text of an invoice."""
        return f"invoice for {business_key or 'an order'}: {amount:.2f} EUR"


def register(engine: Engine) -> None:
    """Give the engine what the model names."""
    engine.register("shoal.demo.ReserveStock", ReserveStock)
    engine.register("orders", Orders())
