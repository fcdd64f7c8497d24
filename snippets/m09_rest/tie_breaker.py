# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""Follow cursors through 2 000 products from the cheapest, with and without a tie-breaker in the key."""

import os

import psycopg
from signed_cursor import decode, encode

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("""
    CREATE TABLE product (id int PRIMARY KEY, price int NOT NULL);
    INSERT INTO product SELECT n, n * 37 % 500 FROM generate_series(1, 2000) AS n;
    CREATE INDEX ON product (price, id);""")

# --8<-- [start:pages]
AFTER = {  # by what a cursor holds
    "price": "price > %s",
    "price,id": "(price, id) > (%s, %s)",
}


def page(order: str, cursor: str) -> tuple[list[int], str]:
    """Return the ids of a page, and the cursor of the next one: empty on the last."""
    where, values = "true", list[object]()
    if cursor:
        where, values = AFTER[order], decode(cursor, order)
    sql = f"SELECT price, id FROM product WHERE {where} ORDER BY price, id LIMIT 31"
    rows = db.execute(sql, values).fetchall()
    here, more = rows[:30], len(rows) > 30
    position = here[-1][: len(order.split(","))]
    return [row[1] for row in here], encode(order, *position) if more else ""


for order in AFTER:
    seen, cursor = page(order, "")
    requests = 1
    while cursor:
        ids, cursor = page(order, cursor)
        seen += ids
        requests += 1
    print(f"cursor of {order:8}: {requests} pages, {len(seen):,} of 2,000 products")
    assert len(seen) == len(set(seen))
    assert (len(seen) == 2000) == (order == "price,id")
# --8<-- [end:pages]
