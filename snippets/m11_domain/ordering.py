# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""A domain without a framework: an aggregate, a rule, a use case, and the ports that it needs."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol


# --8<-- [start:errors]
class DomainError(Exception):
    """Something that the business forbids; knows nothing of HTTP."""


class NotFoundError(DomainError):
    pass


class ConflictError(DomainError):
    pass


class TooManyOpenOrdersError(ConflictError):
    pass
# --8<-- [end:errors]


# --8<-- [start:domain]
@dataclass(frozen=True, kw_only=True)
class Order:
    """An order of a customer; it is open until it is shipped."""

    id: int
    customer: str
    total: Decimal
    placed: datetime
    open: bool = True

    def __post_init__(self) -> None:
        if self.total <= 0:
            raise DomainError("an order costs something")

    def shipped(self) -> "Order":
        if not self.open:
            raise ConflictError(f"order {self.id} is shipped already")
        return replace(self, open=False)


class Orders(Protocol):
    """The port: what the domain needs of a store, in the domain's words."""

    def get(self, order_id: int) -> Order: ...
    def add(self, order: Order) -> None: ...
    def save(self, order: Order) -> None: ...
    def of(self, customer: str) -> list[Order]: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
# --8<-- [end:domain]


# --8<-- [start:use-case]
@dataclass(frozen=True, kw_only=True)
class PlaceOrder:
    """The use case: a customer has three open orders at the most."""

    orders: Orders
    clock: Clock
    most: int = 3

    def __call__(self, order_id: int, customer: str, total: Decimal) -> Order:
        open_ones = [order for order in self.orders.of(customer) if order.open]
        if len(open_ones) >= self.most:
            raise TooManyOpenOrdersError(f"{customer} has {self.most} open orders")
        order = Order(id=order_id, customer=customer, total=total, placed=self.clock.now())
        self.orders.add(order)
        return order
# --8<-- [end:use-case]


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 5, 11, 9, 14, 22, tzinfo=UTC)
