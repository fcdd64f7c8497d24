# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# ///
"""Find the three of 100 000 documents that the index has wrong, by comparing sums of ranges."""

import os

import psycopg

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("""
CREATE TABLE source (id int PRIMARY KEY, version int NOT NULL);
INSERT INTO source SELECT n, n % 5 FROM generate_series(1, 100000) AS n;
CREATE TABLE searched (id int PRIMARY KEY, version int NOT NULL);  -- what the index reports
INSERT INTO searched SELECT * FROM source;
DELETE FROM searched WHERE id = 4711;                   -- an event that was lost
UPDATE searched SET version = version - 1 WHERE id = 77777;  -- an older one came last
DELETE FROM source WHERE id = 31337;                    -- a delete that never arrived
""")


# --8<-- [start:compare]
Summary = tuple[int, int]
asked = 0


def summary(side: str, low: int, high: int) -> Summary:
    """Count a range, and add up a hash of each id and version: order doesn't matter."""
    global asked
    asked += 1
    row = db.execute(
        f"SELECT count(*), coalesce(sum(hashint8(id::int8 * 1000 + version)), 0)"
        f" FROM {side} WHERE id >= %s AND id < %s", [low, high],
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def differing(low: int, high: int) -> list[int]:
    """Halve each range that differs, until single documents are left."""
    if summary("source", low, high) == summary("searched", low, high):
        return []
    if high - low == 1:
        return [low]
    middle = (low + high) // 2
    return differing(low, middle) + differing(middle, high)
# --8<-- [end:compare]


# --8<-- [start:repair]
COUNTS = "SELECT (SELECT count(*) FROM source), (SELECT count(*) FROM searched)"
print("documents, source and index:", *(db.execute(COUNTS).fetchone() or ()))
wrong = differing(1, 131_073)
print(f"differ: {wrong}, found with {asked} sums instead of 100 000 comparisons")
for document in wrong:  # by the source, whatever happened
    db.execute("DELETE FROM searched WHERE id = %s", [document])
    db.execute("INSERT INTO searched SELECT * FROM source WHERE id = %s", [document])
print("after the repair:", differing(1, 131_073) or "no difference")
# --8<-- [end:repair]
assert wrong == [4711, 31337, 77777] and asked < 300
