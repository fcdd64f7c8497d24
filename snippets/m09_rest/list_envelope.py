# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi>=0.115", "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support"]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# redact = [
#   { pattern = ' *\d+\.\d+ ms', as = "… ms" },
#   { pattern = 'says +[\d,]+', as = "says …" },
# ]
# ///
"""A list in an envelope with links, and what it costs to say how long the list is."""

import json
import os
import time
from typing import Annotated
from urllib.parse import urlencode

import httpx
import psycopg
from fastapi import FastAPI, Query, Response
from snippet_support import serve

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("""
    CREATE TABLE product (id int PRIMARY KEY, category text, shelf text, name text);
    INSERT INTO product
    SELECT n, CASE WHEN n <= 137 THEN 'lamp' ELSE 'book ' || n % 10 END, 'shelf ' || n % 10,
        repeat('A long name. ', 10) FROM generate_series(1, 300000) AS n;
    CREATE INDEX ON product (category, id);""")
db.execute("VACUUM ANALYZE product")
app = FastAPI()


# --8<-- [start:endpoint]
@app.get("/products")
def products(
    response: Response,
    category: str,
    page: Annotated[int, Query(ge=1, le=500)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, object]:
    values = {"category": category, "limit": limit, "skip": (page - 1) * limit}
    where = "FROM product WHERE category = %(category)s"
    sql = f"SELECT id {where} ORDER BY id LIMIT %(limit)s OFFSET %(skip)s"
    data = [{"id": row[0]} for row in db.execute(sql, values)]
    counted = db.execute(f"SELECT count(*) {where}", values).fetchone()
    total = counted[0] if counted else 0
    links = {"self": href(category, page, limit)}
    if page * limit < total:
        links["next"] = href(category, page + 1, limit)
    if page > 1:
        links["prev"] = href(category, page - 1, limit)
    fields = [f'<{to}>; rel="{rel}"' for rel, to in links.items()]
    response.headers["Link"] = ", ".join(fields)
    meta = {"page": page, "limit": limit, "total": total, "hasMore": "next" in links}
    return {"data": data, "meta": meta, "links": links}


def href(category: str, page: int, limit: int) -> str:
    """Make a relative link: it stays right behind any proxy and under any host name."""
    query = urlencode({"category": category, "page": page, "limit": limit})
    return f"/products?{query}"
# --8<-- [end:endpoint]


# --8<-- [start:ask]
print("[ask]")
with serve(app) as url, httpx.Client(base_url=url) as client:
    answer = client.get("/products", params={"category": "lamp", "page": 2})
    body = answer.json()
    print("Link:", answer.headers["Link"].replace(", ", ",\n      "))
    print(f"data: {len(body['data'])} items, {body['data'][0]} to {body['data'][-1]}")
    print("meta:", json.dumps(body["meta"]))
    visited = [2]
    while following := answer.links.get("next"):  # the client builds no URL of its own
        answer = client.get(following["url"])
        visited.append(answer.json()["meta"]["page"])
    last = answer.json()
    print(f"followed next over pages {visited}: the last has {len(last['data'])} items")
    assert visited == [2, 3, 4, 5, 6, 7] and not last["meta"]["hasMore"]
    beyond = client.get("/products", params={"category": "lamp", "page": 50})
    print("page 50:", beyond.status_code, beyond.json()["data"])
# --8<-- [end:ask]


# --8<-- [start:count]
def estimate(where: str) -> float:
    sql = f"EXPLAIN (FORMAT JSON) SELECT FROM product WHERE {where}"
    row = db.execute(sql.encode()).fetchone()
    return float(row[0][0]["Plan"]["Plan Rows"]) if row else 0


def compare(where: str) -> float:
    """Count what ``where`` finds, let the planner guess, return the factor between."""
    begun = time.perf_counter()
    row = db.execute(f"SELECT count(*) FROM product WHERE {where}".encode()).fetchone()
    counted, guessing = time.perf_counter(), estimate(where)
    guessed, exact = time.perf_counter(), row[0] if row else 0
    took = [f"{1000 * each:6.1f} ms" for each in (counted - begun, guessed - counted)]
    print(f"counted {exact:>7,} in {took[0]}, planner says {guessing:>7,.0f} in {took[1]}")
    return max(guessing / exact, exact / guessing)


print("[count]", "all, one category, two conditions that go together:", sep="\n")
ONE, BOTH = "category = 'book 3'", "category = 'book 3' AND shelf = 'shelf 3'"
assert compare("true") < 1.1 and compare(ONE) < 1.1
assert compare(BOTH) > 5
db.execute("CREATE STATISTICS together (dependencies) ON category, shelf FROM product")
db.execute("ANALYZE product")
print("after CREATE STATISTICS on the two:")
assert compare(BOTH) < 1.1
few = f"SELECT FROM product WHERE {ONE} LIMIT 1001"
row = db.execute(f"SELECT count(*) FROM ({few}) AS few".encode()).fetchone()
print("counted up to 1001:", "more than 1,000" if row == (1001,) else row)
# --8<-- [end:count]
