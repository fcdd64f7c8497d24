# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "psycopg[binary]>=3.2", "starlette>=0.41", "uvicorn>=0.34", "httpx>=0.28",
#   "snippet-support",
# ]
#
# [tool.uv.sources]
# snippet-support = { path = "../_support" }
#
# [tool.snippets-runner]
# services = ["postgres"]
# timeout = 30
# ///
"""An idempotency key in the transaction of its effect: twenty equal POSTs, one charge."""

import json
import os
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import httpx
import psycopg
from snippet_support.serve import serve
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

URL = os.environ["DATABASE_URL"]
with psycopg.connect(URL) as db:
    db.execute("""
        CREATE TABLE charge (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, amount int NOT NULL);
        CREATE TABLE seen (key uuid PRIMARY KEY, print bytea NOT NULL, answer text);
    """)


# --8<-- [start:once]
def charge(key: str, body: bytes) -> tuple[int, str]:
    """Return status and answer; the same key has one effect, however often it comes."""
    mark = sha256(body).digest()
    with psycopg.connect(URL) as db:  # one transaction: key, effect and answer, or nothing
        new = db.execute(
            "INSERT INTO seen (key, print) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            (key, mark),  # whoever comes second waits here until the first has ended
        ).rowcount
        if not new:
            known = db.execute("SELECT print, answer FROM seen WHERE key = %s", (key,))
            first, answer = known.fetchone() or (b"", "")
            if first != mark:
                return 422, "this key came with another body"
            return 201, answer
        amount = json.loads(body)["amount"]
        row = db.execute("INSERT INTO charge (amount) VALUES (%s) RETURNING id", (amount,))
        answer = json.dumps({"charge": (row.fetchone() or [0])[0], "amount": amount})
        db.execute("UPDATE seen SET answer = %s WHERE key = %s", (answer, key))
    return 201, answer
# --8<-- [end:once]


async def endpoint(request: Request) -> Response:
    key, body = request.headers["idempotency-key"], await request.body()
    status, answer = await run_in_threadpool(charge, key, body)
    return Response(answer, status)


# --8<-- [start:twenty]
with serve(Starlette(routes=[Route("/charges", endpoint, methods=["POST"])])) as url:
    key = str(uuid.uuid4())

    def post(amount: int) -> tuple[int, str]:
        headers = {"Idempotency-Key": key}
        answer = httpx.post(
            f"{url}/charges", json={"amount": amount}, headers=headers, timeout=20
        )
        return answer.status_code, answer.text

    with ThreadPoolExecutor(20) as clients:
        answers = Counter(clients.map(post, [100] * 20))
    for (status, text), times in answers.items():
        print(f"{times} x {status} {text}")
    print(*post(999))
    assert list(answers.values()) == [20] and post(999)[0] == 422
with psycopg.connect(URL) as db:
    rows = db.execute("SELECT amount FROM charge").fetchall()
print("charges in the database:", len(rows))
assert rows == [(100,)]
# --8<-- [end:twenty]
