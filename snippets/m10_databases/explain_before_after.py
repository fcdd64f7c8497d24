# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2", "snippet-support"]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# redact = [{ pattern = '\d+\.\d ms', as = "… ms" }, { pattern = '\d+ (buffers|kB)', as = "… of them" }]
# ///
"""One report before and after its index, and four traps on the way."""

import os
from collections.abc import Iterator
from typing import Any

import psycopg
from vacuum import vacuum

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("SET max_parallel_workers_per_gather = 0")  # one process: the same plan everywhere
db.execute("SET default_statistics_target = 700")  # a sample as large as the tables
db.execute("""
CREATE TABLE users (
    id int PRIMARY KEY, name text NOT NULL, country text NOT NULL, profile text NOT NULL);
CREATE TABLE orders (
    id int PRIMARY KEY, user_id int NOT NULL REFERENCES users,
    placed_at timestamptz NOT NULL, amount int NOT NULL);
INSERT INTO users
SELECT id, CASE id % 2 WHEN 0 THEN 'Kari' ELSE 'Ola' END,
       CASE id % 130 WHEN 10 THEN 'NO' ELSE 'SE' END, repeat('x', 60)
FROM generate_series(1, 20000) id;
INSERT INTO orders
SELECT n, n * 7919 % 20000 + 1, now() - n * interval '150 seconds', n % 500
FROM generate_series(1, 200000) n;
""")
vacuum(db, "users", "orders")


# --8<-- [start:plan]
def explain(sql: str) -> dict[str, Any]:
    """Run the statement and return its plan; a write is undone afterwards."""
    with db.transaction(force_rollback=True):
        row = db.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}").fetchone()
    assert row is not None
    (report,) = row[0]
    return {**report["Plan"], "ms": report["Execution Time"]}


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", []):
        yield from nodes(child)


def read(plan: dict[str, Any]) -> int:
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


def show(title: str, plan: dict[str, Any]) -> list[str]:
    kinds = [node["Node Type"] for node in nodes(plan)]
    print(f"{title}: {read(plan)} buffers, {plan['ms']:.1f} ms")
    for node in nodes(plan):
        if node.get("Join Type") or node.get("Relation Name"):
            rows, loops = round(node["Actual Rows"]), node["Actual Loops"]
            removed = node.get("Rows Removed by Filter", 0)
            kind, table = node["Node Type"], node.get("Relation Name", "")
            print(f"  {kind:<16}{table:<6}", end="")
            estimate = node["Plan Rows"]
            print(f" estimated {estimate:>5}, actual {rows:>5} x {loops}", end="")
            print(f", {removed} filtered out" if removed else "")
    return kinds
# --8<-- [end:plan]


# --8<-- [start:query]
REPORT = """
SELECT u.id, u.name, count(*) AS orders, sum(o.amount) AS total
FROM orders o JOIN users u ON u.id = o.user_id
WHERE u.country = 'NO' AND o.placed_at > now() - interval '30 days'
GROUP BY u.id
"""
INDEXES = """
CREATE INDEX ON users (country);
CREATE INDEX ON orders (user_id, placed_at) INCLUDE (amount);
"""
# --8<-- [end:query]

# --8<-- [start:run]
by_name = REPORT.replace("u.id, u.name", "u.name").replace("BY u.id", "BY u.name")
merged, right = len(db.execute(by_name).fetchall()), len(db.execute(REPORT).fetchall())
print(f"rows by name {merged}, by id {right}\n")

slow = explain(REPORT)
before = show("before", slow)
db.execute(INDEXES)
fast = explain(REPORT)
after = show("after ", fast)
print(f"less than half of the buffers: {read(fast) < read(slow) / 2}\n")

db.execute("CREATE INDEX ON orders (placed_at)")
for days in (1, 300):
    since = f"placed_at > now() - {days} * interval '1 day'"
    *_, leaf = nodes(explain(f"SELECT sum(amount) FROM orders WHERE {since}"))
    print(f"last {days:>3} days of 347: {leaf['Node Type']}")

for memory in ("1MB", "64MB"):
    db.execute(f"SET work_mem = '{memory}'")
    sort = explain("SELECT * FROM orders ORDER BY amount")
    space, size = sort["Sort Space Type"], sort["Sort Space Used"]
    print(f"sort with {memory}: {sort['Sort Method']}, {space}, {size} kB")
touched = explain("UPDATE orders SET amount = 0 WHERE id <= 5")
rows = touched["Plans"][0]["Actual Rows"]
print(f"EXPLAIN ANALYZE ran an UPDATE of {rows:.0f} rows; rolled back")
# --8<-- [end:run]

assert (merged, right) == (1, 132)
assert "Seq Scan" in before and "Hash Join" in before
assert "Seq Scan" not in after and "Nested Loop" in after and "Index Only Scan" in after
assert read(fast) < read(slow) / 2
assert db.execute("SELECT sum(amount) FROM orders WHERE id <= 5").fetchone() == (15,)
