# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "fastapi>=0.115", "httpx>=0.28", "psycopg[binary]>=3.2", "snippet-support",
#   "pydantic>=2.10",
# ]
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 20
# ///
"""One use case behind HTTP, behind a command line and on a store in memory; and who may import what."""

import argparse
import ast
import os
from contextlib import nullcontext
from functools import partial
from pathlib import Path

import httpx
import psycopg
from shop_core import CannotCancel, OutOfStock, Shop
from shop_http import api
from shop_memory import OrdersInMemory
from shop_postgres import TABLES, transaction
from snippet_support import serve

# --8<-- [start:imports]
FORBIDDEN = {
    "shop_core.py": {"fastapi", "pydantic", "psycopg", "shop_http", "shop_postgres"},
    "shop_postgres.py": {"fastapi", "pydantic", "shop_http"},
    "shop_http.py": {"psycopg", "shop_postgres"},
}


def violations(name: str, source: str) -> list[str]:
    """List the imports in ``source`` that its layer may not have."""
    imported: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imported.append(node.module or "")
    return [each for each in imported if each.partition(".")[0] in FORBIDDEN[name]]


for name in FORBIDDEN:
    source = Path(__file__).with_name(name).read_text()
    found = violations(name, source)
    taken = violations(name, source + "\nimport psycopg.rows, fastapi")
    print(f"{name:17} forbidden imports: {found}, with two more lines: {taken}")
    assert not found and taken
# --8<-- [end:imports]


# --8<-- [start:doors]
def by_http(client: httpx.Client, *words: str) -> str:
    if words[0] == "place":
        answer = client.post("/orders", json={"sku": "lamp", "quantity": int(words[1])})
    else:
        answer = client.post(f"/orders/{words[1]}/cancellation")
    view = answer.json()
    return f"{answer.status_code} {view.get('state', 'refused')}"


def by_command(shop: Shop, *words: str) -> str:
    parser = argparse.ArgumentParser()
    parser.add_argument("verb", choices=["place", "cancel"])
    parser.add_argument("number", type=int)
    given = parser.parse_args(words)
    outcome = by_call(shop, given.verb, given.number)
    return f"exit {int(outcome == 'refused')} {outcome}"


def by_call(shop: Shop, verb: str, number: int) -> str:
    try:
        if verb == "place":
            return shop.place_order("lamp", number).state
        return shop.cancel_order(number).state
    except (OutOfStock, CannotCancel, LookupError):
        return "refused"
# --8<-- [end:doors]


# --8<-- [start:run]
STEPS = [("place", "2"), ("place", "9"), *[("cancel", "1")] * 2, ("cancel", "8")]
memory = OrdersInMemory()
url = os.environ["DATABASE_URL"]
with psycopg.connect(url) as db:
    db.execute(TABLES)
results: list[list[str]] = []
real, double = Shop(partial(transaction, url)), Shop(lambda: nullcontext(memory))
with serve(api(real)) as base, httpx.Client(base_url=base) as client:
    for step in STEPS:
        results.append([by_http(client, *step)])
with psycopg.connect(url) as db:
    db.execute("TRUNCATE orders RESTART IDENTITY; UPDATE stock SET free = 5")
for row, step in zip(results, STEPS, strict=True):
    row += [by_command(real, *step), by_call(double, step[0], int(step[1]))]
    print(f"{' '.join(step):9} HTTP: {row[0]:14} command: {row[1]:16} test: {row[2]}")
    assert len({cell.split()[-1] for cell in row}) == 1
with psycopg.connect(url) as db:
    free = db.execute("SELECT free FROM stock").fetchone()
print(f"left in stock: {free} in PostgreSQL, ({memory.free['lamp']},) in memory")
assert free == (5,) and memory.free == {"lamp": 5}
# --8<-- [end:run]
