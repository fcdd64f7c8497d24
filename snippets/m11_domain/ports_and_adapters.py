# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""One use case, two stores behind one port, and one contract that both have to keep."""

import os
from decimal import Decimal
from typing import Any

import psycopg
from contract import CHECKS
from ordering import (
    ConflictError,
    FixedClock,
    NotFoundError,
    Order,
    Orders,
    PlaceOrder,
    TooManyOpenOrdersError,
)
from psycopg.errors import UniqueViolation

connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
connection.execute("""CREATE TABLE orders (
    id bigint PRIMARY KEY, customer text NOT NULL, total numeric NOT NULL CHECK (total > 0),
    placed timestamptz NOT NULL, open boolean NOT NULL)""")


# --8<-- [start:memory]
class InMemoryOrders:
    """For tests and for the first week: a dictionary."""

    def __init__(self) -> None:
        self.rows: dict[int, Order] = {}

    def get(self, order_id: int) -> Order:
        try:
            return self.rows[order_id]
        except KeyError:
            raise NotFoundError(f"no order {order_id}") from None

    def add(self, order: Order) -> None:
        if order.id in self.rows:
            raise ConflictError(f"there is an order {order.id}")
        self.rows[order.id] = order

    def save(self, order: Order) -> None:
        self.get(order.id)
        self.rows[order.id] = order

    def of(self, customer: str) -> list[Order]:
        rows = (order for order in self.rows.values() if order.customer == customer)
        return sorted(rows, key=lambda order: order.id)
# --8<-- [end:memory]


# --8<-- [start:postgres]
class PostgresOrders:
    """For production: SQL, and its errors turned into the domain's."""

    FIELDS = "id, customer, total, placed, open"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def get(self, order_id: int) -> Order:
        found = self._orders("id = %s", order_id)
        if not found:
            raise NotFoundError(f"no order {order_id}")
        return found[0]

    def add(self, order: Order) -> None:
        row = [order.id, order.customer, order.total, order.placed, order.open]
        query = f"INSERT INTO orders ({self.FIELDS}) VALUES (%s, %s, %s, %s, %s)"
        try:
            self.connection.execute(query, row)
        except UniqueViolation as error:
            raise ConflictError(f"there is an order {order.id}") from error

    def save(self, order: Order) -> None:
        query = "UPDATE orders SET customer = %s, total = %s, open = %s WHERE id = %s"
        row = [order.customer, order.total, order.open, order.id]
        if self.connection.execute(query, row).rowcount == 0:
            raise NotFoundError(f"no order {order.id}")

    def of(self, customer: str) -> list[Order]:
        return self._orders("customer = %s ORDER BY id", customer)

    def _orders(self, where: str, value: object) -> list[Order]:
        rows = self.connection.execute(f"SELECT {self.FIELDS} FROM orders WHERE {where}", [value])
        return [
            Order(id=i, customer=customer, total=total, placed=placed, open=is_open)
            for i, customer, total, placed, is_open in rows
        ]
# --8<-- [end:postgres]


# --8<-- [start:run]
def fresh_postgres() -> Orders:
    connection.execute("TRUNCATE orders")
    return PostgresOrders(connection)


for make in (InMemoryOrders, fresh_postgres):
    kept = [check for check in CHECKS if check(make()) is None]
    name = type(make()).__name__
    print(f"{name:15} contract {len(kept)}/{len(CHECKS)}")
    place = PlaceOrder(orders=make(), clock=FixedClock())
    for number in (1, 2, 3, 4):
        try:
            place(number, "ada", Decimal("9.90"))
        except TooManyOpenOrdersError as error:
            print(f"{name:15} order {number}: {error}")
# --8<-- [end:run]
