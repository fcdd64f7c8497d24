# /// script
# requires-python = ">=3.11"
# dependencies = ["psycopg[binary]>=3.2"]
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# redact = [{ pattern = ' *(?:\d+\.)?\d+ ms', as = " … ms" }, { pattern = '\d+x', as = "…x" }]
# ///
"""Offset and keyset on 300 000 rows: what each reads, how long it takes, what writes do to it."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=None)
db.execute("""
    CREATE TABLE event (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        created_at timestamptz NOT NULL, name text NOT NULL);
    INSERT INTO event (created_at, name)  -- ten in the same second
    SELECT '2026-01-01'::timestamptz + (n / 10) * interval '1 s', 'event ' || n
    FROM generate_series(1, 300000) AS n;
    CREATE INDEX ON event (created_at, id);""")
db.execute("VACUUM ANALYZE event")

# --8<-- [start:queries]
FIRST = "SELECT created_at, id FROM event ORDER BY created_at DESC, id DESC LIMIT %(n)s"
OFFSET = FIRST + " OFFSET %(skip)s"
KEYSET = """
    SELECT created_at, id FROM event WHERE (created_at, id) < (%(at)s, %(id)s)
    ORDER BY created_at DESC, id DESC LIMIT %(n)s"""
BACK = """
    SELECT * FROM (
        SELECT created_at, id FROM event WHERE (created_at, id) > (%(at)s, %(id)s)
        ORDER BY created_at, id LIMIT %(n)s) AS nearest_first
    ORDER BY created_at DESC, id DESC"""
Row = tuple[object, ...]


def rows(sql: str, **values: object) -> list[Row]:
    return db.execute(sql, values).fetchall()
# --8<-- [end:queries]


# --8<-- [start:cost]
def cost(sql: str, **values: object) -> tuple[str, float, list[Row]]:
    """Say which nodes the plan has, how many rows it read, how long it took at best."""
    plan = rows("EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) " + sql, **values)[0][0]
    assert isinstance(plan, list)
    limit = plan[0]["Plan"]
    scan = limit["Plans"][0]
    took = []
    for _ in range(7):
        begun = time.perf_counter()
        page = rows(sql, **values)
        took.append((time.perf_counter() - begun) * 1000)
    nodes = f"{limit['Node Type']} > {scan['Node Type']}"
    print(f"{nodes:26} read {scan['Actual Rows']:>8,.0f} rows  {min(took):6.2f} ms")
    return nodes, min(took), page


last = rows(OFFSET, n=1, skip=279_999)[0]  # where the page before ended
here = {"at": last[0], "id": last[1], "n": 20}
print("[cost]", "page at row 280 000, by offset, then by keyset:", sep="\n")
_, slow, by_offset = cost(OFFSET, n=20, skip=280_000)
_, fast, by_keyset = cost(KEYSET, **here)
assert by_offset == by_keyset and slow > 5 * fast
print(f"same 20 rows, {slow / fast:.0f}x")
at, key = by_keyset[0]
assert rows(BACK, at=at, id=key, n=20) == rows(OFFSET, n=20, skip=279_980)
print("backwards from there: the 20 rows of the page before")
# --8<-- [end:cost]


# --8<-- [start:drift]
def offset_pages() -> Iterator[list[Row]]:
    for number in range(10):
        yield rows(OFFSET, n=20, skip=20 * number)


def keyset_pages() -> Iterator[list[Row]]:
    page = rows(FIRST, n=20)
    for _ in range(10):
        yield page
        page = rows(KEYSET, at=page[-1][0], id=page[-1][1], n=20)


def read_while(write: str, pages: Callable[[], Iterator[list[Row]]]) -> tuple[int, int]:
    """Read ten pages of a feed, and let somebody write after each of them."""
    top, seen = rows(FIRST, n=400), Counter[Row]()
    for page in pages():
        seen.update(page)
        db.execute(write, {"ids": [row[1] for row in page[-5:]]})
    passed = [row for row in rows(FIRST, n=400) if row > min(seen) and row in top]
    return sum(seen.values()) - len(seen), len(set(passed) - set(seen))


INSERT = """
    INSERT INTO event (created_at, name) SELECT now(), '' FROM generate_series(1, 5)"""
DELETE = "DELETE FROM event WHERE id = ANY(%(ids)s)"
print("[drift]")
for what, write in (("5 new rows", INSERT), ("5 deleted", DELETE)):
    for how, pages in (("offset", offset_pages), ("keyset", keyset_pages)):
        twice, missed = read_while(write, pages)
        print(f"{what:10} after a page, {how}: {twice:2} seen twice, {missed:2} missed")
        assert twice + missed == (0 if how == "keyset" else 45)
# --8<-- [end:drift]
