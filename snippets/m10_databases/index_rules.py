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
# redact = [{ pattern = '\d+ buffers', as = "… buffers" }]
# ///
"""Ten rules on indexes, each with a query that keeps it and one that doesn't."""

import os
from typing import Any

import psycopg
from vacuum import vacuum

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("SET max_parallel_workers_per_gather = 0")
db.execute("SET default_statistics_target = 400")  # a sample as large as the tables
db.execute("""
CREATE EXTENSION pg_trgm;
CREATE TABLE customer (id int PRIMARY KEY, email text NOT NULL);
INSERT INTO customer SELECT id, 'User' || md5(id::text) || '@x.test' FROM generate_series(1, 20000) id;
CREATE TABLE sale (
    id int PRIMARY KEY, customer_id int NOT NULL REFERENCES customer, code text NOT NULL,
    status text NOT NULL, day int NOT NULL, amount int NOT NULL);
INSERT INTO sale
SELECT n, n * 7 % 20000 + 1, md5(n::text), CASE WHEN n % 100 = 0 THEN 'open' ELSE 'paid' END,
       n * 31 % 1000, n % 777
FROM generate_series(1, 50000) n;
""")
vacuum(db, "sale", "customer")


def analyze(sql: str) -> tuple[str, int]:
    """Run a query; return the nodes that read tables or sort, and the buffers touched."""
    row = db.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}").fetchone()
    assert row is not None
    plan = row[0][0]["Plan"]
    seen: list[str] = []

    def walk(node: dict[str, Any]) -> None:
        for child in node.get("Plans", []):
            walk(child)
        if node["Node Type"].endswith(("Scan", "Sort")) or "Bitmap" in node["Node Type"]:
            seen.append(node["Node Type"])

    walk(plan)
    return " > ".join(seen), plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]


used: list[bool] = []


def rule(title: str, index: str, good: str, bad: str) -> None:
    """Build one index alone, look at both queries, and drop it again."""
    names = [f"lesson_{number}" for number, _ in enumerate(index.split(";"))]
    for name, definition in zip(names, index.split(";"), strict=True):
        db.execute(f"CREATE INDEX {name} ON {definition.strip()}")
    (with_it, _), (without_it, _) = analyze(good), analyze(bad)
    print(f"{title}\n   + {with_it}\n   - {without_it}")
    used.append("Seq Scan" not in with_it and with_it != without_it)
    db.execute("DROP INDEX " + ", ".join(names))


ALL = "SELECT * FROM sale WHERE"
# --8<-- [start:rules]
rule("1 leftmost column", "sale (code, day)",
     f"{ALL} code = 'c4ca'", f"{ALL} day = 7")
rule("2 a function hides the column", "customer (lower(email))",
     "SELECT * FROM customer WHERE lower(email) = 'a@x.test'",
     "SELECT * FROM customer WHERE upper(email) = 'A@X.TEST'")
rule("3 a pattern needs a beginning", "sale (code text_pattern_ops)",
     f"{ALL} code LIKE 'c4ca4%'", f"{ALL} code LIKE '%c4ca4'")
rule("4 trigrams find the middle", "sale USING gin (code gin_trgm_ops)",
     f"{ALL} code LIKE '%c4ca42%'", f"{ALL} code LIKE '%c4%'")
rule("5 a partial index knows its rows", "sale (day) WHERE status = 'open'",
     f"{ALL} day = 7 AND status = 'open'", f"{ALL} day = 7")
rule("6 covering", "sale (customer_id) INCLUDE (amount)",
     "SELECT amount FROM sale WHERE customer_id = 7",
     "SELECT amount, day FROM sale WHERE customer_id = 7")
rule("7 the order of ORDER BY and LIMIT", "sale (amount DESC, id DESC)",
     "SELECT * FROM sale ORDER BY amount DESC, id DESC LIMIT 10",
     "SELECT * FROM sale ORDER BY amount DESC, id ASC LIMIT 10")
rule("8 the column's own type", "sale (amount)",
     f"{ALL} amount = 700", f"{ALL} amount = 700::numeric")
rule("9 OR needs an index on both sides", "sale (customer_id); sale (amount)",
     f"{ALL} customer_id = 7 OR amount = 700", f"{ALL} customer_id = 7 OR day = 7")
# --8<-- [end:rules]

# --8<-- [start:order]
query = "SELECT count(*) FROM sale WHERE status = 'open' AND day BETWEEN 100 AND 500"
cost = {}
for columns in ("status, day", "day, status"):
    db.execute(f"CREATE INDEX lesson ON sale ({columns})")
    node, cost[columns] = analyze(query)
    print(f"10 equality before range: ({columns}) {node}, {cost[columns]} buffers")
    if columns == "status, day":  # status has two values: PostgreSQL 18 looks at both
        print(f"   day alone, without status: {analyze(f'{ALL} day = 7')[0]}")
    db.execute("DROP INDEX lesson")
# --8<-- [end:order]
assert used == [True] * 9, used
assert cost["status, day"] < cost["day, status"]
