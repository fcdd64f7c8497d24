# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
# ///
"""The port of the shop on PostgreSQL: the only file that knows SQL."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection
from psycopg.rows import class_row, scalar_row
from shop_core import Order

TABLES = """
    CREATE TABLE stock (sku text PRIMARY KEY, cents int NOT NULL, free int NOT NULL);
    CREATE TABLE orders (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sku text NOT NULL REFERENCES stock,
        quantity int NOT NULL, cents int NOT NULL, state text NOT NULL DEFAULT 'open');
    INSERT INTO stock VALUES ('lamp', 4900, 5);
"""
COLUMNS = "id, sku, quantity, cents, state"


# --8<-- [start:repository]
class PostgresOrders:
    def __init__(self, db: Connection[tuple[object, ...]]) -> None:
        self.db = db
        self.rows = db.cursor(row_factory=class_row(Order))

    def take_stock(self, sku: str, quantity: int) -> int | None:
        # One statement looks and takes, so two buyers can't both see the last lamp.
        return self.db.cursor(row_factory=scalar_row).execute(
            "UPDATE stock SET free = free - %(n)s"
            " WHERE sku = %(sku)s AND free >= %(n)s RETURNING cents",
            {"n": quantity, "sku": sku},
        ).fetchone()

    def give_back(self, sku: str, quantity: int) -> None:
        sql = "UPDATE stock SET free = free + %s WHERE sku = %s"
        self.db.execute(sql, [quantity, sku])

    def add(self, sku: str, quantity: int, cents: int) -> Order:
        sql = "INSERT INTO orders (sku, quantity, cents) VALUES (%s, %s, %s)"
        row = self.rows.execute(f"{sql} RETURNING {COLUMNS}", [sku, quantity, cents])
        return next(iter(row))

    def get(self, order_id: int) -> Order:
        sql = f"SELECT {COLUMNS} FROM orders WHERE id = %s FOR UPDATE"
        if (order := self.rows.execute(sql, [order_id]).fetchone()) is None:
            raise LookupError(f"no order {order_id}")
        return order

    def save(self, order: Order) -> None:
        sql = "UPDATE orders SET state = %s WHERE id = %s"
        self.db.execute(sql, [order.state, order.id])
# --8<-- [end:repository]


# --8<-- [start:unit_of_work]
@contextmanager
def transaction(url: str) -> Iterator[PostgresOrders]:
    """Commit when the block ends, roll back when it raises (a pool in real life)."""
    with psycopg.connect(url) as db:
        yield PostgresOrders(db)
# --8<-- [end:unit_of_work]
