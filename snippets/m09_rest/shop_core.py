# /// script
# requires-python = ">=3.11"
# ///
"""Orders: the entity, the port that the use cases need, and the use cases. No HTTP, no SQL."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Protocol


# --8<-- [start:model]
class OutOfStock(Exception):
    """Fewer are left than were asked for."""


class CannotCancel(Exception):
    """An order that has been shipped stays an order."""


@dataclass(frozen=True)
class Order:
    id: int
    sku: str
    quantity: int
    cents: int
    state: str = "open"

    def cancelled(self) -> "Order":
        if self.state == "shipped":
            raise CannotCancel(f"order {self.id} is {self.state}")
        return replace(self, state="cancelled")
# --8<-- [end:model]


# --8<-- [start:service]
class Orders(Protocol):
    """What the use cases ask of a store, in their own words: the port."""

    def take_stock(self, sku: str, quantity: int) -> int | None: ...
    def give_back(self, sku: str, quantity: int) -> None: ...
    def add(self, sku: str, quantity: int, cents: int) -> Order: ...
    def get(self, order_id: int) -> Order: ...
    def save(self, order: Order) -> None: ...


@dataclass(frozen=True)
class Shop:
    """Each method is one use case, and one unit of work: all of it, or nothing."""

    unit_of_work: Callable[[], AbstractContextManager[Orders]]

    def place_order(self, sku: str, quantity: int) -> Order:
        with self.unit_of_work() as orders:
            price = orders.take_stock(sku, quantity)
            if price is None:
                raise OutOfStock(f"{sku}: fewer than {quantity} left")
            return orders.add(sku, quantity, price * quantity)

    def cancel_order(self, order_id: int) -> Order:
        with self.unit_of_work() as orders:
            before = orders.get(order_id)
            after = before.cancelled()
            if after != before:  # cancelling twice gives the goods back once
                orders.give_back(after.sku, after.quantity)
                orders.save(after)
            return after
# --8<-- [end:service]
