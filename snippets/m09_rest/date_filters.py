# /// script
# requires-python = ">=3.11"
# dependencies = [
#     "fastapi>=0.115", "httpx>=0.28", "psycopg[binary]>=3.2", "pydantic>=2.10", "snippet-support",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""A day's report by four filters: without a zone, with a plus, BETWEEN, and half open."""

import os
from typing import Annotated

import httpx
import psycopg
from fastapi import FastAPI, Query
from pydantic import AwareDatetime
from snippet_support import serve

db = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
db.execute("""
CREATE TABLE orders (at timestamptz);
INSERT INTO orders VALUES
    ('2026-11-30 00:00+00'), ('2026-11-30 23:59:59.5+00'), ('2026-12-01 00:00+00');
""")
app = FastAPI()


# --8<-- [start:filter]
@app.get("/orders")
def orders(start: Annotated[AwareDatetime, Query(alias="from")],
           end: Annotated[AwareDatetime, Query(alias="to")]) -> int:
    """Count the orders from ``from`` on, and before ``to``."""
    query = "SELECT count(*) FROM orders WHERE at >= %s AND at < %s"
    return int((db.execute(query, [start, end]).fetchone() or [0])[0])
# --8<-- [end:filter]


# --8<-- [start:ask]
def count(condition: str, zone: str) -> object:
    db.execute("SELECT set_config('TimeZone', %s, false)", [zone])
    query = f"SELECT count(*) FROM orders WHERE {condition}"
    return (db.execute(query).fetchone() or [0])[0]


NAIVE = "at >= '2026-11-30' AND at < '2026-12-01'"
for zone in ("UTC", "Europe/Oslo"):
    print(f"no zone, on a server in {zone}: {count(NAIVE, zone)} orders")
for last in ("2026-12-01 00:00+00", "2026-11-30 23:59:59+00"):
    between = f"at BETWEEN '2026-11-30 00:00+00' AND '{last}'"
    print(f"BETWEEN … AND {last}: {count(between, 'UTC')} orders")
with serve(app) as url, httpx.Client(base_url=url, trust_env=False) as client:
    for day in ("from=2026-11-30&to=2026-12-01",
                "from=2026-11-30T01:00:00+01:00&to=2026-12-01T01:00:00+01:00",
                "from=2026-11-30T01:00:00%2B01:00&to=2026-12-01T01:00:00%2B01:00",
                "from=2026-11-30T00:00:00Z&to=2026-12-01T00:00:00Z"):
        reply = client.get(f"/orders?{day}")
        said = reply.json()
        if not reply.is_success:
            said = said["detail"][0]["msg"].split(",")[0]
        print(f"{day.split('&')[0]:34} {reply.status_code} {said}")
# --8<-- [end:ask]
assert reply.json() == 2 and (count(NAIVE, "UTC"), count(NAIVE, "Europe/Oslo")) == (2, 1)
