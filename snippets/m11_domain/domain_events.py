# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Events of an aggregate: sent at once, or by the unit of work after the commit."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.errors import CheckViolation

DATABASE = os.environ["DATABASE_URL"]
sent: list[str] = []
with psycopg.connect(DATABASE) as setup:
    setup.execute("CREATE TABLE stock (sku text PRIMARY KEY, left_over int CHECK (left_over >= 0))")
    setup.execute("INSERT INTO stock VALUES ('AB-100', 5), ('AB-200', 0)")


# --8<-- [start:aggregate]
@dataclass(frozen=True)
class OrderPlaced:
    order: int


@dataclass
class Order:
    """Records what happened; doesn't know who listens."""

    id: int
    lines: list[str]
    events: list[OrderPlaced] = field(default_factory=list)

    def place(self) -> None:
        if not self.lines:
            raise ValueError("an order has at least one line")
        self.events.append(OrderPlaced(self.id))
# --8<-- [end:aggregate]


# --8<-- [start:unit-of-work]
class UnitOfWork:
    """One transaction; what happened in it is told when it is true."""

    def __init__(self, dispatch: Callable[[OrderPlaced], None]) -> None:
        self.dispatch = dispatch
        self.seen: list[Order] = []

    def __enter__(self) -> Self:
        self.connection: psycopg.Connection[Any] = psycopg.connect(DATABASE)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.__exit__(kind, error, trace)  # commit, or roll back
        if kind is None:
            for order in self.seen:
                while order.events:
                    self.dispatch(order.events.pop(0))
# --8<-- [end:unit-of-work]


# --8<-- [start:use-case]
def take_from_stock(connection: psycopg.Connection[Any], order: Order) -> None:
    for sku in order.lines:
        connection.execute("UPDATE stock SET left_over = left_over - 1 WHERE sku = %s", [sku])


def send(event: OrderPlaced) -> None:
    sent.append(f"mail: order {event.order} is on its way")


def at_once(order: Order) -> None:
    with psycopg.connect(DATABASE) as connection:
        order.place()
        send(order.events.pop())  # "it will be fine"
        take_from_stock(connection, order)


def after_commit(order: Order) -> None:
    with UnitOfWork(send) as work:
        work.seen.append(order)
        order.place()
        take_from_stock(work.connection, order)
# --8<-- [end:use-case]


# --8<-- [start:compare]
for place in (at_once, after_commit):
    for number, sku in ((1, "AB-100"), (2, "AB-200")):
        sent.clear()
        try:
            place(Order(number, [sku]))
            outcome = "committed"
        except CheckViolation:
            outcome = "rolled back, nothing in stock"
        print(f"{place.__name__:12} order {number}: {outcome}; events sent: {len(sent)}")
        assert len(sent) == (0 if number == 2 and place is after_commit else 1)
# --8<-- [end:compare]
