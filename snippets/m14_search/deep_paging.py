# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# ///
"""Page 500 by offset and by the last value seen: the work, and what is shown twice."""

import os
from heapq import nsmallest
from typing import Any

import psycopg

# --8<-- [start:shards]
WINDOW = 10_000
SHARDS = [[(price, price % 3) for price in range(n, 36_000, 3)] for n in range(3)]


def page(size: int, start: int = 0, after: tuple[int, int] | None = None) -> Any:
    """Let each shard keep its best, then merge; return the page and the work."""
    if start + size > WINDOW:
        raise ValueError(f"from + size is {start + size}, at most {WINDOW}")
    kept = [
        nsmallest(start + size, (e for e in shard if not after or e > after))
        for shard in SHARDS
    ]
    merged = sorted(entry for entries in kept for entry in entries)
    return merged[start : start + size], len(kept[0]), sum(map(len, kept))


by_offset, of_shard, of_all = page(20, start=9_980)
print(f"from 9980, size 20: {of_shard} entries a shard, {of_all} to merge")
by_value, of_shard_after, of_all_after = page(20, after=(9_979, 9_979 % 3))
print(f"search_after      : {of_shard_after} entries a shard, {of_all_after} to merge")
print("the same page     :", by_offset == by_value)
try:
    page(20, start=9_981)
except ValueError as error:
    print("one further       :", error)

first, *_ = page(20)
SHARDS[0].append((-1, 0))  # somebody inserts before the reader turns the page
second, *_ = page(20, start=20)
continued, *_ = page(20, after=first[-1])
twice, none = len({*first} & {*second}), len({*first} & {*continued})
print(f"shown twice       : {twice} by offset, {none} by value")
# --8<-- [end:shards]
assert (of_shard, of_all, of_shard_after, of_all_after) == (10_000, 30_000, 20, 60)
assert by_offset == by_value and (twice, none) == (1, 0)

# --8<-- [start:postgres]
db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("CREATE TABLE product (id int PRIMARY KEY, price int NOT NULL)")
db.execute("INSERT INTO product SELECT n, n / 2 FROM generate_series(0, 36000) n")
db.execute("CREATE INDEX product_price ON product (price, id)")
db.execute("VACUUM ANALYZE product")


def rows_read(tail: str) -> int:
    sql = f"EXPLAIN (ANALYZE, FORMAT JSON) SELECT * FROM product {tail}"
    row = db.execute(sql).fetchone()
    assert row is not None
    node = row[0][0]["Plan"]
    while "Plans" in node:
        (node,) = node["Plans"]
    return round(node["Actual Rows"])


ORDER = "ORDER BY price, id LIMIT 20"
offset = rows_read(f"{ORDER} OFFSET 9980")
keyset = rows_read(f"WHERE (price, id) > (4989, 9979) {ORDER}")
print(f"PostgreSQL        : OFFSET reads {offset} rows, keyset {keyset}")
# --8<-- [end:postgres]
assert (offset, keyset) == (10_000, 20)
